/* expert_heat.h - how often each expert was chosen lately.
 *
 * Each token counts 1 and fades with the tokens after it, so that about the
 * last HEAT_WINDOW tokens are seen. Rates are told against an even share (used
 * of all), on a logarithmic scale of levels: 1 is a quarter or less of it, 4 an
 * even share, 7 four times or more, and 0 not chosen lately at all. */
#ifndef UI_EXPERT_HEAT_H
#define UI_EXPERT_HEAT_H

#include <stdbool.h>
#include <stdint.h>

struct backend_info;
struct token_info;

#define HEAT_WINDOW 64
#define HEAT_LEVELS 8

struct expert_heat {
    uint32_t n_layers, n_experts, n_used;
    float *hits;      /* owned; [n_layers][n_experts] faded counts */
    uint8_t *now;     /* owned; the same: chosen by the last token */
    float tokens;     /* the faded count of tokens */
};

void expert_heat_init(struct expert_heat *h, const struct backend_info *info);
void expert_heat_clear(struct expert_heat *h);

/* False when the token told of no experts. */
bool expert_heat_token(struct expert_heat *h, const struct token_info *token);

/* The hottest of n experts from `first` on: its rate against an even share, its
 * level, and whether one of them was chosen by the last token. */
float expert_heat_rate(const struct expert_heat *h, uint32_t layer,
                       uint32_t first, uint32_t n);
int expert_heat_level(const struct expert_heat *h, uint32_t layer,
                      uint32_t first, uint32_t n);
bool expert_heat_now(const struct expert_heat *h, uint32_t layer,
                     uint32_t first, uint32_t n);
/* How unevenly a layer spreads its tokens: 1 is even, n / used all on the same
 * few. */
float expert_heat_unevenness(const struct expert_heat *h, uint32_t layer);

#endif
