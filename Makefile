# Everything is set up by the first target that is asked for; only Python ≥ 3.11 and make are needed.

PYTHON ?= python3
ARGS ?=
VENV := .venv
STAMP := $(VENV)/.installed
RUN_STAMP := $(VENV)/.installed-to-run

.DEFAULT_GOAL := help
.PHONY: help demo run story test lint screenshots clean

help:
	@echo 'make demo    try the bot in a simulated Discord, in the browser'
	@echo 'make story   play the whole story without a browser, into out/'
	@echo 'make run     run the bot (settings in .env, see config.example.env)'
	@echo 'make test    run the tests (ARGS="-k name" for some of them)'
	@echo 'make lint    check format, lint and types'
	@echo 'make screenshots   take the pictures in docs/images anew (needs Chromium)'
	@echo 'make clean   remove what the targets made, but no database'

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { \
		echo 'Fanchant needs Python 3.11 or newer, and $(PYTHON) was not found: install it, or name one, as in "make demo PYTHON=python3.12".' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Fanchant needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) -V 2>&1): install a newer one, or name it, as in \"make demo PYTHON=python3.12\"." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
		echo 'The environment could not be made: on Debian and Ubuntu, install the package python3-venv.' >&2; rm -rf $(VENV); exit 1; }

# To run the bot needs less than to try and to test it.
$(RUN_STAMP): requirements.txt | $(VENV)/bin/python
	@echo 'Installing what Fanchant needs; this takes a minute the first time.'
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(STAMP): requirements.txt requirements-dev.txt | $(VENV)/bin/python
	@echo 'Installing what the demo and the tests need; this takes a minute the first time.'
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

demo: $(STAMP)
	@$(VENV)/bin/python bot.py demo $(ARGS)

story: $(STAMP)
	$(VENV)/bin/python bot.py demo --story $(ARGS)

run: $(RUN_STAMP)
	@$(VENV)/bin/python bot.py run $(ARGS)

# One process more than a small machine has cores: much of a test is waiting. Every process reads
# all tests; what they are compiled to is kept for the next time, whatever the environment says.
test: export PYTHONDONTWRITEBYTECODE =
test: $(STAMP)
	$(VENV)/bin/python -m pytest -n 3 --dist worksteal $(ARGS)

lint: $(STAMP)
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/pyright

screenshots: $(STAMP)
	$(VENV)/bin/python -m tests.demo.screenshots

clean:
	rm -rf $(VENV) build out .hypothesis .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
