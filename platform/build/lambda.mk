# The recipe that packages a Lambda: locked third-party wheels for the target platform, the workspace's
# libraries it depends on and its own package as source, bytecode of the runtime's version. boto3 is not
# included: the runtime has it.
# A service's Makefile is one include of this file; `sam build` calls build-<LogicalId> once per function, so the
# wheels are installed once per exported lock and the workspace's packages compiled once per content, into folders that
# never change again (functions and stacks may be built in parallel), and linked, or copied to another file system.
SERVICE_DIR := $(patsubst %/,%,$(dir $(abspath $(firstword $(MAKEFILE_LIST)))))
WORKSPACE := $(patsubst %/platform/build/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
DISTRIBUTION := $(notdir $(SERVICE_DIR))
PYTHON ?= 3.13
# `sam build` writes the functions' architecture, which follows the parameter, to this file before it calls make.
BUILD_GRAPH := $(wildcard $(ARTIFACTS_DIR)/../../build.toml)
ARCHITECTURE ?= $(or $(if $(BUILD_GRAPH),$(shell sed -n 's/^architecture = "\(.*\)"/\1/p' $(BUILD_GRAPH) | sort -u)),arm64)
# The runtime of Python 3.13 is Amazon Linux 2023 with glibc 2.34; some wheels, such as Pillow's, need 2.28.
PLATFORM ?= $(if $(filter x86_64,$(ARCHITECTURE)),x86_64-manylinux_2_28,aarch64-manylinux_2_28)
ASSETS ?=
# Dependency groups that only some functions of the service need: build-XFunction: GROUPS := images
GROUPS ?=
# SAM publishes a new version behind an alias only if the code's hash changes. So the code includes everything else
# that affects a version: the template, the samconfig.toml beside it, and BUILD_ID. Set BUILD_ID to a value that changes
# with the other parameters passed to `sam deploy`.
BUILD_ID ?=
STACK_DIR := $(firstword $(foreach folder,$(SERVICE_DIR) $(SERVICE_DIR)/..,$(if $(wildcard $(folder)/template.yaml),$(folder))))
WHEELS := $(WORKSPACE)/.dev/wheels/$(PYTHON)-$(PLATFORM)
PACKAGES := $(WORKSPACE)/.dev/packages/$(PYTHON)
LOCK := $(ARTIFACTS_DIR).lock.txt
SOURCES := $(ARTIFACTS_DIR).sources.txt
EXPORT = uv export -q --locked --package $(DISTRIBUTION) --no-default-groups $(addprefix --group ,$(GROUPS)) --no-header
RUN := uv run -q --no-project --python $(PYTHON) python
# Unlike mv, os.rename never moves a folder into an existing one, which a parallel build may have created.
RENAME := $(RUN) -c 'import os, sys; os.rename(*sys.argv[1:])'
# Unchecked: a deployed zip is never edited. Paths as in the runtime, so that builds are reproducible.
COMPILE := $(RUN) -m compileall -qf --invalidation-mode unchecked-hash
LINK = { cp -Rl $1/. $(ARTIFACTS_DIR) 2>/dev/null || cp -R $1/. $(ARTIFACTS_DIR); }

build-%:
	cd $(WORKSPACE) && $(EXPORT) --no-emit-workspace -o $(LOCK) >/dev/null
	wheels=$(WHEELS)/$$(git hash-object --no-filters $(LOCK)) && \
	if ! [ -d $$wheels ]; then \
	  mkdir -p $(WHEELS) && stage=$$(mktemp -d $(WHEELS)/new.XXXXXX) && trap 'rm -rf $$stage' EXIT && cd $(WORKSPACE) && \
	  uv pip install -q --no-deps --only-binary :all: --no-installer-metadata --python-version $(PYTHON) --python-platform $(PLATFORM) --target $$stage -r $(LOCK) && \
	  find $$stage -name __pycache__ -type d -prune -exec rm -rf {} + && \
	  $(COMPILE) -s $$stage -p /var/task $$stage && \
	  rm -rf $$stage/bin $$stage/.lock && \
	  { $(RENAME) $$stage $$wheels 2>/dev/null || [ -d $$wheels ]; }; \
	fi && $(call LINK,$$wheels)
	cd $(WORKSPACE) && found=$$($(EXPORT) --no-hashes | sed -n 's#^-e \./##p') && \
	for source in $$found; do find $$source/src -type f -not -path '*/__pycache__/*'; done | LC_ALL=C sort >$(SOURCES) && \
	packages=$(PACKAGES)-$$({ cat $(SOURCES); git hash-object --no-filters --stdin-paths <$(SOURCES); } | git hash-object --stdin) && \
	if ! [ -d $$packages ]; then \
	  mkdir -p $(dir $(PACKAGES)) && stage=$$(mktemp -d $(PACKAGES).new.XXXXXX) && trap 'rm -rf $$stage' EXIT && \
	  for package in $$(for source in $$found; do echo $$source/src/*/; done); do \
	    cp -R $$package $$stage/$$(basename $$package) || exit 1; \
	  done && \
	  find $$stage -name __pycache__ -type d -prune -exec rm -rf {} + && \
	  $(COMPILE) -s $$stage -p /var/task $$stage && \
	  find $(dir $(PACKAGES)) -mindepth 1 -maxdepth 1 -mtime +7 -exec rm -rf {} + && \
	  { $(RENAME) $$stage $$packages 2>/dev/null || [ -d $$packages ]; }; \
	fi && touch $$packages && $(call LINK,$$packages)
	$(if $(ASSETS),cp -R $(foreach asset,$(ASSETS),$(SERVICE_DIR)/$(asset)) $(ARTIFACTS_DIR))
	{ cat $(STACK_DIR)/template.yaml $(wildcard $(STACK_DIR)/samconfig.toml); echo '$(BUILD_ID)'; } | git hash-object --stdin >$(ARTIFACTS_DIR)/inputs.txt
	rm -f $(LOCK) $(SOURCES)
