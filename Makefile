# `make setup` once, then `make demo`, `make test`, `make bench`: each calls setup by itself.
# Python 3.11 under whatever name it has here; `make PYTHON=/path/to/python3.11` where it has another.
PYTHON ?= $(shell python3.11 -c "" 2>/dev/null && echo python3.11 || echo python3)
BIN := .venv/bin
SERVICES := ingest contacts conversations calls progress
COMPILE := $(BIN)/uv pip compile --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-emit-find-links

.PHONY: setup demo test bench faults sizes lint lock contract secrets wheels containers-test clean

setup: .venv/.ready

.venv/.ready: pyproject.toml requirements/all.txt requirements/uv.txt $(wildcard standalone/locks/*.toml)
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 is needed: make PYTHON=…")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }
	test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --require-hashes -r requirements/uv.txt
	$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements/all.txt requirements/uv.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	$(BIN)/python -m standalone.fetch
	touch $@

demo: setup
	$(BIN)/python -m cli.demo

# Last, so that pytest's own closing line is the last that is printed.
test: lint
	$(BIN)/pytest

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# all.txt is what is installed here; of it each service's image gets what its own extra needs.
lock:
	$(COMPILE) --upgrade --extra dev pyproject.toml -o requirements/all.txt
	$(COMPILE) --upgrade requirements/uv.in -o requirements/uv.txt
	for service in $(SERVICES); do $(COMPILE) --quiet --upgrade --constraint requirements/all.txt --extra $$service \
		pyproject.toml -o requirements/$$service.txt || exit 1; done

# Made once; docker-compose.yml reads them.
secrets:
	$(PYTHON) -m deploy.secret_files .secrets

# For builds of images out of reach of a registry: docker compose build --build-arg PIP_NO_INDEX=1
wheels: setup
	for service in $(SERVICES); do $(BIN)/python -m pip download --quiet --require-hashes --only-binary :all: \
		--dest requirements/wheels --requirement requirements/$$service.txt || exit 1; done

# As root, on Debian: docs/operations/containers.md.
containers-test: wheels
	$(BIN)/python -m tests.containers

# The JSON Schemas, examples and AsyncAPI document of docs/contract.md, from the types of ringback.events.
contract: setup
	$(BIN)/python -m ringback.events.publish

bench: setup
	$(BIN)/python -m bench

# The campaign of docs/operations/faults.md; its short slice is part of `make test`.
MINUTES ?= 30
SIZE ?= campaign
faults: setup
	$(BIN)/python -m tests.faults --minutes $(MINUTES) --size $(SIZE) $(if $(SEED),--seed $(SEED)) \
		--markdown docs/operations/faults.md

# Tables of so many rows in each format: dry, for real, and once more. `make test` has them up to 5,000 rows.
ROWS ?= 100000
sizes: setup
	RINGBACK_ROWS=$(ROWS) $(BIN)/pytest tests/system/test_sizes.py --timeout 1800 --durations 0

# What setup and the tools have made; a stack's state folder (.ringback) holds data, and is left alone.
clean:
	rm -rf .venv .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
