# Everything a newcomer needs: `make run` and `make test`. `make help` lists the rest.
SHELL      := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

GO       ?= go
BIN      := bin/diachiso
VERSION  := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS  := -X main.version=$(VERSION)
# The source data of the built-in data set; needed by `make generate` and by the tests that compare with it.
SHARED   ?= ../shared
TOOL     := $(GO) tool -modfile=tools/go.mod
FUZZTIME ?= 5s
OVERLOAD ?= 3m
# Packages whose concurrency is worth the race detector.
RACE     := ./access ./backup ./registry/... ./api/... ./importer/... ./seed/...

# Tests that are slow under the race detector and show little there: of drawing, of many requests one after the other. They run without it.
ALONE    := ^Test(Labels|Plate|Layers|Tile|RandomRequests|Export)

export DIACHISO_SHARED := $(abspath $(SHARED))

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

.PHONY: build
build: ## Build bin/diachiso
	@mkdir -p bin
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN) ./cmd/diachiso

.PHONY: run
run: build ## Build, create the database with the built-in data and the demonstration quarter, serve on 127.0.0.1:8080
	$(BIN) serve --demo --dev

.PHONY: test
test: lint audit-deps check-generate ## Everything that CI runs: formatting, vet, linters, dependencies, all tests, race detector, short fuzzing
	$(GO) test ./... -count=1
	$(GO) test -race -short -count=1 -skip '$(ALONE)' $(RACE)
	@$(MAKE) --no-print-directory fuzz

# What a build of the pages writes, all of it committed: building the program needs no Node.
WEB_BUILT = find web/dist web/packages -path '*/dist/*' -type f -not -path '*/node_modules/*' | LC_ALL=C sort | xargs sha256sum

# Not npm ci: it wants the programs of Biome for all platforms in the lock, and not every registry has them.
NPM_INSTALL = npm install --no-save --no-audit --no-fund

.PHONY: web
web: ## Build the pages' scripts and styles into web/dist (needs Node 20.19 or newer)
	cd web && $(NPM_INSTALL) && npm run build

.PHONY: test-web
test-web: ## The pages: formatting, types, units, whether what is built is what is committed, all of it in a real browser
	cd web && $(NPM_INSTALL) && npm run check && npm test
	@before=$$($(WEB_BUILT)); (cd web && npm run build); after=$$($(WEB_BUILT)); \
	  if [ "$$before" != "$$after" ]; then echo "the built pages were stale: commit what is there now"; \
	    diff <(echo "$$before") <(echo "$$after") | grep '^[<>]' || true; exit 1; fi
	@$(MAKE) --no-print-directory build
	cd web && npm run e2e

.PHONY: lint
lint: ## gofmt, go vet, staticcheck
	@bad=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$bad" ]; then echo "gofmt would change:"; echo "$$bad"; exit 1; fi
	$(GO) vet ./...
	$(TOOL) staticcheck ./...

.PHONY: audit-deps
audit-deps: ## Dependencies: downloaded contents as in go.sum, chosen ones only, licences listed in NOTICE
	$(GO) mod verify
	cd tools && $(GO) mod verify
	$(GO) test ./internal/archtest -run 'Dependencies|Licences|GoSum' -count=1

# Not part of `make test`: it asks vuln.go.dev, and a build must not depend on whether that answers.
.PHONY: vulncheck
vulncheck: ## Known weaknesses in what the program calls, by govulncheck; needs the network
	$(GO) run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./...

# When the time is over at the wrong moment, go test says "context deadline exceeded" and fails without a failing input: once more, then.
.PHONY: fuzz
fuzz: ## Run every fuzz target for FUZZTIME (default 5s)
	@for pkg in $$(grep -rlE '^func Fuzz' --include='*_test.go' . | xargs -n1 dirname | sort -u); do \
	  for target in $$(grep -hoE '^func Fuzz[A-Za-z0-9_]+' $$pkg/*_test.go | sed 's/func //' | sort -u); do \
	    echo "fuzz $$pkg $$target $(FUZZTIME)"; \
	    run() { $(GO) test $$pkg -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME); }; \
	    if ! out=$$(run 2>&1); then echo "$$out"; \
	      if grep -q 'context deadline exceeded' <<<"$$out" && ! grep -qE 'Failing input|panic' <<<"$$out"; then run; else exit 1; fi; fi; \
	  done; \
	done

.PHONY: bench
bench: build ## Benchmarks: Go micro-benchmarks, the load test, 200,000 households loaded and asked for, in minutes
	$(GO) test -run '^$$' -bench . -benchmem ./addresscode ./geo ./registry/... ./geocode ./api
	$(GO) run ./internal/loadtest
	$(BIN) bench run --households 200000 --each 3s

# Some 16 GB in BENCHDIR, an hour at most; the smaller country first, for its times are what the larger one's are held against.
BENCHDIR ?= $(if $(TMPDIR),$(TMPDIR),/tmp)
.PHONY: bench-national
bench-national: build ## The whole country, 28,000,000 households, and 1,000,000 for comparison: loads, asks, prints tables
	@free=$$(df -Pk "$(BENCHDIR)" | awk 'NR==2 {print int($$4/1048576)}'); \
	  if [ "$$free" -lt 25 ]; then echo "$(BENCHDIR) has $$free GB free, the whole country wants 25: make bench-national BENCHDIR=…"; exit 1; fi
	timeout 20m $(BIN) bench run --households 1000000 --dir "$(BENCHDIR)"
	timeout 90m $(BIN) bench run --households 28000000 --each 10s --dir "$(BENCHDIR)"

.PHONY: faults
faults: ## Faults with their figures: kills, disk, damaged files, bad clients, little memory, 20,000 random requests; in minutes
	$(GO) test ./internal/faulttest -count=1 -v
	$(GO) test ./api -count=1 -v -run TestRandomRequests

.PHONY: overload
overload: ## Twice the load that the server can bear, for OVERLOAD (default 3m)
	$(GO) test ./internal/faulttest -count=1 -v -run TestOverload -overload $(OVERLOAD)

.PHONY: eval
eval: ## Quality of address text: registers 200,000 addresses, asks by classes of noise, prints a table, in minutes
	$(GO) run ./internal/eval

.PHONY: generate
generate: ## Write the generated files anew: API code, test vectors and, where the source data is, the built-in data set
	$(GO) generate ./...
	$(GO) run ./internal/vectors
	@if [ -d "$(SHARED)/data" ]; then $(GO) run ./seed/internal/generate -shared "$(SHARED)/data"; \
	else echo "source data not found at $(SHARED)/data: built-in data set left as it is"; fi

.PHONY: check-generate
check-generate: ## Fail when a generated file is stale
	$(GO) generate ./...
	@git diff --exit-code --stat -- api/openapi.gen.go || { echo "generated code is stale: run make generate and commit"; exit 1; }
	$(GO) run ./internal/vectors -check
	@if [ -d "$(SHARED)/data" ]; then $(GO) run ./seed/internal/generate -shared "$(SHARED)/data" -check; \
	else echo "source data not found at $(SHARED)/data: built-in data set not compared"; fi

.PHONY: clean
clean: ## Remove what was built (not the database in data/)
	rm -rf bin
