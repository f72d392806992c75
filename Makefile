# Two commands on a bare machine: `make demo` and `make test`. Each sets up .venv first, once.
PYTHON ?= python3
BIN := .venv/bin
PROCESSES ?= 3# of pytest: the tests wait for brokers and clocks more than they compute
.DEFAULT_GOAL := help
export PYTHONDONTWRITEBYTECODE :=# where it is set, each of some thousand processes would compile what it imports

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 16

setup: .venv/.ready ## create .venv from requirements.lock; skipped when done

.venv/.ready: requirements.lock pyproject.toml
	@PYTHON="$(PYTHON)" sh scripts/setup.sh

demo: setup ## a demo province, offline: a year of press ingested, counted, shown
	@$(BIN)/lantoa demo

up: setup ## everything on this machine, on real feeds; Ctrl-C stops it
	@$(BIN)/lantoa up

lint: setup ## formatting, style, types, import layers
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fix: setup ## what ruff can mend by itself: style, then formatting
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

messages: setup ## adds the texts of the code that vi.po lacks, untranslated; changes nothing else in it
	@$(BIN)/python scripts/messages.py

# All of the first need the dashboard or more; the last take longer to import than the few tests without a service take.
NOT_QUICK := access api browser chaos dashboard end_to_end cases digest reports
quick: setup ## the tests that need no broker, browser, PostgreSQL or Node, and how much they cover; a minute
	@$(BIN)/pytest -m quick --quiet --numprocesses 2 --dist worksteal -p no:schemathesis --cov --cov-report= \
	  $(addprefix --ignore=tests/,$(NOT_QUICK))

examples: setup examples/node_modules/.ready ## what the examples in JavaScript need

examples/node_modules/.ready: examples/package-lock.json
	@$(BIN)/npm ci --prefix examples --no-audit --no-fund --loglevel=error
	@touch $@

browser: ## the Chromium that the tests of the pages drive; on Debian installs it when it is missing
	@sh scripts/browser.sh

screenshots: setup browser ## the pictures of the README, taken of the demo
	@$(BIN)/python scripts/screenshots.py

test: setup lint examples browser ## lint, then every test
	@$(BIN)/pytest --numprocesses $(PROCESSES) --dist loadfile --no-loadscope-reorder

chaos: setup ## 500 kills, 100,000 odd messages and texts, long random histories; about two hours
	@LANTOA_CHAOS=1 $(BIN)/pytest tests/chaos/test_kills.py tests/chaos/test_messages.py tests/models/test_histories.py \
	  tests/rules/test_linear_time.py

bench: setup ## ratios against hand-written loops and other frameworks
	@$(BIN)/python -m benchmarks.run

lock: ## resolve requirements.lock anew (needs .venv)
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	  --group dev pyproject.toml --output-file requirements.lock --custom-compile-command "make lock"

.PHONY: help setup demo up lint fix messages quick examples browser screenshots test chaos bench lock
