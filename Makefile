# Each target sets up what it needs: a .venv beside this file, pinned by constraints.txt.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TOOLS := $(VENV)/.tools

.PHONY: run test check bench soak break mend screenshot clean help

help:
	@echo "make run | test | check | bench | soak | break | mend | screenshot | clean"

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "gonogo needs Python 3.11 or newer: make PYTHON=python3.12 run"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "The venv module is missing; on Debian or Ubuntu: apt install python3-venv"; exit 1; }

$(READY): pyproject.toml constraints.txt | $(VENV)/bin/python
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(TOOLS): $(READY)
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

run: $(READY)
	@$(BIN)/gonogo demo

break: $(READY)
	@$(BIN)/gonogo demo break

mend: $(READY)
	@$(BIN)/gonogo demo mend

test: $(TOOLS)
	$(BIN)/python -m pytest -n 4  # many tests wait for a process or a clock: four keep two cores busy

check: $(TOOLS)
	$(BIN)/ruff format --check src tests
	$(BIN)/ruff check src tests
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(TOOLS)
	$(BIN)/python tests/bench/run.py

soak: $(TOOLS)
	$(BIN)/python -m pytest -m soak --override-ini addopts= --import-mode=importlib -p no:cacheprovider --timeout 1800 tests/soak

screenshot: $(TOOLS)
	$(BIN)/python docs/screenshot.py

clean:
	rm -rf $(VENV) .bench .mypy_cache .ruff_cache .pytest_cache
