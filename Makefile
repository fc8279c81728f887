# Softmax Explorer. Nothing here asks a question. The README has the plain commands without make.

PORT ?= 8501
PYTEST_ARGS ?=
VENV := .venv
PY := $(VENV)/bin/python
NODE := $(VENV)/bin/node
CANDIDATES := python3 python3.13 python3.12 python3.11
# Python compiles what it imports; pip would compile the whole of torch, which takes half a minute.
INSTALL = $(PY) -m pip install --no-input --no-compile

# What locks, audits and lists the packages stays out of the way of those that are used.
SUPPLY := $(VENV)/supply
COMPILE = $(SUPPLY)/bin/uv pip compile --quiet --no-config --system-certs --universal \
	--python-version 3.11 --generate-hashes --no-annotate --no-header
LOCK ?=

# In a container one is root, and Debian's packages can stand in for what is out of reach.
ROOT_WITH_APT = [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null
APT_INSTALL = apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	apt-get install -y -qq --no-install-recommends
FAIL = fail() { { echo; printf '%s\n' "$$@"; } >&2; exit 1; }

.DEFAULT_GOAL := help
.PHONY: help run dev serve wheel test test-browsers check format bench pictures messages setup data browser \
	servers lock lock-check audit plotly

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

run: data serve ## set everything up, then serve the app (PORT=8501)

# A page then runs again when its code is saved. What is cached (the data set, the runs) keeps the
# code that it was made with: after a change of softmax_core or of cache.py, start anew.
dev: export STREAMLIT_SERVER_FILE_WATCHER_TYPE = auto
dev: export STREAMLIT_SERVER_RUN_ON_SAVE = true
dev: data serve ## as run, for developing: an edit is shown when it is saved

serve: $(VENV)/.run ## serve the app as it is, without looking for the data
	@exec $(PY) -m softmax_ui.command --port $(PORT)

# Two tests at a time, for the two cores that are asked for: the browser's tests wait a good deal.
# pytest's last line is the last line: nothing may be printed after it.
test: setup data browser servers ## set everything up, a browser too, then run every test
	@$(NODE) --test --test-reporter=dot 'tests/javascript/*.test.js'
	@$(PY) -m pytest -n 2 --dist worksteal $(PYTEST_ARGS)

test-browsers: setup data ## what differs in Firefox and in WebKit, on a Debian, in a few minutes
	@command -v firefox-esr WebKitWebDriver Xvfb >/dev/null || { $(ROOT_WITH_APT) && \
	  $(APT_INSTALL) firefox-esr webkit2gtk-driver xvfb fonts-noto-cjk; } || { $(FAIL); \
	  fail 'These tests need Firefox and WebKit:' \
	  'sudo apt-get install firefox-esr webkit2gtk-driver xvfb fonts-noto-cjk'; }
	@$(PY) -m pytest -m other_browsers tests/other_browsers $(PYTEST_ARGS)

check: setup node_modules/.made ## lint, format, types, and the boundaries between the packages
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/oxlint --deny-warnings softmax_ui tests
	$(NODE) node_modules/typescript/bin/tsc
	gunzip -c $(PLOTLY_JS) | cmp - $(PLOTLY_FROM)

format: setup ## let ruff format and repair what it can
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: setup data browser ## measure training loops, answers, records, and how fast pages open
	@$(PY) -m tests.benchmarks
	@$(PY) -m tests.benchmarks.wide
	@$(PY) -m tests.benchmarks.answers
	@$(PY) -m tests.benchmarks.records
	@$(PY) -m tests.benchmarks.opening

messages: setup ## bring the translators' catalogues in step with the messages in the code
	@$(PY) -m tests.ui.catalogue

pictures: setup data browser ## take the README's pictures anew, from the real app
	@$(PY) -m tests.browser.pictures

wheel: setup $(SUPPLY)/.made ## build what pip installs into dist/, and beside it a list of all parts
	@$(PY) -m build --wheel --no-isolation
	@$(PY) deploy/parts.py $(SUPPLY)/bin/cyclonedx-py dist/softmax-explorer.cdx.json

# package.json names its version: that of plotly.js in plotly's Python package.
PLOTLY_JS := softmax_ui/vendored/plotly-cartesian.min.js.gz
PLOTLY_FROM := node_modules/plotly.js-cartesian-dist-min/plotly-cartesian.min.js
plotly: node_modules/.made ## take the part of plotly.js that the pages need from the npm registry
	@gzip -9 -n -c $(PLOTLY_FROM) > $(PLOTLY_JS)
	@cp $(dir $(PLOTLY_FROM))LICENSE $(dir $(PLOTLY_JS))LICENSE.plotly

# Every package that pip would install, on every system, with the hashes of its files: the app's, with
# the cluster's, and with the tools'. What is locked stays as it is unless asked for: make lock LOCK=--upgrade
lock: $(SUPPLY)/.made ## lock all packages, with their hashes, as requirements*.txt want them
	@$(COMPILE) $(LOCK) -o requirements.lock requirements.txt
	@$(COMPILE) $(LOCK) -o requirements-cluster.lock -c requirements.lock \
	  requirements.txt requirements-cluster.txt
	@$(COMPILE) $(LOCK) -o requirements-dev.lock -c requirements-cluster.lock \
	  requirements.txt requirements-cluster.txt requirements-dev.txt

# Locked anew from nothing, with the versions given: a package too few or a hash that the index does
# not have is a difference.
lock-check: $(SUPPLY)/.made ## tell whether the locks are whole, and what the index has
	@set -e; new=$$(mktemp); trap 'rm -f $$new' EXIT; \
	$(COMPILE) -c requirements.lock -o $$new requirements.txt; diff requirements.lock $$new; rm $$new; \
	$(COMPILE) -c requirements-cluster.lock -o $$new requirements.txt requirements-cluster.txt; \
	diff requirements-cluster.lock $$new; rm $$new; \
	$(COMPILE) -c requirements-dev.lock -o $$new requirements.txt requirements-cluster.txt \
	  requirements-dev.txt; diff requirements-dev.lock $$new

audit: $(SUPPLY)/.made ## ask whether a hole is known in a package that is locked
	@$(SUPPLY)/bin/pip-audit --strict --progress-spinner off --require-hashes --disable-pip \
	  -r requirements-dev.lock || { $(FAIL); \
	  fail 'Not all packages are free of known holes: either a table above names one, or the service' \
	  'that knows them could not be asked ("not found", "connection"), and nothing was audited.'; }

setup: $(VENV)/.dev ## install what running, testing and checking need

# A stamp is made when its step has ended well, so an interrupted step is done again.
$(VENV)/.made:
	@for candidate in $(or $(PYTHON),$(CANDIDATES)); do \
	  if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    python="$$candidate"; break; fi; done; $(FAIL); \
	[ -n "$$python" ] || fail 'Python 3.11 or newer is missing (tried: $(or $(PYTHON),$(CANDIDATES))).' \
	  'Install it, for example on Debian: apt-get install python3 python3-venv' \
	  'or name the one you have: make run PYTHON=/path/to/python3'; \
	"$$python" -m venv $(VENV) || fail "$$python cannot make a virtual environment: its venv is missing." \
	  'Install it, for example on Debian: apt-get install python3-venv'
	@touch $@

$(VENV)/.run: requirements.txt $(VENV)/.made
	@$(INSTALL) -r requirements.txt || { $(FAIL); \
	  fail 'The packages in requirements.txt could not be installed; the reason is above.' \
	  'With the network (or the disk) put right, type the same command again.'; }
	@touch $@

# All files at once: pip then keeps the pinned torch whatever the tools would like.
$(VENV)/.dev: requirements-dev.txt requirements-cluster.txt $(VENV)/.run
	@$(INSTALL) -r requirements.txt -r requirements-cluster.txt -r requirements-dev.txt || { $(FAIL); \
	  fail 'The packages in requirements-dev.txt could not be installed; the reason is above.' \
	  'With the network (or the disk) put right, type the same command again.'; }
	@touch $@

$(SUPPLY)/.made: requirements-supply.txt $(VENV)/.made
	@$(PY) -m venv $(SUPPLY)
	@$(SUPPLY)/bin/python -m pip install --quiet --no-input --no-compile -r $<
	@touch $@

# Only `make check` needs it: TypeScript reads the types in the comments of the JavaScript, and our
# plotly.js is compared with what was published. Node then trusts the certificates that this machine
# trusts, as pip does.
node_modules/.made: package-lock.json $(VENV)/.dev
	@NODE_OPTIONS=--use-system-ca $(VENV)/bin/npm ci --no-progress || { $(FAIL); \
	  fail 'What package.json names could not be fetched from the npm registry; the reason is above.' \
	  'With the network put right, type: make check' \
	  'A mirror is named by: npm config set registry ADDRESS'; }
	@touch $@

# The last of the four files to get its name tells that all are there; the app verifies them.
# The mirror is asked first: the system is changed only where nothing else has worked.
data: $(VENV)/.run ## fetch Fashion-MNIST into SOFTMAX_DATA, or .data
	@[ ! -f "$${SOFTMAX_DATA:-.data}/FashionMNIST/raw/t10k-labels-idx1-ubyte" ] || exit 0; \
	$(PY) -m softmax_core data && exit 0; \
	if $(ROOT_WITH_APT) && [ ! -d /usr/share/datasets/fashion-mnist ]; then \
	  echo 'Trying the Debian package dataset-fashion-mnist.'; \
	  $(APT_INSTALL) dataset-fashion-mnist && $(PY) -m softmax_core data && exit 0; fi; \
	$(FAIL); fail 'Fashion-MNIST is missing; the reason is above.' \
	  'With the network put right, type: make data' \
	  'or, on Debian: sudo apt-get install dataset-fashion-mnist && make data' \
	  'Everything but the training works without it: make serve'

# A browser of this machine, else Debian's (it brings its libraries along), else Playwright's. The
# headless shell is Chromium without its windows, a quarter cheaper to run.
browser: setup
	@if [ -n "$$SOFTMAX_BROWSER" ]; then [ -x "$$SOFTMAX_BROWSER" ] && exit 0; $(FAIL); \
	  fail "SOFTMAX_BROWSER names $$SOFTMAX_BROWSER, which cannot be started."; fi; \
	for name in chromium-headless-shell chromium chromium-browser google-chrome; do \
	  command -v $$name >/dev/null && exit 0; done; \
	if $(ROOT_WITH_APT); then $(APT_INSTALL) chromium-headless-shell fonts-noto-cjk && exit 0; \
	  $(PY) -m playwright install --with-deps chromium && exit 0; fi; \
	$(PY) -m playwright install chromium && exit 0; \
	$(FAIL); fail 'The tests need Chromium or Chrome, and none could be installed.' \
	  'Install one, for example on Debian: sudo apt-get install chromium-headless-shell' \
	  'or name the one you have: make test SOFTMAX_BROWSER=/path/to/chromium'

# Debian's, where one is root. Without root PostgreSQL comes in a wheel, and two servers are asked in
# turn instead of through haproxy. None of them is started but by a test.
POSTGRES_WHEEL := pgserver==0.1.4
servers: setup
	@$(PY) -m tests.postgres && command -v haproxy >/dev/null && exit 0; \
	if $(ROOT_WITH_APT); then $(APT_INSTALL) postgresql haproxy && $(PY) -m tests.postgres && exit 0; fi; \
	$(PY) -m tests.postgres && exit 0; \
	$(INSTALL) $(POSTGRES_WHEEL) && $(PY) -m tests.postgres && exit 0; \
	$(FAIL); fail 'The tests need PostgreSQL 15 or newer, and none could be installed.' \
	  'Install it, for example on Debian: sudo apt-get install postgresql haproxy'
