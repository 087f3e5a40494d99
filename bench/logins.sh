#!/usr/bin/env bash
# How much 64 customers who sign in at once slow down everybody else.
#
#   bench/logins.sh [SECONDS]
#
# Starts the release build on a new SQLite file, reads one customer over 16 connections, first alone and
# then while 64 connections exchange a password for a token without pause, and prints both rates and their
# ratio. Needs wrk, curl and the release build (make build).
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-10}
program=target/release/customary
for needed in wrk curl; do
    command -v "$needed" >/dev/null || { echo "this needs $needed: install it, for example with apt-get install $needed" >&2; exit 1; }
done
[ -x "$program" ] || { echo "this needs $program: run make build" >&2; exit 1; }

folder=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null; wait 2>/dev/null; rm -rf "$folder"' EXIT

CUSTOMARY_CLIENT_ID=bench CUSTOMARY_CLIENT_SECRET=bench-secret CUSTOMARY_LOG=warn \
    "$program" serve --listen 127.0.0.1:0 --database "sqlite:$folder/bench.db" > "$folder/greeting" &
server=$!
until grep -q 'client_secret=' "$folder/greeting"; do
    kill -0 "$server" 2>/dev/null || { echo "the server did not start" >&2; exit 1; }
done
url=$(sed -n 's/.* listens on //p' "$folder/greeting")

token=$(curl -s "$url/oauth/access_token" -d grant_type=client_credentials -d client_id=bench -d client_secret=bench-secret |
    sed 's/.*"access_token":"\([^"]*\)".*/\1/')
id=$(curl -s "$url/v2/customers" -H "Authorization: $token" \
    -d '{"data": {"type": "customer", "name": "Ron Swanson", "email": "ron@swanson.com", "password": "mysecretpassword"}}' |
    sed 's/.*"type":"customer","id":"\([^"]*\)".*/\1/')

cat > "$folder/login.lua" <<'LUA'
wrk.method = "POST"
wrk.body = '{"data": {"type": "token", "email": "ron@swanson.com", "password": "mysecretpassword"}}'
LUA

# reads: the requests per second of 16 connections.
reads() {
    wrk --threads 1 --connections 16 --duration "${seconds}s" --header "Authorization: $token" "$url/v2/customers/$id" |
        sed -n 's/^Requests\/sec: *//p'
}

alone=$(reads)
wrk --threads 1 --connections 64 --duration "$((seconds + 4))s" --timeout 30s --script "$folder/login.lua" \
    --header "Authorization: $token" "$url/v2/customers/tokens" > "$folder/logins" &
logins=$!
beside=$(reads)
wait "$logins"

printf 'reads alone                 %10.0f a second\n' "$alone"
printf 'reads beside 64 logins      %10.0f a second\n' "$beside"
printf 'logins                      %10.1f a second\n' "$(sed -n 's/^Requests\/sec: *//p' "$folder/logins")"
awk -v alone="$alone" -v beside="$beside" 'BEGIN { printf "reads keep                  %10.0f %%\n", 100 * beside / alone }'
