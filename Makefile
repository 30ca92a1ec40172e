# One command runs the main job, one passes the tests; both set themselves up in .venv first.
# Needs Python 3.11 or newer and make. Another interpreter: make report PYTHON=python3.13

PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
DRAWS ?= 10
CASE ?= korea

.DEFAULT_GOAL := help
.PHONY: help report test test-slow check bench docs clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /  make \1\t/' | expand -t 20

report: $(VENV)/installed ## the Korean report, report.html; a first look with DRAWS=10 (DRAWS=50 for the whole)
	$(BIN)/detente report $(CASE) -o report.html --draws $(DRAWS)

test: $(VENV)/installed-dev ## the tests, two at once
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses 2 --dist loadfile

test-slow: $(VENV)/installed-dev ## the long suites: the whole Korean case, solved and shown
	$(BIN)/python -m pytest -m slow

check: $(VENV)/installed-dev ## lint, types, import direction
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: $(VENV)/installed-dev ## speed and memory, beside the peer or the physical limit
	$(BIN)/python -m benchmarks

docs: $(VENV)/installed-dev ## the documentation site, docs/_build/html
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html
	@echo "Open docs/_build/html/index.html"

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "detente needs Python 3.11 or newer; install it, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: requirements.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

clean: ## remove what was built, the environment included
	rm -rf $(VENV) docs/_build report.html report.pdf figures .pytest_cache .mypy_cache .ruff_cache .hypothesis
