# Every target installs what it needs and is safe to run again.
.DEFAULT_GOAL := help
SHELL := /bin/bash
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
installed := node_modules/.package-lock.json

.PHONY: help demo cluster cluster-down test lint format bench verify-aws clean

help: ## what there is to do
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# npm runs on the machine's own Node; everything after it on the pinned one.
$(installed): package.json package-lock.json $(wildcard */package.json services/*/package.json)
	@command -v npm >/dev/null || { echo "npm is needed: install Node.js 20 or newer" >&2; exit 1; }
	npm ci --loglevel=error
	@touch $@

demo: $(installed) ## the local stack as pods on a real cluster, a load from a trace, both tiers scaled, explained
	@npm run -s demo

cluster: $(installed) ## a real Kubernetes cluster of one node on this machine, with all images of the local stack; needs root
	@npm run -s local -- cluster up

cluster-down: $(installed) ## ends it; nothing of it is left
	@npm run -s local -- cluster down

test: $(installed) ## every check and every test
	@npm run -s lint
	@npm run -s local -- build
	@npm run -s test

lint: $(installed) ## types, style, import rules
	@npm run -s lint

format: $(installed) ## rewrites the files as prettier wants them
	@npm run -s format

bench: $(installed) ## decisions, reaction, load, and the library against plain clients; 25 minutes
	@npm run -s local -- build servers kubernetes
	@npm run -s bench

verify-aws: $(installed) ## the real AWS provider plans dev and prod in every size, offline; builds it first: 30 minutes, 9 GB of memory
	@npm run -s local -- build aws
	@npm run -s verify:aws

clean: $(installed) ## stops what a killed run left behind; built parts stay in .cache
	@npm run -s local -- clean
