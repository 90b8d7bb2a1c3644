# One entry point. `make demo` and `make test` do everything on a fresh Debian machine.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/python -m habitat_desktop
DEMO ?= demo
DEMO_OPTIONS ?=
# window tests run without a screen unless one is asked for
export QT_QPA_PLATFORM_TEST ?= offscreen

help: ## list what can be made
	@grep -hE '^[a-z][a-z-]*:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

.PHONY: help system system-test venv demo run test stories conformance check format translate fit bench import-curve peers hostile fuzz fuzz-packages model powercut build build-test clean

system:
	@packaging/install_system.sh packaging/system_packages.txt

system-test:
	@packaging/install_system.sh packaging/system_packages.txt packaging/system_packages_test.txt

venv: $(BIN)/.ready
$(BIN)/.ready: pyproject.toml packaging/constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c packaging/constraints.txt -e '.[test,build]'
	@touch $@

demo: system venv ## run the main job on real forms, Kenya to headquarters and back, and show it
	@$(RUN) demo $(DEMO) $(DEMO_OPTIONS)

run: system venv ## open the window
	@$(RUN)

test: system-test venv ## run the tests
	@QT_QPA_PLATFORM=$(QT_QPA_PLATFORM_TEST) $(BIN)/python -m pytest -n 2 --dist loadgroup

stories: system-test venv ## the exchange between offices, regions, ministries and headquarters, told in plain words
	@QT_QPA_PLATFORM=$(QT_QPA_PLATFORM_TEST) $(BIN)/python -m pytest -q -rP tests/flow/test_questionnaire.py tests/flow/test_queries.py tests/flow/test_reviews.py tests/flow/test_everything_comes_back.py tests/flow/test_expected.py tests/flow/test_releases.py | grep -E '^[a-z]|^  +[0-9]+\. |passed|failed'

conformance: venv ## run the expressions, scenarios and forms out of public projects and print the counts
	@$(BIN)/python -m pytest tests/xforms/conformance -s -p no:randomly -rs

check: venv ## format, lint, types, import layers, catalogues
	@$(BIN)/ruff format --check habitat_desktop tests packaging
	@$(BIN)/ruff check habitat_desktop tests packaging
	@$(BIN)/mypy habitat_desktop
	@$(BIN)/lint-imports
	@$(BIN)/python -m habitat_desktop.i18n lint
	@$(BIN)/python -m habitat_desktop.i18n extract --check
	@$(BIN)/python -m habitat_desktop.i18n check --strict

format: venv ## format and sort the sources
	@$(BIN)/ruff check --fix-only habitat_desktop tests packaging
	@$(BIN)/ruff format habitat_desktop tests packaging

translate: venv ## extract the texts, update the catalogues, show how complete they are
	@$(BIN)/python -m habitat_desktop.i18n extract
	@$(BIN)/python -m habitat_desktop.i18n update
	@$(BIN)/python -m habitat_desktop.i18n status

fit: system-test venv ## open every page and every section of every form in every language and find what is cut, mirrored wrongly or left in English; pictures in build/fit; FIT="--languages ar,en-XA --only form-"
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.fit $(FIT)

bench: system venv ## measure beside peers and floors; prints figures
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.benchmarks

import-curve: system-test venv ## take 20,000 packages in at headquarters and print the curve; CURVE="--packages 1000 --database sqlite"
	@$(BIN)/python -m tests.benchmarks.import_curve $(or $(CURVE),--packages 20000 --database sqlite)

PEERS ?=
peers: system venv ## run our form engine beside other engines; needs java, javac, node, npm
	@$(BIN)/python -m tests.benchmarks.peers $(PEERS)

hostile: venv ## measure what hostile forms take; fails past 5 s or 500 MB
	@$(BIN)/python -m tests.benchmarks.hostile

fuzz: system-test venv ## run the property tests of the form engine with FUZZ=20 times the examples
	@HABITAT_FUZZ=$(or $(FUZZ),20) $(BIN)/python -m pytest -q --timeout=0 tests/xforms/test_properties.py

powercut: system-test venv ## cut the power CUTS=10000 times and let the disk fail at every call; fails on a loss
	@$(BIN)/python -m tests.durability --cuts $(or $(CUTS),10000) $(if $(SEED),--seed $(SEED))

model: system-test venv ## play STORIES=300 random stories of offices, headquarters and what befalls them
	@HABITAT_STORIES=$(or $(STORIES),300) $(BIN)/python -m pytest -q -s --timeout=0 tests/model

fuzz-packages: venv ## damage FUZZ=100000 packages at random: none may crash the reader or be read as another one
	@$(BIN)/python -m tests.packages.fuzzing --count $(or $(FUZZ),100000) $(if $(SEED),--seed $(SEED))

build: system venv ## build the program for this platform into dist/
	@$(BIN)/python packaging/build.py

build-test: ## test the built program in dist/
	@$(BIN)/python packaging/selftest.py dist/habitat

clean: ## remove what was built, not your data
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
