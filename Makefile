# Works with GNU make from 3.81 (macOS) on. Everything is installed in .venv; nothing outside this folder is touched,
# except that `make test` installs a browser where there is none.
SHELL  := /bin/sh
VENV   := .venv
PY     := $(VENV)/bin/python
PIP    := $(PY) -m pip --disable-pip-version-check --no-input install -qq --constraint constraints.txt
# The first Python that really runs (a version manager's shim may not), is 3.11 or 3.12, and can make environments.
USABLE := import ctypes, ensurepip, sqlite3, ssl, sys, venv; sys.exit(sys.version_info[:2] not in [(3, 11), (3, 12)])
PYTHON  = $(shell for p in python3.12 python3.11 python3 python /opt/homebrew/bin/python3.12 /opt/homebrew/bin/python3.11 \
	/usr/bin/python3.12 /usr/bin/python3.11; do if "$$p" -c '$(USABLE)' >/dev/null 2>&1; then echo "$$p"; break; fi; done)

.PHONY: help run test soak check bench screenshots clean
help: ## what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

run: $(VENV)/.installed ## install what is missing, start the app and its worker, print the address
	@exec $(PY) -m mlworkbench.cli app $(ARGS)

test: check ## everything: lint, types, imports, then all tests, browser tests included
	@$(PY) scripts/browser.py
	$(PY) -m pytest -n 2 --dist loadgroup $(ARGS)

soak: $(VENV)/.tested ## kill -9 of jobs, worker and server, twenty times each
	@$(PY) scripts/browser.py
	MLWORKBENCH_KILLS=20 $(PY) -m pytest tests/jobs/test_kills.py tests/browser/test_killed_uploads.py

check: $(VENV)/.tested ## lint, types, import contract
	$(PY) -m ruff check .
	$(PY) -m ruff format --check --quiet .
	$(PY) -m mypy
	$(PY) -c "from importlinter.cli import lint_imports_command as check; check()" --no-logo

bench: $(VENV)/.tested ## every performance and accuracy claim, each as a ratio against its baseline
	@set -e; for script in benchmarks/*.py; do echo "== $$script"; $(PY) $$script; done

screenshots: $(VENV)/.tested ## take the pictures in docs/screenshots again (with MLWORKBENCH_TEST_DATA set)
	@$(PY) scripts/browser.py
	MLWORKBENCH_SCREENSHOTS=docs/screenshots $(PY) -m pytest tests/browser

clean: ## remove .venv and the caches; the workspace stays
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis test-results

# -- a stamp is written last, so an installation that failed or was broken off is done again ------------------------
$(VENV)/.installed: constraints.txt pyproject.toml
	@rm -f $@; if ! $(PY) -c '$(USABLE)' >/dev/null 2>&1; then \
		python='$(PYTHON)'; \
		if [ -z "$$python" ]; then \
			echo "Python 3.11 or 3.12 with its venv module is needed, and none was found. Install one (Debian: apt-get install python3-venv)," >&2; \
			echo "or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; exit 1; \
		fi; \
		echo "Making $(VENV) with $$("$$python" -V) ..."; rm -rf $(VENV); "$$python" -m venv $(VENV); \
	fi
	@echo "Installing the locked set of packages; the first time this takes a few minutes ..."
	@$(PIP) pip torch
	@$(PIP) --editable .
	@touch $@

$(VENV)/.tested: $(VENV)/.installed
	@rm -f $@; echo "Installing the test tools ..."
	@$(PIP) --editable '.[dev,dask,dvc,postgres]'
	@touch $@
