/* talk_stats.h - /stats: what the last turn took, and what thoughts cost. */
#ifndef UI_TALK_STATS_H
#define UI_TALK_STATS_H

struct buf;
struct talk;

/* Figures of the last turn that ended, a line each; or that there is none. */
void talk_stats(const struct talk *t, struct buf *answer);

#endif
