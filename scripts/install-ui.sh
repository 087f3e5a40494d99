#!/usr/bin/env bash
# Installs what the Manager is built from, as ui/package-lock.json names it. With --browser also the Chromium
# that its tests drive, on Debian and its relatives when there is none.
set -euo pipefail
cd "$(dirname "$0")/../ui"

# npm writes this file when it has installed everything that the lock file names.
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
    npm ci --silent --no-audit --no-fund >&2
fi

if [ "${1:-}" = "--browser" ] && [ -z "${CHROMIUM:-}" ] &&
    ! command -v chromium-headless-shell chromium chromium-browser google-chrome >/dev/null; then
    if ! command -v apt-get >/dev/null; then
        echo "The tests of the Manager need Chromium: install it, or name it in CHROMIUM." >&2
        exit 1
    fi
    as_root=""
    [ "$(id -u)" = 0 ] || as_root="sudo"
    echo "Installing Chromium for the tests…" >&2
    $as_root apt-get update -qq >&2
    install() { DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$1" >&2; }
    # Not all relatives have the shell, which is Chromium without a window.
    install chromium-headless-shell || install chromium
fi
