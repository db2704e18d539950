# The one recipe that packages a Lambda: locked third-party wheels for the target platform, our contracts and
# the service's own package as source, bytecode of the runtime's version. boto3 stays out: the runtime has it.
# A service's Makefile is one include of this file; `sam build` calls build-<LogicalId> once per function, so the
# wheels are installed once per exported lock and copied, while our own source is taken afresh every time.
SERVICE_DIR := $(patsubst %/,%,$(dir $(abspath $(firstword $(MAKEFILE_LIST)))))
WORKSPACE := $(patsubst %/platform/build/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
DISTRIBUTION ?= $(notdir $(SERVICE_DIR))
PACKAGE ?= $(subst -,_,$(DISTRIBUTION))
PYTHON ?= 3.13
ARCHITECTURE ?= arm64
PLATFORM ?= $(if $(filter x86_64,$(ARCHITECTURE)),x86_64-manylinux2014,aarch64-manylinux2014)
ASSETS ?=
WHEELS := $(WORKSPACE)/.dev/wheels/$(PYTHON)-$(PLATFORM)/$(DISTRIBUTION)
LOCK := $(ARTIFACTS_DIR).lock.txt
STAGE := $(WHEELS).$(notdir $(ARTIFACTS_DIR)).new
# Unchecked: a deployed zip is never edited. Paths as in the runtime, so equal sources give equal artifacts.
COMPILE := uv run -q --no-project --python $(PYTHON) python -m compileall -qf --invalidation-mode unchecked-hash

build-%:
	cd $(WORKSPACE) && uv export -q --locked --package $(DISTRIBUTION) --no-default-groups --no-emit-workspace --no-header -o $(LOCK) >/dev/null
	if ! cmp -s $(LOCK) $(WHEELS)/.lock.txt; then \
	  rm -rf $(STAGE) && mkdir -p $(STAGE) && cd $(WORKSPACE) && \
	  uv pip install -q --no-deps --only-binary :all: --no-installer-metadata --python-version $(PYTHON) --python-platform $(PLATFORM) --target $(STAGE) -r $(LOCK) && \
	  find $(STAGE) -name __pycache__ -type d -prune -exec rm -rf {} + && \
	  $(COMPILE) -s $(STAGE) -p /var/task $(STAGE) && \
	  rm -rf $(STAGE)/bin $(STAGE)/.lock && cp $(LOCK) $(STAGE)/.lock.txt && \
	  rm -rf $(WHEELS) && mv $(STAGE) $(WHEELS); \
	fi
	cp -R $(WHEELS)/. $(ARTIFACTS_DIR)
	cp -R $(WORKSPACE)/libs/contracts/src/contracts $(SERVICE_DIR)/src/$(PACKAGE) $(foreach asset,$(ASSETS),$(SERVICE_DIR)/$(asset)) $(ARTIFACTS_DIR)
	find $(ARTIFACTS_DIR)/contracts $(ARTIFACTS_DIR)/$(PACKAGE) -name __pycache__ -type d -prune -exec rm -rf {} +
	$(COMPILE) -s $(ARTIFACTS_DIR) -p /var/task $(ARTIFACTS_DIR)/contracts $(ARTIFACTS_DIR)/$(PACKAGE)
	rm -f $(ARTIFACTS_DIR)/.lock.txt $(LOCK)
