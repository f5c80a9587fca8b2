#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A file that is no model: one clear sentence and exit status 1.
. "$MULL_SOURCE/tests/house/tap_lib.sh"
model=$MULL_SOURCE/models/default.gguf

# fails_clearly WHAT FILE PATTERN: in every command that opens a model.
fails_clearly() {
    for command in 'run hi' 'chat --plain' inspect 'tokenize hi' bench; do
        # shellcheck disable=SC2086 # command and argument
        case $command in
        inspect) run inspect "$2" ;;
        *) run $command -m "$2" ;;
        esac
        check "$command: $1 is exit status 1" exits 1
        check "$command: $1 is one sentence" one_sentence
        check "$command: $1 is named as such" complains "$3"
    done
}

fails_clearly "a wrong path" "$work/nowhere.gguf" 'nowhere.gguf: .*[Nn]o such file'
mkdir "$work/folder.gguf"
fails_clearly "a folder" "$work/folder.gguf" 'folder.gguf: .*\(directory\|folder\)'
: >"$work/empty.gguf"
fails_clearly "an empty file" "$work/empty.gguf" 'empty.gguf: .*empty'
head -c 5000000 "$model" >"$work/half.gguf"
fails_clearly "a file cut in its weights" "$work/half.gguf" 'half.gguf: '
head -c 3000 "$model" >"$work/head.gguf"
fails_clearly "a file cut in its head" "$work/head.gguf" 'head.gguf: '
printf '<html>not found</html>\n' >"$work/page.gguf"
fails_clearly "a web page" "$work/page.gguf" 'page.gguf: .*GGUF'

# The same length, so that the rest of the file stays right.
LC_ALL=C sed '0,/deepseek2/s//mammouth2/' "$model" >"$work/other.gguf"
for command in 'run hi' 'chat --plain' bench; do
    # shellcheck disable=SC2086
    run $command -m "$work/other.gguf"
    check "$command: an unknown architecture is exit status 1" exits 1
    check "$command: an unknown architecture is one sentence" one_sentence
    check "$command: an unknown architecture is named" complains 'mammouth2'
done

cp "$model" "$work/closed.gguf"
chmod 000 "$work/closed.gguf"
if [ "$(id -u)" -ne 0 ]; then
    fails_clearly "a closed file" "$work/closed.gguf" 'closed.gguf: .*permission'
elif command -v setpriv >/dev/null && chmod 755 "$work" && chmod 777 "$HOME" &&
    setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$MULL"; then
    # Root may read everything: be nobody.
    root_mull=$MULL
    printf '#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 --clear-groups "%s" "$@"\n' \
        "$root_mull" >"$work/as-nobody"
    chmod 755 "$work/as-nobody"
    MULL=$work/as-nobody
    fails_clearly "a closed file" "$work/closed.gguf" 'closed.gguf: .*permission'
    MULL=$root_mull
else
    skip "a closed file is one sentence" "root reads everything"
fi

bad=$(printf 'evil\033]0;title\007.gguf')
run run -m "$work/$bad" hi
refuse "a file name with an escape does not reach the terminal as such" \
    complains "$(printf '\033')"
MULL_MODEL=$work/nowhere.gguf "$MULL" run hi >"$work/out" 2>"$work/err" </dev/null && status=0 || status=$?
check "MULL_MODEL names a file too" complains 'nowhere.gguf'
done_testing
