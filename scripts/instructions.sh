#!/usr/bin/env bash
# How many instructions the commonest requests take, compared with scripts/instructions.tsv: what a change
# costs, whatever else the machine is doing.
#
#   scripts/instructions.sh            fails when one takes over 5 % more than is written there
#   scripts/instructions.sh --update   writes down what they take now
#
# The numbers are those of unoptimised code, which the tests have built anyway. They say how a request has
# changed, not how long it takes. Those of PostgreSQL are Customary's part alone. Needs valgrind, which is installed
# on Debian and its relatives when missing.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -n "${TEST_DATABASE_URL:-}" ] || exec ./scripts/with-postgres.sh "$0" "$@"

known=scripts/instructions.tsv
tolerance=5

if ! command -v valgrind >/dev/null && command -v apt-get >/dev/null; then
    as_root=""
    [ "$(id -u)" = 0 ] || as_root="sudo"
    echo "Installing valgrind…" >&2
    $as_root apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends valgrind >&2
fi
command -v valgrind >/dev/null || { echo "this needs valgrind: install it" >&2; exit 1; }

cargo build --quiet --package customary-testkit --example hot_paths
program=target/debug/examples/hot_paths

# count REQUEST TIMES [postgres]: the instructions of the program.
count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" "$@" 2>&1 |
        sed -n 's/.*Collected : *//p'
}

# Starting takes nearly the same however many requests follow, so the difference is that of the requests. It takes
# more of the cheap ones until what is left of it does not show.
few=20
measure() {
    local request=$1 many=$2 first second
    shift 2
    first=$(count "$request" $few "$@")
    second=$(count "$request" "$many" "$@")
    printf '%s\t%d\n' "$request${1:+ $1}" $(((second - first) / (many - few)))
}

measured=$(mktemp)
trap 'rm -f "$measured"' EXIT
{
    measure get 620 &
    measure update 320 &
    measure create 320 &
    measure list 120 &
    measure filter 120 &
    measure get 620 postgres &
    measure update 320 postgres &
    measure create 320 postgres &
    measure list 120 postgres &
    wait
} | sort > "$measured"

if [ "${1:-}" = --update ]; then
    cp "$measured" "$known"
    cat "$known"
    exit
fi
awk -F '\t' -v tolerance=$tolerance '
    NR == FNR { known[$1] = $2; next }
    {
        change = 100 * ($2 / known[$1] - 1)
        printf "%-16s %10d instructions, %+.1f %%\n", $1, $2, change
        if (change > tolerance) slower = slower " " $1
    }
    END {
        if (slower) {
            print "These take more instructions than before:" slower ". If that is what it costs, run scripts/instructions.sh --update." > "/dev/stderr"
            exit 1
        }
    }
' "$known" "$measured"
