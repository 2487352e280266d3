# make signoff   prove the embedded MobileNetV2 from model to Verilog
# make test      everything that must hold before a change lands
# make bench     compare the strategies with other tools, measure every phase
# make nightly   what takes longer than a person waits
# make setup     install what is missing (the others do it first)
# make clean     remove what the above made

NETWORK ?= mobilenet_v2_1.0_224

export PATH := $(PATH):/usr/local/go/bin

.PHONY: signoff test bench nightly setup build clean

signoff: build
	./hashiflex signoff $(NETWORK)

test: setup
	@.ci/setup chromium:chromium # the reports are tested in a browser
	go vet ./...
	go test -timeout 50m ./...

bench: setup
	go build -buildvcs=auto -o hashiflex ./cmd/hashiflex
	./hashiflex bench --network $(NETWORK) --json build/bench.json --record equiv/bench/last.txt

nightly: setup
	go test -tags nightly -timeout 12h ./...

build: setup
	go build -o hashiflex ./cmd/hashiflex

setup:
	@.ci/setup

clean:
	rm -rf hashiflex build runs
