# The two commands are `make run` and `make test`. Both bring what they need.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test check test-sqlite test-postgres test-browser screenshots bench bench-map translations migration \
	format clean runtime everything

PYTHON ?= python3
PY := .venv/bin/python
SUITE := $(PY) -m tests.support.suite

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Serve the sample city (PORT=8000, MINYI_DATA=./var, DATABASE_URL=SQLite in MINYI_DATA); Ctrl-C stops
	@$(PYTHON) deploy/development.py check
	@$(MAKE) --no-print-directory runtime
	@$(PY) deploy/development.py serve

test: everything ## Everything: checks, tests on SQLite and PostgreSQL, tests in Chromium
	@$(SUITE)

check: everything ## Style, types, contracts between modules, templates, translations
	@$(SUITE) style format types contracts templates translations

test-sqlite: everything ## Tests without a browser, on SQLite
	@$(SUITE) sqlite

test-postgres: everything ## Tests with a database, on PostgreSQL (DATABASE_URL's server, or one started for it)
	@$(SUITE) postgres

test-browser: everything ## Tests that drive Chromium
	@$(SUITE) browser

screenshots: everything ## Draw the pictures in docs/ again
	@$(PY) -m tests.support.browser
	@$(PY) -m tests.browser.screenshots

bench: everything ## Measure requests per second on SQLite and PostgreSQL
	@$(PY) -m bench

bench-map: runtime ## Measure the consensus map beside Polis' method and red-dwarf (ARGS="quality scale --full")
	@$(PY) -m bench.rivals $(ARGS)

translations: runtime ## Read new sentences into app/locales/*/LC_MESSAGES/messages.po
	@$(PY) -m tests.support.catalogues --update

migration: runtime ## Write the migration that brings the database to the models: make migration m="add surveys"
	@test -n "$(m)" || { echo 'Say what it does: make migration m="add surveys"'; exit 2; }
	@MINYI_ENV=development $(PY) -m flask --app wsgi migrate
	@MINYI_ENV=development $(PY) -m alembic revision --autogenerate -m "$(m)"

format: everything ## Put imports and lines in order
	@$(PY) -m ruff check --quiet --fix --exit-zero .
	@$(PY) -m ruff format .

clean: ## Remove what make made, except your data in var/
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis htmlcov .coverage test-results
	find app deliberation moderation migrations tests bench deploy -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- what the targets above stand on -----------------------------------------------------------------------------

runtime:
	@PYTHON="$(PYTHON)" sh deploy/environment.sh requirements.txt

everything:
	@PYTHON="$(PYTHON)" sh deploy/environment.sh requirements-dev.txt
