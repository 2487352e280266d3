# make signoff   prove the embedded MobileNetV2 from model to Verilog
# make check     a part of that, in two minutes
# make test      everything that must hold before a change lands
# make bench     compare the strategies with other tools, measure every phase
# make nightly   what takes longer than a person waits
# make proved    the checker of certificates that is proved in Coq, in build/coq
# make setup     install what is missing (the others do it first)
# make clean     remove what the above made

NETWORK ?= mobilenet_v2_1.0_224

export PATH := $(PATH):/usr/local/go/bin

.PHONY: signoff check test bench nightly proved setup build clean

signoff: build
	./hashiflex signoff $(NETWORK)

# What is tested in seconds, and what runs in parallel.
SHORT = ./spec/... ./golden ./netlist/... ./rtl/source ./rtl/npu ./equiv/term ./equiv/lift ./equiv/merge \
	./reports ./reports/gate ./reports/junit ./reports/sarif ./reports/waiver ./reports/vcd ./reports/seal
PARALLEL = ./spec/crash ./equiv/smt

check: setup
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "make check: run gofmt -w on these files"; exit 1; }
	go vet ./...
	go tool staticcheck ./...
	go test -short $(SHORT)
	go test -race -short $(PARALLEL)
	go test -race -run TestRunDoesNotDependOnProcessors ./golden
	go test -race -run 'TestRunners|TestTailsAre' ./equiv/chain
	go test -run TestFloors ./cmd/hashiflex

test: setup
	@.ci/setup chromium:chromium # the reports are tested in a browser
	go vet ./...
	go test -timeout 50m ./...

bench: setup
	-@.ci/setup node:nodejs npm:npm # beside another runtime; without it the other parts are measured
	go build -buildvcs=auto -o hashiflex ./cmd/hashiflex
	mkdir -p build
	./hashiflex bench --network $(NETWORK) --json --record equiv/bench/last.txt >build/bench.json
	cat equiv/bench/last.txt

nightly: setup proved
	@.ci/setup node:nodejs npm:npm # another runtime executes models of ONNX
	@.ci/setup slurmctld:slurmctld slurmd:slurmd sbatch:slurm-client munged:munge
	go build -o hashiflex ./cmd/hashiflex
	./hashiflex selftest --cases 1000000 --seed 1
	./hashiflex mutate $(NETWORK) --mutants 10000 --seed 1
	go test -tags nightly -timeout 12h ./...
	.ci/fuzz 10m

# Coq is large: only who wants this checker gets it.
proved:
	@.ci/setup coqc:coq ocamlfind:libzarith-ocaml-dev
	equiv/certificate/coq/build build/coq

build: setup
	go build -o hashiflex ./cmd/hashiflex

setup:
	@.ci/setup

clean:
	rm -rf hashiflex build runs
