# Everything a person or a CI machine does with Footnote. Works with GNU make 3.81, as macOS has it.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
COMPILE := $(BIN)/uv pip compile pyproject.toml requirements.in --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet

.DEFAULT_GOAL := help
.PHONY: help install run test coverage lint types bench drill drill-short lock clean

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: .venv/installed ## make .venv with everything that Footnote needs; the command is then .venv/bin/footnote

run: install ## open Footnote in the browser, with a small library to try
	@$(BIN)/python app.py

test: .venv/installed-dev ## run all tests, as many at once as there are processors
	@$(BIN)/python -m pytest -n auto --dist worksteal

lint: .venv/installed-dev ## check the style, and that no layer imports one above it
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-logo

types: .venv/installed-dev ## check the types
	@$(BIN)/mypy

coverage: .venv/installed-dev ## run all tests and say which lines they never reach
	@$(BIN)/python -m pytest --cov --cov-report=term-missing:skip-covered

bench: .venv/installed-dev ## measure what needs no papers but ours; benchmarks/README.md names the others
	@for name in embedding startup ask_latency; do echo "== $$name" && $(BIN)/python benchmarks/$$name.py || exit 1; done

drill: .venv/installed-dev ## kill an ingest 200 times and look for what was lost
	@$(BIN)/python -m pytest tests/drills --kills 200

drill-short: .venv/installed-dev ## the same, 20 times
	@$(BIN)/python -m pytest tests/drills --kills 20

lock: .venv/installed-dev ## choose the versions of all dependencies anew
	@$(COMPILE) --upgrade --output-file requirements.lock
	@$(COMPILE) --upgrade --extra dev --constraint requirements.lock --output-file requirements-dev.lock

clean: ## take away what was made, but no library
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .coverage htmlcov

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Footnote needs Python 3.11 or later: make PYTHON=/path/to/python3 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python requirements.lock pyproject.toml
	@echo "Installing Footnote into .venv (some minutes the first time) ..."
	@$(PIP) install --no-deps --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/installed-dev: .venv/bin/python requirements-dev.lock pyproject.toml
	@echo "Installing Footnote and its development tools into .venv (some minutes the first time) ..."
	@$(PIP) install --no-deps --require-hashes --requirement requirements-dev.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@
