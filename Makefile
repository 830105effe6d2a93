# make demo     install what is missing, build, and run the three jobs on testdata/demo
#               (scripts/setup.sh installs even make)
# make test     formatting, vet, staticcheck, unit tests
# make e2e      the tests on a real kernel, which is built first if there is none
# make help     the rest

SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := build

# Where the real kernel is built and looked for.
export PREEMPTCK_KERNEL ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/preemptck/kernel

# libclang is Debian's LLVM 19 unless LLVM_CONFIG names another llvm-config.
ifdef LLVM_CONFIG
export LLVM_CONFIG
export CGO_CFLAGS := -O2 -I$(shell $(LLVM_CONFIG) --includedir)
export CGO_LDFLAGS := -L$(shell $(LLVM_CONFIG) --libdir) -Wl,-rpath,$(shell $(LLVM_CONFIG) --libdir)
endif

GO ?= go
FUZZTIME ?= 20s
# The packages with tests that need the kernel.
E2E = $(sort $(dir $(shell grep -rl --include='*_test.go' '^//go:build e2e' . 2>/dev/null)))

.PHONY: build
build: setup ## bin/preemptck
	$(GO) build -o bin/preemptck ./cmd/preemptck

.PHONY: setup
setup: ## install what is missing with apt-get
	@scripts/setup.sh

.PHONY: demo
demo: build ## annotate, audit and check on an example
	@scripts/demo.sh bin/preemptck

.PHONY: test
test: lint ## all tests but those on the real kernel
	$(GO) test ./...

.PHONY: lint
lint: setup ## gofmt, vet, staticcheck
	@unformatted=$$(gofmt -l $$(git ls-files '*.go' 2>/dev/null || find . -name '*.go')); \
	if [[ -n $$unformatted ]]; then echo "not formatted, run gofmt -w:" $$unformatted; exit 1; fi
	$(GO) vet ./...
	$(GO) vet -tags e2e ./...
	$(GO) tool staticcheck -tags e2e ./...

.PHONY: kernel
kernel: ## build the real kernel, or use the one that is there
	@scripts/build-kernel.sh "$(PREEMPTCK_KERNEL)"

.PHONY: e2e
e2e: kernel build ## the tests on the real kernel
	@[[ -n "$(E2E)" ]] || { echo "no end-to-end tests found"; exit 1; }
	$(GO) test -tags e2e -count=1 -timeout 25m $(E2E)

# Where the compilers of other Debian releases are unpacked.
MIR_COMPILERS ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/preemptck/rustc

.PHONY: e2e-older
e2e-older: kernel build ## the tests of drivers on a kernel whose Rust was built by rustc 1.78
	scripts/older-rustc.sh "$(MIR_COMPILERS)" "$(MIR_COMPILERS)/kernel-1.78" "$(PREEMPTCK_KERNEL)"
	PREEMPTCK_KERNEL="$(MIR_COMPILERS)/kernel-1.78" $(GO) test -tags e2e -count=1 -timeout 25m -run 'TestInTree|TestKernelCrate|TestDrivers' ./e2e

# One name for both programs in the store of lowered C.
BENCH_IDENTITY := -X preemptck/internal/pipeline.identity=bench

.PHONY: bench
bench: kernel setup ## speed against clang and sparse, as ratios, on BENCH_FILES files (30, or all)
	@. scripts/packages.sh && install_packages sparse
	$(GO) build -ldflags '$(BENCH_IDENTITY)' -o bin/bench/ ./cmd/preemptck ./scripts/bench
	bin/bench/bench bin/bench/preemptck "$(PREEMPTCK_KERNEL)"

.PHONY: truth
truth: kernel build ## the table of all functions against what the kernel says of them
	$(GO) build -o bin/truth ./scripts/truth
	bin/truth -preemptck bin/preemptck "$(PREEMPTCK_KERNEL)"

.PHONY: kills
kills: setup ## kill $(KILLS) runs and workers (200), and see that the cache survives
	KILLS=$(or $(KILLS),200) $(GO) test -count=1 -timeout 60m -run TestKills -v ./cmd/preemptck

.PHONY: fuzz
fuzz: setup ## each fuzz target for $(FUZZTIME)
	@scripts/fuzz.sh $(FUZZTIME)

.PHONY: mir-fixtures
mir-fixtures: ## write the MIR fixtures again, with each rustc at hand and Debian's older and newer ones
	testdata/mir/debian-rustc.sh "$(MIR_COMPILERS)"
	testdata/mir/generate.sh "rustc +stable" "rustc +nightly" /usr/bin/rustc "$(MIR_COMPILERS)"/rustc-*

.PHONY: help
help: ## this list
	@sed -nE 's/^([a-z0-9-]+):.*## (.*)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20
