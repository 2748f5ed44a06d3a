# What a person types: `make demo` to see it, `make test` to be sure of it. Everything else is a part of these two.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Handed out one by one, since some tests take a thousand times as long as others.
PYTEST := $(BIN)/python -m pytest -n auto --maxschedchunk 1
# Covered by branch, completely: the news half and the pure rooms of the other.
COMPLETE := digests/*,bot/schedule/*,bot/settings/*,bot/commands/*,bot/publishing/*,bot/delivery/*,bot/platforms/*,bot/receiving/*,bot/notices/*,bot/reactions.py,bot/timings.py,bot/failpoints.py,bot/plans.py,bot/command.py,bot/durations.py,bot/errors.py,bot/desk.py,bot/refreshing.py,bot/supervision.py

.DEFAULT_GOAL := help
.PHONY: help demo test lint faults bench long lock clean

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | awk -F'|' '{printf "  make %-12s %s\n", $$1, $$2}'

demo: $(VENV)/.runs ## set up, then a digest in this terminal: no account, no token, no network
	@$(BIN)/heatwire demo

test: $(VENV)/.tests ## set up, then the tests; COVERAGE=yes also says what they did not reach
ifdef COVERAGE
	$(PYTEST) --cov --cov-report=
	$(BIN)/coverage report --fail-under=95
	$(BIN)/coverage report --fail-under=100 --include='$(COMPLETE)'
else
	$(PYTEST)
endif

lint: $(VENV)/.tests ## style, types, import contracts, spelling
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

bench: $(VENV)/.tests ## the figures, each beside a peer's in the same run (needs the archives beside the checkout)
	$(BIN)/python -m tests.benchmarks

faults: $(VENV)/.tests ## a tenth of what breaks such bots: kill -9, lost answers, clock changes, full disks (some minutes)
	$(PYTEST) -rP tests/faults --size 0.1

long: $(VENV)/.tests ## all of that, and the sandbox against the judges, at full size (hours)
	$(PYTEST) -rP tests/faults --size 1
	$(BIN)/python -m tests.long

lock: ## make the lock files anew (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -o requirements.lock
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --extra dev -o tests/requirements.lock

clean: ## forget the environment and all caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "heatwire needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "this Python has no venv; on Debian: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.runs: requirements.lock pyproject.toml | $(BIN)/python
	@echo "setting up in $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.tests: tests/requirements.lock pyproject.toml | $(BIN)/python
	@echo "setting up in $(VENV), with the tools for tests …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@ $(VENV)/.runs
