package verilog_test

import (
	"flag"
	"runtime"
	"time"

	"github.com/hashiflex/hashiflex/fuzz/verilog"
	"github.com/hashiflex/hashiflex/rtl"
)

var (
	seed   = flag.Uint64("seed", 1, "seed of modules and vectors")
	packed = flag.Int("packed", 150, "modules with packed arrays")
)

// readers are the simulators with limits that a module of a few lines never needs.
func readers() verilog.Readers {
	return verilog.Readers{
		Icarus:    rtl.Icarus{Limits: rtl.Limits{Time: time.Minute}},
		Verilator: rtl.Verilator{Limits: rtl.Limits{Time: 10 * time.Minute}},
	}
}

// campaign is a number of modules on all processors.
func campaign(modules int) *verilog.Campaign {
	return &verilog.Campaign{Readers: readers(), Seed: *seed, Modules: modules, Workers: runtime.NumCPU() + 1}
}
