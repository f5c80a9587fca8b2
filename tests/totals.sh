#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# totals.sh STATUS LOG - what `make check` counted, as one line: its exit status
# and its test-suite.log become "N passed, N failed, N skipped". A make that
# failed without a failed test (it did not build) counts as one failure. The exit
# status is 1 when something failed or nothing was there to pass.
status=$1 log=$2
[ -e "$log" ] || log=/dev/null
awk -v status="$status" '
    # Only the head counts: behind it stand the failed tests own words.
    /^\.\. contents/ { exit }
    /^# (PASS|XFAIL): / { passed += $3 }
    /^# (FAIL|XPASS|ERROR): / { failed += $3 }
    /^# SKIP: / { skipped += $3 }
    END {
        if (status != 0 && failed == 0)
            failed = 1
        printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
        exit failed > 0 || passed == 0
    }' "$log"
