# Ranker. `make run` serves the app, `make test` proves it; both set up all they need.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 5000
export PORT

.PHONY: help run demo test prove references quick bench pictures lighthouse words lock clean

help:             ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

run: $(VENV)/.run ## serve the app with the real series at http://127.0.0.1:$(PORT)
	@$(BIN)/ranker serve

demo: $(VENV)/.run ## the same on a database of its own, with a made-up community
	@$(BIN)/ranker demo

test: $(VENV)/.test tests/node_modules/.package-lock.json ## every test: units, browser, PostgreSQL
	@$(BIN)/ruff check --quiet ranker tests
	@$(BIN)/ruff format --check --quiet ranker tests
	@$(BIN)/mypy
	@$(BIN)/python -m pytest tests -n 2 --dist worksteal
	@$(BIN)/python -m pytest tests/web tests/faults tests/operation tests/test_installation.py tests/worlds/test_mutations.py --database=postgresql -k "not noticed" -n 2

prove: $(VENV)/.test ## walk through EXAMPLES=20000 pairs of worlds, for as long as that takes
	@EXAMPLES=$(or $(EXAMPLES),20000) $(BIN)/python -m pytest tests/worlds/test_two_worlds.py -q -s

references: $(VENV)/.test $(VENV)/references/.made ## score POLLS=1000 fresh random polls with pref_voting and VoteKit
	@$(VENV)/references/bin/python tests/references/compute.py --polls $(or $(POLLS),1000) > $(VENV)/references/polls.json
	@POLLS=$(VENV)/references/polls.json $(BIN)/python -m pytest tests/domain/test_references.py -q

quick: $(VENV)/.test ## the tests without browser and PostgreSQL, in seconds
	@$(BIN)/python -m pytest tests -m "not browser" -n 2 --dist worksteal

bench: $(VENV)/.test $(VENV)/references/.made ## requests per second beside a bare Flask view, counting beside pref_voting and VoteKit
	@$(BIN)/python -m tests.benchmarks

pictures: $(VENV)/.test tests/node_modules/.package-lock.json ## take the README's pictures anew
	@$(BIN)/python -m tests.browser.pictures

lighthouse: $(VENV)/.test tests/node_modules/.package-lock.json ## performance, accessibility and best practices, each at least 95
	@npm install --prefix tests/lighthouse --no-save --no-audit --no-fund --ignore-scripts --loglevel=error
	@CHROME_PATH=$$(command -v chromium) $(BIN)/python -m tests.lighthouse

words: $(VENV)/.run ## gather the texts of pages for the translations, and compile these
	@$(BIN)/python -m tests.catalogue

lock:             ## write the lock files anew (needs uv)
	uv pip compile pyproject.toml --group build --extra postgres --extra redis --universal \
	  --generate-hashes --no-annotate --no-header --python-version 3.11 -o requirements.lock
	uv pip compile pyproject.toml --group build --group dev --extra postgres --extra redis -c requirements.lock --universal \
	  --generate-hashes --no-annotate --no-header --python-version 3.11 -o requirements-dev.lock
	uv pip compile --group references --universal \
	  --generate-hashes --no-annotate --no-header --python-version 3.11 -o tests/references/requirements.lock

clean:            ## remove what was installed; the data under instance/ stays
	rm -rf $(VENV) tests/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.run: requirements.lock pyproject.toml
	@PYTHON="$(PYTHON)" .ci/environment requirements.lock $@

$(VENV)/.test: requirements-dev.lock pyproject.toml
	@PYTHON="$(PYTHON)" .ci/environment requirements-dev.lock $@
	@touch $(VENV)/.run

$(VENV)/references/.made: tests/references/requirements.lock
	@$(PYTHON) -m venv --clear $(VENV)/references
	@$(VENV)/references/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

tests/node_modules/.package-lock.json: tests/package-lock.json
	@command -v npm >/dev/null || { echo "The browser tests need npm (Debian: apt-get install npm)." >&2; exit 1; }
	@npm ci --prefix tests --no-audit --no-fund --ignore-scripts --loglevel=error
	@touch $@
