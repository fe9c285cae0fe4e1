# make          build and validate the package, and print a summary
# make test     run the tests
# make test-exhaustive  run the exhaustive tests: every constraint in every layer, every kind of it on Spark,
#               generated packages
# make test-all both in one run, which takes less time than one after the other
#               (option for each of the three: WORKERS=3 for another number of processes than there are processors)
# make matrix   compare the frames of the wheel on the supported versions of pandas and Python
# make check    ruff, mypy and the drift checks
# make format   format code and tables
# make bench    compare speed and memory with other validators and with the last release, write docs/benchmarks.md
#               (options: SIZES="1e4 1e5", ONLY="clausula polars")
# make lock     update requirements.lock (option: UPGRADE=--upgrade for the newest versions)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH := .venv-bench
READY := $(VENV)/.ready
LOCKED := --require-hashes --no-deps
PIP_QUIET := -qq --disable-pip-version-check --no-compile
TEXTS ?= ../shared/sources
WORKERS ?= auto

# Python stores compiled modules even if the environment forbids it: the tests start hundreds of processes, and compiling
# the libraries again takes a third of each start.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := all
.PHONY: all build validate test test-exhaustive test-all matrix check format bench bench-large lock clean

all: build validate

# pip installs uv, and uv everything else: that takes seconds once the packages have been downloaded. Where uv does not
# run or reaches no index (it does not read pip.conf), pip installs the same files. Both check the hashes of the lock.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is required; this is Python " + sys.version) if sys.version_info < (3, 11) else None'
	@echo "Creating $(VENV) from requirements.lock (takes a few minutes the first time)"
	@$(PYTHON) -m venv --clear $(VENV)
	@awk '/^[^ #]/ { wanted = /^uv==/ } wanted' requirements.lock >$(VENV)/uv.txt
	@{ $(BIN)/python -m pip install $(PIP_QUIET) $(LOCKED) --requirement $(VENV)/uv.txt && \
	  $(BIN)/uv pip install --quiet --python $(BIN)/python $(LOCKED) --requirement requirements.lock; } || \
	  { echo "uv could not install the packages; pip installs them"; \
	  $(BIN)/python -m pip install $(PIP_QUIET) $(LOCKED) --requirement requirements.lock; }
	@$(BIN)/python -m pip install $(PIP_QUIET) --no-deps --no-build-isolation --editable .
	@touch $@

build: $(READY)
	@$(BIN)/clausula build

# If the source texts are in TEXTS, every anchor is verified as well. Otherwise the output says that they were not.
validate: $(READY)
	@$(BIN)/clausula validate $(if $(wildcard $(TEXTS)/*.txt),--texts $(TEXTS))

test: $(READY)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -m "not exhaustive"

test-exhaustive: $(READY)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -m exhaustive

test-all: $(READY)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

# Uses uv if it is installed, and the Pythons that are installed; the others are skipped with a message.
matrix: $(READY)
	@$(BIN)/python scripts/matrix.py

check: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/clausula validate --layer drift --layer parquet
	@$(BIN)/python scripts/reference_pages.py --check
	@$(BIN)/python scripts/coverage_table.py --check
	@$(BIN)/python scripts/registry_codes.py --check
	@$(BIN)/python scripts/leaks.py

format: $(READY)
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .
	@$(BIN)/clausula format

# The libraries compared in the benchmark have a separate environment; nothing else needs them.
$(BENCH)/.ready: pyproject.toml
	@echo "Creating $(BENCH) (takes a few minutes the first time)"
	@$(PYTHON) -m venv --clear $(BENCH)
	@$(BENCH)/bin/python -m pip install -qq --disable-pip-version-check --upgrade "pip>=25.1"
	@$(BENCH)/bin/python -m pip install -qq --disable-pip-version-check --group bench \
	  --editable ".[validate,expectations,spark,coding,plot,site]"
	@touch $@

bench: $(BENCH)/.ready
	@$(BENCH)/bin/python -m benchmarks.run $(if $(SIZES),--sizes "$(SIZES)") $(if $(ONLY),--only "$(ONLY)")
	@$(BENCH)/bin/python -m benchmarks.packages
	@$(BENCH)/bin/python -m benchmarks.commands

bench-large: $(BENCH)/.ready
	@$(BENCH)/bin/python -m benchmarks.run --large $(if $(SIZES),--sizes "$(SIZES)") $(if $(ONLY),--only "$(ONLY)")

# The lock file works with Python 3.11 to 3.14 on every system; it has hashes, but no index URLs. `make lock` keeps the
# versions that it has; `make lock UPGRADE=--upgrade` takes the newest.
lock: $(READY)
	@$(BIN)/uv pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --quiet $(UPGRADE) --output-file requirements.lock

clean:
	rm -rf $(VENV) $(BENCH) .bench build dist .mypy_cache .ruff_cache .hypothesis
