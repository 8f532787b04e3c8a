# The commands of the project. `make up` on a machine with Python 3.11+ is all it takes.
.DEFAULT_GOAL := help
.PHONY: help up test prove kills audit check bench eval features lock clean environment
MAKEFLAGS += --no-print-directory

bin := .venv/bin
stamp := .venv/.installed
# The newest Python whose packages are all published as wheels comes first.
find_python = for python in python3.13 python3.12 python3.11 python3.14 python3 python; do \
	$$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$python && break; \
	done
# Libraries must not report to their makers while tests and checks run either.
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export GX_ANALYTICS_ENABLED := false
# Common in containers. A dozen processes would compile anew, each at every start, what they import.
unexport PYTHONDONTWRITEBYTECODE

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' Makefile

up: $(stamp)  ## start everything: database, demo company, API, Dagster, dashboards, worker
	@$(bin)/qooerp up

test: $(stamp)  ## all suites
	@mkdir -p build
	@$(bin)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --junitxml=build/junit.xml $(TESTS)

prove: $(stamp)  ## what takes long: races, cut wires, attacks at length, and each guard taken away in turn (FAULTS="stock" to choose)
	@QOOERP_PROVE=1 $(bin)/python -m pytest tests/attacks tests/concurrency tests/seals tests/simulator
	@$(bin)/python tools/plant_faults.py $(FAULTS)

kills: $(stamp)  ## kill the running program's processes under load on the demo company (ROUNDS=20); it must not run meanwhile
	@$(bin)/python -m bench.kills --rounds $(or $(ROUNDS),20)

audit: $(stamp)  ## what is installed: equal to the lock file and free of conflicts; an inventory in build/sbom.json
	@$(bin)/python tools/inventory.py

check: $(stamp)  ## format, lint, types, imports, SQL, migrations, lock file
	@$(bin)/python tools/check.py

bench: $(stamp)  ## our claims measured beside a baseline; writes docs/benchmarks.md
	@$(bin)/qooerp bench $(BENCHES)

eval: $(stamp)  ## how often the program is right, by known answers: questions of the loaded companies, anomalies by pattern and seed, places found by embedding
	@$(bin)/qooerp eval questions
	@$(bin)/qooerp eval anomalies
	@$(bin)/qooerp eval retrieval

features: $(stamp)  ## which rows of docs/features.csv a passing test shows (ROWS="3.4 FIN" to choose)
	@$(bin)/python tools/features.py $(if $(ROWS),--rows $(ROWS))

lock: $(stamp)  ## resolve pyproject.toml again, keeping every version that still fits
	@$(bin)/uv pip compile --quiet --universal --python-version 3.11 --extra dev --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header pyproject.toml --output-file requirements.lock

clean:  ## remove the environment and what tools left behind; the state folder stays
	@rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

environment: $(stamp)

$(stamp): requirements.lock tools/bootstrap.lock pyproject.toml
	@python=$$($(find_python)); \
	if [ -z "$$python" ]; then \
		echo "Python 3.11 or newer with its venv module is needed (Debian: apt install python3 python3-venv)." >&2; exit 1; \
	fi; \
	started=$$(date +%s); \
	if ! $(bin)/python -m pip --version >/dev/null 2>&1; then \
		echo "Virtual environment with $$($$python --version) ..."; rm -rf .venv; $$python -m venv .venv || exit 1; \
	fi; \
	echo "Installing $$(grep -c '^[a-z]' requirements.lock) packages of requirements.lock ..."; \
	( while sleep 5 >/dev/null 2>&1; do echo "  still installing, $$(($$(date +%s) - started)) s"; done ) & beat=$$!; \
	trap 'kill $$beat 2>/dev/null' EXIT INT TERM; \
	$(bin)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tools/bootstrap.lock \
	&& $(bin)/uv pip sync --quiet --python $(bin)/python --require-hashes requirements.lock \
	&& $(bin)/uv pip install --quiet --python $(bin)/python --no-deps --no-build-isolation --editable . \
	&& touch $@ && echo "Installed in $$(($$(date +%s) - started)) s."
