# `make setup` once, then `make demo`, `make test`, `make bench`: each calls setup by itself.
PYTHON ?= python3.11
BIN := .venv/bin

.PHONY: setup demo test bench lint lock clean

setup: .venv/.ready

.venv/.ready: pyproject.toml requirements/all.txt requirements/uv.txt $(wildcard standalone/locks/*.toml)
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --require-hashes -r requirements/uv.txt
	$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements/all.txt requirements/uv.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	$(BIN)/python -m standalone.fetch
	touch $@

demo: setup
	$(BIN)/python -m cli.demo

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock:
	$(BIN)/uv pip compile --upgrade --universal --generate-hashes --python-version 3.11 --no-emit-index-url \
		--no-emit-find-links --extra dev pyproject.toml -o requirements/all.txt
	$(BIN)/uv pip compile --upgrade --universal --generate-hashes --python-version 3.11 --no-emit-index-url \
		--no-emit-find-links requirements/uv.in -o requirements/uv.txt

bench: setup
	$(BIN)/python -m bench
