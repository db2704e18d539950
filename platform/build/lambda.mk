# The one recipe that packages a Lambda: locked third-party wheels for the target platform, our contracts and
# the service's own package as source, bytecode of the runtime's version. boto3 stays out: the runtime has it.
# A service's Makefile is one include of this file; `sam build` calls build-<LogicalId>.
SERVICE_DIR := $(patsubst %/,%,$(dir $(abspath $(firstword $(MAKEFILE_LIST)))))
WORKSPACE := $(patsubst %/platform/build/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
DISTRIBUTION ?= $(notdir $(SERVICE_DIR))
PACKAGE ?= $(subst -,_,$(DISTRIBUTION))
PYTHON ?= 3.13
ARCHITECTURE ?= arm64
PLATFORM ?= $(if $(filter x86_64,$(ARCHITECTURE)),x86_64-manylinux2014,aarch64-manylinux2014)
ASSETS ?=

build-%:
	cd $(WORKSPACE) && uv export -q --locked --package $(DISTRIBUTION) --no-default-groups --no-emit-workspace -o $(ARTIFACTS_DIR).lock.txt
	cd $(WORKSPACE) && uv pip install -q --no-deps --only-binary :all: --no-installer-metadata --python-version $(PYTHON) --python-platform $(PLATFORM) --target $(ARTIFACTS_DIR) -r $(ARTIFACTS_DIR).lock.txt
	cp -R $(WORKSPACE)/libs/contracts/src/contracts $(SERVICE_DIR)/src/$(PACKAGE) $(foreach asset,$(ASSETS),$(SERVICE_DIR)/$(asset)) $(ARTIFACTS_DIR)
	find $(ARTIFACTS_DIR) -name __pycache__ -type d -prune -exec rm -rf {} +
	cd $(WORKSPACE) && uv run -q --no-project --python $(PYTHON) python -m compileall -qf --invalidation-mode unchecked-hash $(ARTIFACTS_DIR)
