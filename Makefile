# Two commands: `make demo` and `make test`. Each builds what it needs under .venv; neither needs root.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo test coverage bench mutation lint types unit lock clean

demo: $(VENV)/.run  ## build an environment, run the whole product once on simulated market days
	$(BIN)/cho40 demo

test: $(VENV)/.dev stripe-mock chromium lint types migrations unit  ## every check and every test

lint:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check --no-cache .
	$(BIN)/lint-imports
	$(BIN)/hadolint docker/Dockerfile
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec docker/compose.yaml

types:
	$(BIN)/mypy

migrations:
	$(BIN)/python -m tests.check_migrations

unit:
	$(PYTEST)

coverage: $(VENV)/.dev stripe-mock chromium  ## every test again, measured: under 97 % of lines and branches fails
	$(PYTEST) --cov --cov-report=term:skip-covered

PYTEST := $(BIN)/python -m pytest -n auto --dist loadgroup

mutation: $(VENV)/.dev  ## change the matcher in a hundred small ways; a test must notice each
	$(BIN)/python -m tests.mutation

bench: $(VENV)/.dev  ## measure, never part of the tests
	$(BIN)/python -m tests.benchmarks

lock: $(VENV)/.dev  ## resolve dependencies again; hashes in, no download host
	$(BIN)/uv pip compile pyproject.toml $(LOCK_OPTIONS) --extra postgres --extra build -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml $(LOCK_OPTIONS) --all-extras -o requirements-dev.lock

LOCK_OPTIONS := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-annotate --no-header --upgrade

.PHONY: stripe-mock chromium migrations
stripe-mock:
	$(BIN)/python -m tests.stripe_mock

chromium:
	$(BIN)/python -m tests.chromium

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { rm -rf $(VENV); echo "python3 -m venv failed; on Debian install the package python3-venv" >&2; exit 1; }

$(VENV)/.run: $(VENV)/bin/python requirements.lock pyproject.toml
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: $(VENV)/bin/python requirements-dev.lock pyproject.toml
	$(PIP) install --require-hashes -r requirements-dev.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	touch $@

clean:
	rm -rf $(VENV) .tools var out .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
