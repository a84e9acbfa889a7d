# Everything one does with the project. Needs Python 3.11 or newer and make; Node comes from a wheel
# when the machine has none.

PYTHON ?= python3
PORT   ?= 8000
V      := .venv
PIP    := $(V)/bin/pip --disable-pip-version-check
PY     := $(V)/bin/python
STAMP  := $(V)/.stamp
FRONT  := weixi/web/frontend
DIST   := weixi/web/static/dist/manifest.json
MO     := weixi/locale/zh_Hans/LC_MESSAGES/django.mo
NODE   := PATH="$(abspath $(V))/bin:$$PATH"

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench lock clean assets messages wheel compiled

help: ## list of the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

setup: $(STAMP)-weixi $(DIST) $(MO) compiled ## install what running needs; leaves .venv/bin/weixi

run: setup ## the demo company on http://127.0.0.1:$(PORT)
	$(V)/bin/weixi demo --if-empty
	$(V)/bin/weixi serve --port $(PORT)

test: $(STAMP)-dev $(STAMP)-weixi $(DIST) $(MO) ## all tests, on SQLite and on PostgreSQL
	PYTHONDONTWRITEBYTECODE= $(PY) -m pytest -n 2 --dist worksteal
	PYTHONDONTWRITEBYTECODE= WEIXI_TEST_DB=postgres $(PY) -m pytest -n 2 --dist worksteal

check: $(STAMP)-dev $(STAMP)-weixi $(DIST) $(MO) ## style, types, floors, sentences, migrations
	$(V)/bin/ruff format --check .
	$(V)/bin/ruff check .
	$(V)/bin/mypy weixi
	$(V)/bin/lint-imports
	$(PY) tools/templates.py check
	$(PY) tools/messages.py check
	$(PY) manage.py makemigrations --check --dry-run

bench: $(STAMP)-dev $(STAMP)-weixi $(DIST) $(MO) compiled ## measure against the goals
	$(PY) -m bench

# A start half a second sooner where the interpreter is told not to keep what it compiles.
compiled: $(STAMP)-weixi
	@$(PY) -m compileall -q weixi

assets: ## build css, js and icons
	@touch -c -t 200001010000 $(DIST)
	@$(MAKE) --no-print-directory $(DIST)

messages: $(STAMP)-base ## merge and compile the sentences of the screens
	$(PY) tools/messages.py build

wheel: $(STAMP)-dev $(FRONT)/node_modules/.stamp $(MO) ## dist/weixi-*.whl with the built assets
	cd $(FRONT) && $(NODE) node build.mjs --alone
	$(PY) -m build --wheel --no-isolation

LOCK := $(V)/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-annotate --custom-compile-command 'make lock'
lock: | $(V)/bin/pip ## renew the locks in req/ and the front end
	$(PIP) install -q uv
	$(LOCK) req/base.in -o req/base.txt
	$(LOCK) req/build.in -c req/base.txt -o req/build.txt
	$(LOCK) req/dev.in -c req/base.txt -o req/dev.txt
	$(LOCK) req/node.in -o req/node.txt
	cd $(FRONT) && $(NODE) npm install --package-lock-only --loglevel=error && $(NODE) node lock.mjs

clean: ## remove what was built and installed; data in var/ stays
	rm -rf $(V) $(FRONT)/node_modules weixi/web/static/dist weixi/locale/*/LC_MESSAGES dist build *.egg-info

$(V)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo '需要 Python 3.11 或更新版本 (Python 3.11 or newer is needed)'; exit 1; }
	@$(PYTHON) -m venv $(V) || { rm -rf $(V); echo '缺少 venv 模块；Debian/Ubuntu 请先 apt install python3-venv (the venv module is missing)'; exit 1; }

$(STAMP)-base: req/base.txt | $(V)/bin/pip
	$(PIP) install -q --require-hashes -r $<
	@touch $@

$(STAMP)-dev: req/dev.txt $(STAMP)-base
	$(PIP) install -q --require-hashes -r $<
	@touch $@

# hatchling makes the editable install without reaching out
$(STAMP)-weixi: pyproject.toml req/build.txt req/base.in tools/wheel_dependencies.py $(STAMP)-base
	$(PIP) install -q --require-hashes -r req/build.txt
	$(PIP) install -q --no-deps --no-build-isolation --no-index -e .
	@touch $@

# a system Node of 20 or newer, else the wheel in the virtual environment
$(STAMP)-node: req/node.txt | $(V)/bin/pip
	@if node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && command -v npm >/dev/null; \
	then echo "using Node $$(node -v)"; else $(PIP) install -q --require-hashes -r $<; fi
	@touch $@

$(FRONT)/node_modules/.stamp: $(FRONT)/package-lock.json $(FRONT)/.npmrc $(STAMP)-node
	cd $(FRONT) && $(NODE) npm ci --ignore-scripts --no-fund --no-audit --loglevel=error
	@touch $@

$(DIST): $(FRONT)/node_modules/.stamp $(FRONT)/build.mjs $(FRONT)/icons.json $(wildcard $(FRONT)/css/*.css) $(wildcard $(FRONT)/js/*.js)
	cd $(FRONT) && $(NODE) node build.mjs

$(MO): $(wildcard weixi/locale/parts/*.po) tools/messages.py $(STAMP)-base
	$(PY) tools/messages.py build
