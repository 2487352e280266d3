// Package portmap gives user-written modules the names and ports that a proof expects.
//
// # Concepts
//
// A unit is the object of a proof: a module with one output, whose name and inputs are
// those of the generator. A map in TOML says which module computes the unit and where
// that module has its ports:
//
//	module = "conv3"          # or "conv3_{channel}", one module for each channel
//	clock = "clk"             # of its registers; default: the input that does nothing else
//	latency = 2               # clocks from inputs to every output; default "auto": any, but equal for all
//	unused = ["debug", "status[7:4]"]   # ports, and bits of ports, without a use
//
//	[parameters]
//	LANES = 4                 # of the module; or a Verilog number, "8'hff"
//
//	[ports]
//	"x*" = "pixels"           # every input after another, the first in the lowest bits
//	"y*" = "results"          # the outputs of all channels likewise, channel 0 lowest
//	x4_0_1 = "left"           # one input
//	x5 = "extra[15:8]"        # in some bits of a port
//	y3 = "fourth"             # the output of one channel
//	y = "result"              # the output, where a module has one
//
//	[encoding]
//	"x*" = "offset"           # offset binary; or "extended", an input in a wider port
//
//	[tie]
//	enable = 1                # inputs that are no data, such as inactive resets
//
// Values may also be in several ports, or in another order:
//
//	"y*" = { port = "results", order = "reversed" }      # the last one is the lowest
//	"y*" = { port = "results", order = [2, 0, 1] }       # from the lowest bits upwards
//	"y*" = ["even[7:0]", "odd[7:0]", "even[15:8]"]       # the place of each of them
//	"y*" = "result_{n}"                                  # in numbered ports, from 0
//
// If outputs have different latencies, a table by channel replaces the single value.
// All channels that are not in the table must have the same latency:
//
//	[latency]
//	0 = 1
//	3 = 2
//
// A module that computes over several clocks has one more table, its protocol. The
// latency is then from the clock of the start to that of the first output:
//
//	[sequential]
//	reset = "rst"             # input, 1 for reset_clocks = 2; without it, registers hold anything at first
//	start = "go"              # input: a computation begins in a clock in which it is 1
//	done = "!busy_n"          # output: outputs count in a clock in which it is 1; 0 from reset to the first output
//	idle = "done"             # done is 1 also before the first start, as in "!busy"
//	inputs = "held"           # valid until the last output; or "at-start", in the clock of the start alone
//	ready = "in_ready"        # output: a start counts in a clock in which it is 1, and in no other
//	taken = "out_ready"       # input: outputs stay until a clock in which it is 1
//
// An exclamation mark stands before a port that is active low.
//
// The environment does not start the module while reset is on. Without ready, it starts the
// module only after the clock of its last output. Inputs and outputs may come one after another in one port, inputs in the order
// of "x*" and outputs by channel:
//
//	inputs = "serial"         # "x*" is one port; the first is valid in the clock of the start
//	valid = "in_valid"        # input, in place of start: 1 with every one of them, not only with the first
//	outputs = "serial"        # "y*" is one port; done is 1 with every one of them
//
// A port that the map does not mention has the unit's own name. "x*" means the inputs
// of the whole layer, in the order of input channel, kernel row and kernel column. If
// module contains {channel}, it means those of one channel.
//
// The clock must have one bit and be the same for all registers in the outputs' cones;
// see netlist.Stages for valid pipelines. The adapter calls it hashiflex_clock.
//
// Adapt writes an adapter: Verilog with a module for each unit that contains an
// instance of the user's module. Front end and simulators read the same adapter. So a
// mistake in the map appears as a fault of the hardware and cannot hide one.
//
// It is an error if the map names only some bits of a port and the others are not in
// unused, or if two outputs share bits. Inputs that the map does not name, and unused
// bits, are x: an output that depends on one is not proved.
package portmap
