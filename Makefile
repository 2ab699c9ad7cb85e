# Gantry's commands. Everything that is missing on a Debian machine is installed by `scripts/setup`.
.PHONY: build test demo lint format dist setup clean bench-server
SHELL := /bin/bash
# One release flag set for both products: changing it rebuilds everything.
RELEASE := -c release --static-swift-stdlib

build: setup
	swift build $(RELEASE) --product gantry
	swift build $(RELEASE) --product gantry-agent

test: setup
	swift build --build-tests
	python3 Tests/SpecificationTests/check_schema.py
	swift test --skip-build --no-parallel

demo: build
	.build/release/gantry demo $(DEMO)

# Prints the figures of docs/benchmarks.md; BENCH="--rounds 5 proxy" chooses. Needs root, as isolation does.
bench-server: build
	@scripts/setup bench
	swift build $(RELEASE) --product gantry-bench
	Benchmarks/server/run.py $(BENCH)

lint: setup
	swift format lint --strict --recursive Sources Tests Package.swift

format:
	swift format --in-place --recursive Sources Tests Package.swift

setup:
	@scripts/setup

clean:
	swift package clean
