#!/usr/bin/env bash
# Checks licences, bans and sources of all dependencies, with cargo-deny of a known version.
set -euo pipefail
cd "$(dirname "$0")/.."
version=0.20.2
if [ "$(cargo deny --version 2>/dev/null)" != "cargo-deny $version" ]; then
    echo "Installing cargo-deny $version…" >&2
    # It runs for two seconds, and takes more than a minute longer to optimise.
    cargo install cargo-deny --version "$version" --locked --no-default-features --profile dev --quiet
fi
cargo deny --log-level error check licenses bans sources
