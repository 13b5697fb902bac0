# Two commands do all set-up on a fresh machine with Python 3.11 or later: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint format types docs lock clean benchmarks screenshots

DARLINGTON := darlington-2023-09
demo: $(VENV)/installed
	$(BIN)/casetally run sample_data/darlington --as-at 2023-09-30 --months 6 --report $(DARLINGTON) --out out
	@echo
	$(BIN)/casetally report $(DARLINGTON) --month 2023-09 --out reports
	$(BIN)/casetally reconcile sample_data/published/$(DARLINGTON) --causes sample_data/darlington/notes/let_go.csv
	@echo
	@echo "The report: open reports/$(DARLINGTON)_2023-09_internal.html in a browser; the workbook stands beside it"
	@echo "As a table:                               $(BIN)/casetally report $(DARLINGTON) --month 2023-09"
	@echo "The children behind the 83.9% of CSC 178: $(BIN)/casetally cases icpc_15wd --month 2023-09"
	@echo "How it comes about:                       $(BIN)/casetally explain icpc_15wd --month 2023-09"
	@echo "What falls due next:                      $(BIN)/casetally due --within 10"
	@echo "Whether the print agrees with itself:     $(BIN)/casetally audit sample_data/published/$(DARLINGTON)"

# a file on one worker: what it plants, it plants once; the longest first (tests/conftest.py)
test: $(VENV)/installed-dev
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/installed-dev
	$(BIN)/mypy

docs: $(VENV)/installed-dev
	$(BIN)/python -m casetally.reports.reference_pages
	$(BIN)/python -m casetally.reports.gallery sample_data/darlington $(DARLINGTON) 2023-09-30 6 docs/gallery

# The pictures of the README and the gallery. Needs a browser and poppler (.ci/install).
screenshots: $(VENV)/installed-dev
	$(BIN)/python -m tests.browser.screenshots

benchmarks: $(VENV)/installed-dev
	$(BIN)/python -m benchmarks.run

# The lock files name versions and hashes and no index, so they serve wherever packages come from. Needs uv.
LOCK = uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 pyproject.toml
lock:
	$(LOCK) --group build -o requirements.lock
	$(LOCK) --group dev -o requirements-dev.lock

clean:
	rm -rf $(VENV) out reports build dist

$(VENV)/installed: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/installed-dev: requirements-dev.lock $(VENV)/installed
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@
