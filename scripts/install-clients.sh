#!/usr/bin/env bash
# Installs the clients of other makers that the tests run: the platform's JavaScript SDK, of the version
# that tests/clients/package-lock.json names. Node and npm are installed first on Debian and its
# relatives when they are missing or too old.
set -euo pipefail
cd "$(dirname "$0")/../tests/clients"

oldest=18
node_is_usable() {
    command -v npm >/dev/null && [ "$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -ge "$oldest" ]
}

if ! node_is_usable && command -v apt-get >/dev/null; then
    as_root=""
    [ "$(id -u)" = 0 ] || as_root="sudo"
    echo "Installing Node for the tests…" >&2
    $as_root apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends nodejs npm >&2
fi
if ! node_is_usable; then
    echo "The tests of the JavaScript SDK need Node $oldest or newer, with npm: install them." >&2
    exit 1
fi

# npm writes this file when it has installed everything that the lock file names.
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
    npm ci --silent --no-audit --no-fund >&2
fi
