# ChatHub. `make run` and `make test` need nothing but rustup, Node, git and make: what is missing goes to .tools/.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

export PATH := $(CURDIR)/.tools/bin:$(PATH)
# wasm-opt is the pinned one from .tools; cargo-leptos must not look for its own.
export LEPTOS_WASM_OPT_VERSION :=
RELEASE := target/release/chathub
DEBUG := target/debug/chathub

.PHONY: help tools assets build run dev check test test-rust test-contract test-floor test-browser test-samples contract sizes dist bench faults clean

help:
	@echo "make run      build everything and start the demonstration on http://127.0.0.1:3000"
	@echo "make test     everything that CI runs: format, clippy, Rust tests, contract, browser tests, the docs' samples"
	@echo "make dev      start the demonstration and rebuild on every change"
	@echo "make check    format, clippy (warnings denied), types of the ES modules, and the licences of what is built in"
	@echo "make contract thousands of requests against the API's own document"
	@echo "make sizes    brotli bytes of every file that a browser downloads, against the budgets"
	@echo "make bench    messages per second beside raw SQLite"
	@echo "make faults   hundreds of kills, power cuts and failing disks, and no message lost (ROUNDS=500)"
	@echo "make dist     a folder and an archive in dist/ that run on a machine without Rust or Node"

tools:
	@toolchain/install

# The two small ES modules and the style sheets, bundled for cargo-leptos to take up.
assets: tools
	@toolchain/bundle

# cargo-leptos finds ours in the place of wasm-opt.
build: export PATH := $(CURDIR)/toolchain/leptos:$(PATH)
build: assets
	cargo leptos build --release --precompress

run: build
	$(RELEASE) serve --demo --data-dir data

dev: assets
	toolchain/bundle --watch=forever & trap 'kill $$!' EXIT; \
	cargo leptos watch -- serve --demo --data-dir data

check: assets
	cargo fmt --all --check
	cargo clippy --workspace --exclude chathub-frontend --all-targets -- -D warnings
	cargo clippy -p chathub-frontend --target wasm32-unknown-unknown -- -D warnings
	tsc -p frontend/modules/jsconfig.json
	toolchain/licences

test: check test-rust test-contract test-floor test-browser test-samples

test-rust: assets
	cargo test --workspace --exclude chathub-frontend
	node --test frontend/modules/ style/

# The same requests every time, a few seconds' worth; `contract` sends many more.
test-contract: build
	end2end/contract/run

contract: build
	CASES=200 end2end/contract/run

# The oldest browsers know all that a browser downloads.
test-floor: build
	toolchain/floor/run

# One of them installs what `make dist` makes.
test-browser: dist
	end2end/run

# Every sample of the documentation, against a running server.
test-samples: build
	end2end/samples/run

sizes: build
	@toolchain/sizes

bench:
	cargo run --release -p chathub-bench -- log

# What the tests play a few rounds of.
ROUNDS ?= 500
faults: assets
	CHATHUB_FAULT_ROUNDS=$(ROUNDS) $(if $(SEED),CHATHUB_FAULT_SEED=$(SEED)) \
	cargo test --release -p chathub-server --test it faults::kills -- --nocapture

# What an archive is called, and so its folder: the version, and for which machines.
VERSION := $(shell sed -n '/^\[workspace.package\]/,/^$$/s/^version = "\(.*\)"/\1/p' Cargo.toml)
ARCHIVE := chathub-$(VERSION)-$(shell uname -m)-linux-gnu

# Archives of the same build are equal to the byte: no times, owners or order of this machine's are in them.
dist: build
	rm -rf dist
	mkdir -p dist/$(ARCHIVE)
	cp $(RELEASE) README.md CHANGELOG.md SECURITY.md LICENSE-APACHE LICENSE-MIT dist/$(ARCHIVE)/
	cp -r packaging/* dist/$(ARCHIVE)/
	cp -r docs dist/$(ARCHIVE)/docs
	toolchain/licences dist/$(ARCHIVE)/licences
	mkdir dist/$(ARCHIVE)/completions
	$(RELEASE) completions bash >dist/$(ARCHIVE)/completions/chathub
	$(RELEASE) completions zsh >dist/$(ARCHIVE)/completions/_chathub
	$(RELEASE) completions fish >dist/$(ARCHIVE)/completions/chathub.fish
	$(RELEASE) man --dir dist/$(ARCHIVE)/man
	cp -r target/site dist/$(ARCHIVE)/site
	cp target/release/hash.txt dist/$(ARCHIVE)/site/hash.txt
	tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -C dist -cf - $(ARCHIVE) | gzip -n >dist/$(ARCHIVE).tar.gz
	cd dist && sha256sum $(ARCHIVE).tar.gz >$(ARCHIVE).tar.gz.sha256
	@echo "dist/$(ARCHIVE) is ready, also as .tar.gz with its .sha256: copy it to the server and start chathub serve --help"

clean:
	rm -rf target dist frontend/assets
