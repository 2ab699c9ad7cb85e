# Gantry's commands. Everything that is missing on a Debian machine is installed by `scripts/setup`.
.PHONY: build test demo lint format dist setup clean
SHELL := /bin/bash
# One release flag set for both products: changing it rebuilds everything.
RELEASE := -c release --static-swift-stdlib

build: setup
	swift build $(RELEASE) --product gantry
	swift build $(RELEASE) --product gantry-agent

test: setup
	swift build --build-tests
	python3 Tests/SpecificationTests/check_schema.py
	swift test --skip-build

demo: build
	.build/release/gantry demo $(DEMO)

lint: setup
	swift format lint --strict --recursive Sources Tests Package.swift

format:
	swift format --in-place --recursive Sources Tests Package.swift

setup:
	@scripts/setup

clean:
	swift package clean
