# Each target sets up .venv by itself; the words after ## are what `make help` shows.
.DEFAULT_GOAL := help
.PHONY: help setup demo up bench test check docs lock clean
BIN := .venv/bin
# The organization of `make demo` and `make up`: northwind, or messy for month one in a real one of 400 accounts.
PROFILE := northwind

help: ## say what may be typed
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

setup: ## make .venv with the locked requirements (repeated: nothing to do)
	@sh tools/setup

demo: ## run the workflows on the demo organization in a real Airflow, and check the outcome (PROFILE=messy)
	@sh tools/setup
	@exec $(BIN)/orgwarden demo run --profile $(PROFILE)

up: ## the same, and stay up until Ctrl-C
	@sh tools/setup
	@exec $(BIN)/orgwarden demo run --profile $(PROFILE) --stay-up

bench: ## measure sweeps and reviews against AWS's rates, and bills against a plain scan (about 15 minutes)
	@sh tools/setup
	@exec $(BIN)/python -m orgwarden.demo.bench

test: ## run the tests, but those that need long, or servers
	@sh tools/setup dev
	@echo "Left out: tests marked slow, postgres or topology; .ci/run runs all of them."
	@$(BIN)/pytest -q -n 2 -m "not slow and not postgres and not topology"

check: ## check style, types, layers and the generated pages
	@sh tools/setup dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/orgwarden docs --check
	@! grep -rnE '^(<{7}|>{7}) ' *.md docs include tests dags

docs: ## write the generated pages of docs/ again
	@sh tools/setup
	@$(BIN)/orgwarden docs

lock: ## resolve requirements*.in again into the lock files
	@sh tools/setup
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url \
		--no-emit-find-links --output-file requirements.txt requirements.in
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url \
		--no-emit-find-links --output-file requirements-dev.txt requirements-dev.in
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url \
		--no-emit-find-links --output-file requirements-fab.txt requirements-fab.in

clean: ## remove .venv, the demo's state and all caches
	rm -rf .venv .venv-production var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache include/*.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
