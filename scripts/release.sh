#!/usr/bin/env bash
# Builds the program to ship, target/dist/customary, guided by a profile: built once so that it counts where it comes
# by, put under the load of the benchmark for half a minute, and built again by what was counted (ADR 15).
set -euo pipefail
cd "$(dirname "$0")/.."

host=$(rustc -vV | sed -n 's/^host: //p')
profdata="$(rustc --print sysroot)/lib/rustlib/$host/bin/llvm-profdata"
if [ ! -x "$profdata" ]; then
    if ! command -v rustup >/dev/null; then
        echo "A guided build needs llvm-profdata of this very compiler: install the component llvm-tools of Rust." >&2
        exit 1
    fi
    rustup component add llvm-tools
fi

profile="$PWD/target/guided/profile"
program="target/guided/$host/release/customary"
build() {
    RUSTFLAGS="$1" cargo build --release --package customary --target "$host" --target-dir target/guided
}

rm -rf "$profile"
build "-Cprofile-generate=$profile"
bench/.venv/bin/python bench/train.py "$program"
"$profdata" merge --output "$profile.profdata" "$profile"
build "-Cprofile-use=$profile.profdata"
mkdir -p target/dist
cp "$program" target/dist/
