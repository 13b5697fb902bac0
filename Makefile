# Two commands do all set-up on a fresh machine with Python 3.11 or later: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint format types docs lock clean benchmarks

demo: $(VENV)/installed
	$(BIN)/casetally run sample_data/authority --authority sampleshire --as-at 2024-03-31 --months 24 --out out
	@echo
	@echo "Figures: out/figures.csv and out/figures.parquet. Rows accounted for: out/ledger.csv. What was found: out/findings.csv."
	@echo "The children behind a figure:   $(BIN)/casetally cases cp_visit_10wd --month 2024-03"
	@echo "How it comes about:             $(BIN)/casetally explain cp_visit_10wd --month 2024-03"
	@echo "What falls due next:            $(BIN)/casetally due --within 10"

test: $(VENV)/installed-dev
	$(BIN)/python -m pytest -n auto $(ARGS)

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/installed-dev
	$(BIN)/mypy

docs: $(VENV)/installed
	$(BIN)/python -m casetally.reports.reference_pages

benchmarks: $(VENV)/installed-dev
	$(BIN)/python -m benchmarks.run

# The lock files name versions and hashes and no index, so they serve wherever packages come from. Needs uv.
LOCK = uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 pyproject.toml
lock:
	$(LOCK) --group build -o requirements.lock
	$(LOCK) --group dev -o requirements-dev.lock

clean:
	rm -rf $(VENV) out build dist

$(VENV)/installed: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/installed-dev: requirements-dev.lock $(VENV)/installed
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@
