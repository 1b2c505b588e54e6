PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help run test check faults bench bench-quick format clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Leadbridge needs Python 3.11 or newer, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else 0'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[embedded]' --group dev
	touch $@

run: $(STAMP) ## try it: everything on this machine, with a sample website; SPEED=1440 lets a day pass in a minute
	$(BIN)/leadbridge up --demo $(if $(SPEED),--speed $(SPEED))

test faults: export PYTHONDONTWRITEBYTECODE = # many processes load the same code, and it need be compiled only once
test: $(STAMP) ## the whole test suite
	$(BIN)/python -m pytest -n 4 --dist loadgroup -m "not faults"

check: $(STAMP) ## what CI runs: format, lint, types, import contracts, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) --no-print-directory test

faults: $(STAMP) ## every fault and attack in full; prints each promise with its numbers
	FAULT_TESTS=full $(BIN)/python -m pytest -n 2 --dist loadgroup -m "promise or faults" --promises

bench: $(STAMP) ## every speed promise beside its baseline, on a quiet machine; writes benchmarks/results.json
	$(BIN)/python -m benchmarks

bench-quick: $(STAMP) ## the same in short
	$(BIN)/python -m benchmarks --quick

format: $(STAMP) ## put the code in order
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## remove what can be made again (not var/, your data)
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
