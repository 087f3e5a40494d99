# The one entry: make run | demo-data | check | test | instructions | bench | openapi | clean

.PHONY: run build demo-data check test instructions bench openapi clean

# Build and start the server on http://localhost:8080, with its data in customary.db.
run:
	cargo build --release --package customary
	./target/release/customary serve

build:
	cargo build --release --package customary

# Load N made-up customers with ten custom fields into the database of `make run`, or that of
# CUSTOMARY_DATABASE.
N ?= 1000
demo-data: build
	./target/release/customary demo-data --customers $(N)

# What has to hold before anything is tested: format, lints, docs, licences, generated files.
check:
	./scripts/check.sh

# Installs what the tests need (PostgreSQL and Node on Debian, the platform's SDK from npm), and runs all
# of them on both engines.
test:
	./scripts/install-clients.sh
	./scripts/with-postgres.sh cargo test --workspace

# Measure the release build beside a rival and its floors, and write docs/benchmarks.md; takes one to two hours.
# QUICK=1 takes a few minutes and writes beside its results. More options: BENCH="--help".
bench: build
	./bench/install.sh
	cargo build --release --manifest-path bench/floor/Cargo.toml --target-dir target
	./bench/.venv/bin/python bench/run.py $(if $(QUICK),--quick) $(BENCH)

# Count the instructions that the commonest requests take, and compare them with scripts/instructions.tsv.
instructions:
	./scripts/instructions.sh

# Write docs/openapi.json anew.
openapi:
	cargo run --quiet --package customary -- openapi > docs/openapi.json

clean:
	cargo clean
