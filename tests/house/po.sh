#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every marked sentence has its translation, with the same % directives; and the
# program speaks it.
. "$MULL_SOURCE/tests/house/tap_lib.sh"

if ! command -v xgettext >/dev/null || ! command -v msgcmp >/dev/null; then
    skip "every sentence is translated" "no gettext"
    done_testing
    exit 0
fi

"$MULL_SOURCE/po/update" --extract "$work/mull.pot" || exit 99
check "there are sentences" test "$(grep -c '^msgid' "$work/mull.pot")" -gt 300
for catalog in "$MULL_SOURCE"/po/*.po; do
    language=$(basename "$catalog" .po)
    all_translated() { msgcmp "$catalog" "$work/mull.pot" >"$work/out" 2>"$work/err"; }
    check "every sentence is there in $language" all_translated
    same_directives() { msgfmt -c -o "$work/mull.mo" "$catalog" >"$work/out" 2>"$work/err"; }
    check "with the same directives" same_directives
    none_unused() {
        msgattrib --obsolete --no-wrap "$catalog" | grep '^#~' >"$work/out"
        [ ! -s "$work/out" ]
    }
    check "and none that nobody says any more" none_unused
done

catalogs=$MULL_BUILD/locale
if [ -e "$catalogs/zh_CN/LC_MESSAGES/mull.mo" ]; then
    speak() { LC_ALL=C.UTF-8 LANGUAGE=$1 TEXTDOMAINDIR=$catalogs run "$2"; }
    speak zh_CN --help
    check "mull --help speaks Chinese" says '^用法：mull'
    speak zh_CN nonesuch
    check "so does what went wrong" complains '没有命令“nonesuch”'
    speak zh_CN --print-config
    check "and the comments of --print-config" says '^# 温度：'
    speak xx --help
    check "an unknown language is English" says '^Usage: mull'
    LC_ALL=C LANGUAGE=zh_CN TEXTDOMAINDIR=$catalogs run --help
    check "where the terminal reads no UTF-8 it is English" says '^Usage: mull'
else
    skip "mull speaks Chinese" "built without gettext"
fi
done_testing
