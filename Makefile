# From nothing but Python 3.11 or newer, make and a package index; `make` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SPARK := $(VENV)/.spark
UV_PIN = $(shell sed -n 's/^\(uv==[^ ;]*\).*/\1/p' requirements.lock)
AUDITOR := pip-audit@2.10.1
TRACKING = $${MLFLOW_TRACKING_URI:-sqlite:///experiments/mlflow.db}

.DEFAULT_GOAL := help
.PHONY: help setup run test check audit bench docs lab ui lock clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## make the environment in .venv, pinned by requirements.lock (PYTHON=python3.12 chooses another)

run: $(READY) data/raw/demo ## run the main job on the demo company: list, thresholds, report
	$(BIN)/leadline run experiments/demo.yaml

test: $(READY) $(SPARK) ## run every test, and say what was skipped and why
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -rs

check: $(READY) ## lint, format, types, import rules, notebooks without outputs, known advisories
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	find notebooks -maxdepth 1 -name '*.ipynb' -exec $(BIN)/nbstripout --verify {} +
	@$(MAKE) --no-print-directory audit

audit: $(READY) ## hold every pinned version against the advisories of osv.dev, where that can be reached
	@if $(BIN)/python -c 'import socket; socket.create_connection(("api.osv.dev", 443), 5)' 2>/dev/null; then \
		$(BIN)/uv tool run --quiet $(AUDITOR) --disable-pip --require-hashes --vulnerability-service osv -r requirements.lock; \
	else echo "The advisories of osv.dev are out of reach, so the pinned versions were not held against them."; fi

bench: $(READY) ## measure speed and memory beside DuckDB, pandas and featuretools (docs/benchmarks.md)
	$(BIN)/python -m bench.run

docs: $(READY) ## write the catalogue of indicators (docs/indicators.md) and build all pages into build/site
	$(BIN)/leadline indicators --out docs/indicators.md
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

lab: $(READY) ## open JupyterLab on the notebooks
	$(BIN)/jupyter lab notebooks

ui: $(READY) ## open MLflow's pages on the runs kept here (or at MLFLOW_TRACKING_URI)
	$(BIN)/mlflow ui --backend-store-uri "$(TRACKING)"

lock: $(READY) ## pin the newest versions that pyproject.toml allows
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --extra dev --generate-hashes \
		--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' \
		--output-file requirements.lock pyproject.toml
	echo 'pyspark>=4.3,<5' | $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate --constraint requirements.lock \
		--output-file requirements-spark.lock -

clean: ## remove the environment, caches and what can be made again from the data
	rm -rf $(VENV) build data/derived .mypy_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info
	find src tests notebooks -name __pycache__ -prune -exec rm -rf {} +

data/raw/demo: | $(READY)
	$(BIN)/leadline simulate $@

$(SPARK): requirements-spark.lock | $(READY)
	@if java -version 2>/dev/null; then \
		$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --requirements $< && touch $@; \
	else echo "There is no Java here (17 or newer), so the tests of Spark will be skipped."; fi

$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { \
		echo "There is no $(PYTHON) here; install Python 3.11 or newer, or name another: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$$($(PYTHON) --version) is too old: Leadline needs Python 3.11 or newer; name one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make environments; on Debian: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(UV_PIN)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --requirements requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@
