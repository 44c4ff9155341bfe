# `make up` and `make test` do all the set-up they need by themselves; `make help` lists everything.

PYTHON  ?= python3
WORKERS ?= 2
ARGS    ?=

# The tests of a few minutes; CI runs the others too.
QUICK   := not long and not slow and (not engine or smoke)

VENV    := .venv/bin
DEMO    := $(VENV)/python -m devkit.demo
DISTRIBUTIONS := pulumi-azure-scaleset $(addprefix pulumi-azure-scaleset-,core migration operations policies simulator templates)

COMPILE = $(VENV)/uv pip compile pyproject.toml --generate-hashes --no-header --no-annotate --quiet \
  --python-version 3.11 $(addprefix --no-emit-package ,$(DISTRIBUTIONS)) $(addprefix --upgrade-package ,$(UPGRADE))

# If this is set, as in many container images, each of the thousand Python processes that the tests start recompiles its
# imports: half of its time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help up preview refresh down env pulumi stop test test-long test-all test-oldest lint lock format docs recordings dist version bench mutants clean venv setup

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: setup ## deploy the demo (Pulumi.dev.yaml) to the embedded Azure simulator
	@$(DEMO) up $(ARGS)

preview: setup ## show what `make up` would change
	@$(DEMO) preview $(ARGS)

refresh: setup ## compare the state with what is in the simulator
	@$(DEMO) refresh $(ARGS)

down: setup ## delete the demo's resources and stop the simulator
	@$(DEMO) down $(ARGS)

env: setup ## print exports for your own `pulumi` commands: eval "$(make -s env)"
	@$(DEMO) env

pulumi: setup ## run pulumi in the demo: make pulumi ARGS="stack output"
	@$(DEMO) pulumi $(ARGS)

stop: setup ## stop the simulator and keep its state
	@$(DEMO) stop

test: setup ## run the quick tests (6 minutes); more at once with WORKERS=8
	@$(VENV)/pytest -n $(WORKERS) --dist worksteal -m "$(QUICK)" $(ARGS)

test-long: setup ## run all other tests (30 minutes): the engine, fleets, SDKs, the update matrix, kill points
	@$(VENV)/pytest -n $(WORKERS) --dist worksteal -m "not ($(QUICK))" $(ARGS)

test-all: setup ## run every test (40 minutes), or those of a folder: make test-all ARGS=tests/recovery
	@$(VENV)/pytest -n $(WORKERS) --dist worksteal $(ARGS)

test-oldest: setup ## run the component's tests with the oldest releases it works with (2 minutes)
	@$(PYTHON) tools/bootstrap.py --oldest
	@SCALESET_VENV=.venv-oldest .venv-oldest/bin/pytest -n $(WORKERS) --dist worksteal -p no:cacheprovider \
	  -m "not long and not newest and (not engine or oldest)" tests/components $(ARGS)

lint: venv ## ruff, mypy, the import contracts and the spelling
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check .
	@$(VENV)/mypy
	@$(VENV)/lint-imports --no-cache
	@git ls-files -z --cached --others --exclude-standard '*.md' '*.py' | xargs -0 $(VENV)/codespell

lock: venv ## resolve the dependencies again into both locks; what is locked stays unless UPGRADE=name
	@$(COMPILE) --group dev --output-file requirements.lock
	@rm -f requirements-oldest.lock  # uv keeps locked versions, and would not apply a new lower bound
	@$(COMPILE) --group test --resolution lowest-direct --output-file requirements-oldest.lock

format: venv ## let ruff fix and format the code
	@$(VENV)/ruff check --fix .
	@$(VENV)/ruff format .

docs: setup ## write the generated pages into docs/generated, and the documentation as a site into site/
	@$(VENV)/python -m devkit.docs
	@$(VENV)/python -m docs_site

recordings: setup ## follow the tutorial in a terminal, and draw docs/recordings anew (2 minutes)
	@$(VENV)/python -m docs_site.recordings

dist: setup ## build all distributions into dist/, with locks, checksums, bills of materials
	@rm -rf dist
	@$(VENV)/python -m devkit.dist

version: setup ## write a version into all places: make version VERSION=0.2.0; without, show it
	@$(VENV)/python -m devkit.version $(VERSION)

bench: setup ## measure everything in docs/benchmarks.md anew (half an hour; ARGS="--quick": minutes)
	@$(VENV)/python -m benchmarks $(ARGS)

mutants: setup ## small changes to the code: which do the tests notice? docs/mutation.md (an hour; ARGS="rules")
	@$(VENV)/python -m mutation $(ARGS)

clean: ## remove everything that was generated, the demo and its simulator included
	@if [ -x $(VENV)/python ] && [ -d .scratch/demo ]; then $(DEMO) stop || true; fi
	@rm -rf .venv .venv-oldest .tools .scratch .pulumi-home .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build docs/generated site
	@rm -rf simulator/azure_native/tables simulator/arm_simulator/core/schema.json
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

venv:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not installed; Python 3.11 or later is needed." >&2; exit 1; }
	@$(PYTHON) tools/bootstrap.py

setup: venv
	@$(VENV)/python -m devkit.setup
