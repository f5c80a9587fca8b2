# svg.awk - a screen as `tmux capture-pane -e` gives it, as a picture (SVG).
# SPDX-License-Identifier: Apache-2.0
# Run with LC_ALL=C: it counts bytes, and characters as bytes that begin one. Every
# run of one look has its own place, so the columns stand in any font.
BEGIN {
    W = 8.4; H = 18; rows = 0; widest = 0
    split("15171c d75f5f 87af5f d7af5f 5f87af af87af 5fafaf c6c8cc 767676 " \
          "ff8787 afd787 ffd787 87afd7 d7afd7 87d7d7 ffffff", basic, " ")
    for (i = 0; i < 256; i++)
        ord[sprintf("%c", i)] = i
    reset()
}
function reset() { fg = ""; bg = ""; bold = dim = italic = under = reverse = 0 }
function hex2(n) { return sprintf("%02x", n) }
function color(n,   g) {
    if (n < 16)
        return "#" basic[n + 1]
    if (n >= 232) {
        g = hex2(8 + 10 * (n - 232))
        return "#" g g g
    }
    n -= 16
    return "#" hex2(level(int(n / 36))) hex2(level(int(n / 6) % 6)) hex2(level(n % 6))
}
function level(n) { return n ? 55 + 40 * n : 0 }
function sgr(codes,   c, n, i) {
    n = split(codes == "" ? "0" : codes, c, ";")
    for (i = 1; i <= n; i++) {
        if (c[i] == 0) reset()
        else if (c[i] == 1) bold = 1
        else if (c[i] == 2) dim = 1
        else if (c[i] == 3) italic = 1
        else if (c[i] == 4) under = 1
        else if (c[i] == 7) reverse = 1
        else if (c[i] == 22) bold = dim = 0
        else if (c[i] == 23) italic = 0
        else if (c[i] == 24) under = 0
        else if (c[i] == 27) reverse = 0
        else if (c[i] == 38 && c[i + 1] == 5) { fg = color(c[i + 2]); i += 2 }
        else if (c[i] == 48 && c[i + 1] == 5) { bg = color(c[i + 2]); i += 2 }
        else if (c[i] >= 30 && c[i] <= 37) fg = color(c[i] - 30)
        else if (c[i] >= 90 && c[i] <= 97) fg = color(c[i] - 82)
        else if (c[i] >= 40 && c[i] <= 47) bg = color(c[i] - 40)
        else if (c[i] == 39) fg = ""
        else if (c[i] == 49) bg = ""
    }
}
function escape(s) {
    gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s); gsub(/>/, "\\&gt;", s)
    return s
}
# The piece that is complete, n columns from `at` on.
function put(s, at, n,   look, ink, paper) {
    ink = fg == "" ? "#c6c8cc" : fg
    paper = bg
    if (reverse) { paper = ink; ink = "#15171c" }
    if (paper != "")
        body = body sprintf("<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>\n",
                            16 + at * W, 16 + rows * H, n * W, H, paper)
    if (s ~ /^ *$/)
        return
    look = (bold ? " font-weight=\"bold\"" : "") (italic ? " font-style=\"italic\"" : "") \
           (under ? " text-decoration=\"underline\"" : "") (dim ? " opacity=\"0.6\"" : "")
    body = body sprintf("<text x=\"%.1f\" y=\"%d\" textLength=\"%.1f\" fill=\"%s\"%s>%s</text>\n",
                        16 + at * W, 29 + rows * H, n * W, ink, look, escape(s))
}
{
    line = $0; at = 0; piece = ""; n = 0
    for (i = 1; i <= length(line); i++) {
        ch = substr(line, i, 1)
        if (ch == "\033") {
            put(piece, at, n); at += n; piece = ""; n = 0
            rest = substr(line, i + 2)
            match(rest, /^[0-9;]*/)
            if (substr(rest, RLENGTH + 1, 1) == "m")
                sgr(substr(rest, 1, RLENGTH))
            i += RLENGTH + 2
        } else {
            piece = piece ch
            if (ord[ch] < 128 || ord[ch] >= 192)
                n++
        }
    }
    put(piece, at, n); at += n
    if (at > widest) widest = at
    rows++
}
END {
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" xml:space=\"preserve\"", \
           32 + widest * W, 32 + rows * H
    printf " font-family=\"DejaVu Sans Mono, Menlo, Consolas, Noto Sans Mono CJK SC, monospace\" font-size=\"14\">\n"
    printf "<rect width=\"100%%\" height=\"100%%\" rx=\"8\" fill=\"#15171c\"/>\n%s</svg>\n", body
}
