#!/usr/bin/env bash
# Runs a command with TEST_DATABASE_URL naming a PostgreSQL server that is there for it alone.
#
# With TEST_DATABASE_URL set, that server is used. Otherwise one is started in a temporary folder and
# removed afterwards; on Debian and its relatives it is installed first when it is missing.
set -euo pipefail

if [ -n "${TEST_DATABASE_URL:-}" ]; then
    exec "$@"
fi

find_server() {
    local folder
    for folder in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin; do
        if [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ]; then echo "$folder"; fi
    done | sort -V | tail -n 1
}

bin=$(find_server)
if [ -z "$bin" ] && command -v initdb >/dev/null && command -v postgres >/dev/null; then
    bin=$(dirname "$(command -v initdb)")
fi
if [ -z "$bin" ]; then
    if ! command -v apt-get >/dev/null; then
        echo "The tests need a PostgreSQL server, version 15 or newer: install it, or name one in TEST_DATABASE_URL." >&2
        exit 1
    fi
    as_root=""
    [ "$(id -u)" = 0 ] || as_root="sudo"
    echo "Installing PostgreSQL for the tests…" >&2
    $as_root apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends postgresql >&2
    bin=$(find_server)
fi
if [ -z "$bin" ]; then
    echo "PostgreSQL was installed, but its programs initdb and postgres were not found." >&2
    exit 1
fi

data=$(mktemp -d "${TMPDIR:-/tmp}/customary-postgres.XXXXXX")
# PostgreSQL refuses to run as root.
as_user=""
if [ "$(id -u)" = 0 ]; then
    id postgres >/dev/null 2>&1 || useradd --system --no-create-home postgres
    chown postgres "$data"
    as_user="runuser -u postgres --"
fi
stop() {
    $as_user "$bin/pg_ctl" --pgdata="$data/db" --mode=immediate --silent stop >/dev/null 2>&1 || true
    rm -rf "$data"
}
trap stop EXIT

cd "$data"
$as_user "$bin/initdb" --pgdata="$data/db" --username=customary --auth=trust --encoding=UTF8 --no-locale --no-sync >/dev/null
# Its own socket folder and no TCP port: nothing to collide with. Nothing here has to survive a
# power cut, so it does not wait for the disk; and tests run side by side with a pool each.
$as_user "$bin/pg_ctl" --pgdata="$data/db" --log="$data/log" --wait --silent start \
    --options="-c listen_addresses='' -c unix_socket_directories='$data' -c fsync=off -c max_connections=500" ||
    { cat "$data/log" >&2; exit 1; }
cd - >/dev/null

socket=${data//\//%2F}
export TEST_DATABASE_URL="postgres://customary@$socket/postgres"
"$@"
