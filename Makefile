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
	python3 Tests/ExampleTests/check_traces.py
	swift test --skip-build --no-parallel

demo: build
	.build/release/gantry demo $(DEMO)

# Prints the figures of docs/benchmarks.md; BENCH="--rounds 5 proxy" chooses. Needs root, as isolation does.
bench-server: build
	@scripts/setup bench
	swift build $(RELEASE) --product gantry-bench
	Benchmarks/server/run.py $(BENCH)

# Both programs, stripped, and what they need to know, as one archive. The server is linked with glibc dynamically; the
# agent is one static file that runs in any image (decision 7), which needs a build folder of its own.
dist: build
	swift build $(RELEASE) -Xswiftc -static-executable --product gantry-agent --scratch-path .build-static
	rm -rf dist && mkdir -p dist/gantry
	strip -o dist/gantry/gantry .build/release/gantry
	strip -o dist/gantry/gantry-agent .build-static/release/gantry-agent
	cp -r README.md LICENSE CHANGELOG.md Examples docs dist/gantry/
	tar -C dist --sort=name --owner=0 --group=0 --numeric-owner -czf dist/gantry-$$(uname -m).tar.gz gantry
	ls -l dist

lint: setup
	swift format lint --strict --recursive Sources Tests Package.swift Examples Templates
	scripts/embed --check

format:
	swift format --in-place --recursive Sources Tests Package.swift

setup:
	@scripts/setup

clean:
	swift package clean
