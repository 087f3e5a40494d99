# The one entry: make run | ui | demo-data | release | check | test | instructions | bench | openapi | clean

.PHONY: run build release ui ui-if-node demo-data check test instructions bench openapi clean

# Build and start the server on http://localhost:8080, with its data in customary.db.
run: ui-if-node
	cargo build --release --package customary
	./target/release/customary serve

build: ui-if-node
	cargo build --release --package customary

# Build the program to ship, target/dist/customary: a third faster than that of `make build`, three times as long to build.
release: ui-if-node
	./bench/install.sh
	./scripts/release.sh

# Build the Manager, the web admin at /manager, into ui/dist, from where the next build of the server takes it.
ui: ui/dist/index.html

ui/dist/index.html: docs/openapi.json ui/package.json ui/package-lock.json ui/index.html ui/vite.config.ts ui/tsconfig.json ui/postcss.config.cjs $(shell find ui/src -type f ! -name schema.d.ts 2>/dev/null)
	./scripts/install-ui.sh
	cd ui && npm run --silent build

# The server can be built and used without Node, and then without the Manager.
ui-if-node:
	@if node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' 2>/dev/null; then $(MAKE) --no-print-directory ui; \
	else echo "Node 20.19 or newer is missing: the server is built without the Manager." >&2; fi

# Load N made-up customers with ten custom fields into the database of `make run`, or that of
# CUSTOMARY_DATABASE.
N ?= 1000
demo-data: build
	./target/release/customary demo-data --customers $(N)

# What has to hold before anything is tested: format, lints, docs, licences, generated files.
check:
	./scripts/check.sh

# Installs what the tests need (PostgreSQL, Node and Chromium on Debian, the platform's SDK from npm), and
# runs all of them on both engines.
test:
	./scripts/install-clients.sh
	./scripts/install-ui.sh --browser
	$(MAKE) --no-print-directory ui
	cd ui && npm test --silent
	./scripts/with-postgres.sh cargo test --workspace

# Measure the program to ship beside a rival and its floors, and write docs/benchmarks.md: one to two hours after the build.
# QUICK=1 measures for a few minutes and writes beside its results. More options: BENCH="--help".
bench: release
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
