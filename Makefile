# Every target sets up what it needs: a bare machine with Python 3.11-3.13 and make is enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq

.PHONY: demo test test-long random-pairs closed-worlds sql-closed-worlds sql-mutants fuzz walk lint format bench docs release lock clean help

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(BIN)/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else f"jurist needs Python 3.11 to 3.13, {sys.executable} is {v[0]}.{v[1]}; say make PYTHON=/path/to/python3.12")'
	@echo "==> making a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)

# `--no-compile`: most of what is installed is never imported; what is, Python compiles by then.
$(VENV)/run.done: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "==> installing jurist and what it needs to run (locked, hashes checked)"
	@$(PIP) install --no-compile --require-hashes -r requirements/run.txt
	@echo "$(CURDIR)/src" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/jurist_source.pth"
	@printf '#!/bin/sh\nexec "%s" -m jurist "$$@"\n' "$(CURDIR)/$(BIN)/python" > $(BIN)/jurist && chmod +x $(BIN)/jurist
	@touch $@

$(VENV)/dev.done: requirements/dev.txt pyproject.toml $(VENV)/run.done
	@echo "==> installing what tests, linters and docs need (locked, hashes checked)"
	@$(PIP) install --no-compile --require-hashes -r requirements/dev.txt
	@rm -f "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/jurist_source.pth"
	@rm -f $(BIN)/jurist
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(VENV)/run.done  ## the whole way on the shipped data, offline
	@$(BIN)/jurist demo
	@echo "==> the command is $(BIN)/jurist; go on with docs/tutorial/first-report.md" >&2

# Three processes on two cores: some tests wait, for a lease to end, a server or a browser.
# With `worksteal` the tests of a module stay together, and what they share is made once.
test: $(VENV)/dev.done  ## the default tests
	@$(BIN)/python -m pytest -n 3 --dist worksteal

test-long: $(VENV)/dev.done  ## the tests that take minutes, and the whole of what `make test` samples
	@$(BIN)/python -m pytest -n 2 -m long

random-pairs: $(VENV)/dev.done  ## 100,000 random pairs against independent judges (COUNT=, SEED=)
	@$(BIN)/python tests/random_pairs.py --count $(or $(COUNT),100000) --seed $(or $(SEED),1) --processes 2

closed-worlds: $(VENV)/dev.done  ## 200,000 pairs against everybody of small worlds; resumes (COUNT=, SEED=)
	@$(BIN)/python tests/closed_worlds.py --count $(or $(COUNT),200000) --seed $(or $(SEED),1) --processes 2

sql-closed-worlds: $(VENV)/dev.done  ## 20,000 pairs of SQL against all databases of small worlds (COUNT=, SEED=)
	@$(BIN)/python tests/sql_closed_worlds.py --count $(or $(COUNT),20000) --seed $(or $(SEED),1) --processes 2

sql-mutants: $(VENV)/dev.done  ## 20,000 mutants of SQL by all arms, witnesses replayed (COUNT=, SEED=)
	@$(BIN)/python tests/sql_mutants.py --count $(or $(COUNT),20000) --seed $(or $(SEED),1) --processes 2

fuzz: $(VENV)/dev.done  ## 1,000,000 hostile texts, 20,000 hostile pairs (COUNT=, START=, SEED=)
	@$(BIN)/python tests/fuzz.py --count $(or $(COUNT),1000000) --start $(or $(START),0) --seed $(or $(SEED),1) --processes 2

walk: $(VENV)/dev.done  ## README, tutorial and how-tos as a newcomer: a bare copy, empty folders, timed
	@$(BIN)/python tests/walk_pages.py --fresh

lint: $(VENV)/dev.done  ## ruff, pyright strict, the floors
	@echo "==> ruff" && $(BIN)/ruff check src tests benchmarks && $(BIN)/ruff format --check src tests benchmarks
	@echo "==> pyright (strict)" && $(BIN)/basedpyright
	@echo "==> import-linter" && $(BIN)/lint-imports

format: $(VENV)/dev.done  ## put the code into shape
	@$(BIN)/ruff check --fix src tests benchmarks ; $(BIN)/ruff format src tests benchmarks

bench: $(VENV)/dev.done  ## time what users wait for; results as JSON in benchmarks/results
	@$(BIN)/python -m benchmarks

docs: $(VENV)/dev.done  ## the documentation as a site in ./site
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet && echo "==> open site/index.html"

release: $(VENV)/dev.done  ## bump to VERSION=, build, and run the tutorial from the wheel
	@.ci/release "$(VERSION)"

lock: $(VENV)/dev.done  ## renew the locks (needs uv on the PATH)
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml --all-extras --group dev --group docs -o requirements/dev.txt
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml --extra web -c requirements/dev.txt -o requirements/run.txt

clean:  ## remove everything that make made
	@rm -rf $(VENV) site dist .pytest_cache .ruff_cache benchmarks/results
