#!/usr/bin/env bash
# Everything that has to hold besides the tests.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s\n' "$1"; }

step "format"
cargo fmt --all --check

step "lints"
cargo clippy --workspace --all-targets --quiet -- --deny warnings

step "docs"
RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --no-deps --document-private-items --quiet

step "licences and sources"
./scripts/deny.sh

step "generated files"
cargo run --quiet --package customary -- openapi | diff -u docs/openapi.json - ||
    { echo "docs/openapi.json is not current: run make openapi" >&2; exit 1; }

printf '\nAll checks passed.\n'
