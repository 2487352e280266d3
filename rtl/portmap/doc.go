// Package portmap gives modules that somebody else wrote the names and ports that
// a proof expects.
//
// # Concepts
//
// A unit is what is proved: a module of one output, called and with inputs as the
// generator would call them. A map says, in TOML, which module computes it and
// where that module has its ports:
//
//	module = "conv3"          # or "conv3_{channel}", one module for each channel
//	clock = "clk"             # of its registers; unless said, the input that does nothing else
//	latency = 2               # clocks from inputs to every output; unless said, or "auto", all have one
//	unused = ["debug", "status[7:4]"]   # ports, and bits of ports, that are nobody's
//
//	[parameters]
//	LANES = 4                 # of the module; or as Verilog writes numbers, "8'hff"
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
//	enable = 1                # inputs that are no data, such as resets that never come
//
// Many values need not be in one port, nor in their own order:
//
//	"y*" = { port = "results", order = "reversed" }      # the last one is the lowest
//	"y*" = { port = "results", order = [2, 0, 1] }       # from the lowest bits up
//	"y*" = ["even[7:0]", "odd[7:0]", "even[15:8]"]       # where each of them is
//	"y*" = "result_{n}"                                  # in ports with numbers from 0
//
// Outputs that come at different clocks have their latencies in a table by channel, in
// the place of the one; channels that it does not have must have one latency:
//
//	[latency]
//	0 = 1
//	3 = 2
//
// A module that computes over several clocks has a table more, that says how it is used.
// The latency is then from the clock of the start to that of the first output:
//
//	[sequential]
//	reset = "rst"             # input, given for reset_clocks = 2; without it, registers hold anything at first
//	start = "go"              # input: a computation begins in a clock in which it is 1
//	done = "!busy_n"          # output: the outputs count in a clock in which it is 1, here a port of the other sense;
//
// it is 0 from reset to the first output
//
//	inputs = "held"           # until the last output is there; or "at-start", in the clock of the start alone
//	ready = "in_ready"        # output: a start counts in a clock in which it is 1, and in no other
//	taken = "out_ready"       # input: outputs stay until a clock in which it is 1
//
// Who has no ready may start the module once it has told of its last output, from the
// clock behind that on, and not before. Inputs and outputs may come one after another in
// one port, in the order of "x*" and by channel:
//
//	inputs = "serial"         # "x*" is one port; the first is there in the clock of the start
//	valid = "in_valid"        # input, in the place of start: 1 with every one of them, not with the first alone
//	outputs = "serial"        # "y*" is one port; done is 1 with every one of them
//
// What is not mentioned has the unit's own name. "x*" means the inputs of the
// whole layer, in the order of input channel, kernel row and kernel column, or
// those of one channel where module has {channel} in it.
//
// A clock can have one bit only, and is the same for all registers that count; see
// netlist.Stages for what a pipeline may be. The adapter calls it hashiflex_clock.
//
// Adapt writes an adapter: Verilog with a module for each unit that holds an
// instance of the module. Front end and simulator read the same adapter, so that
// a mistake in the map is a mistake of the hardware and no blind spot.
//
// A port of which the map names some bits and not others is an error, unless the others
// are among unused, and so are bits that two outputs share. Inputs that it does not name
// at all, and bits that are unused, are x: an output that depends on one is not proved.
package portmap
