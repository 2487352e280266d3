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
//	latency = 2               # clocks from inputs to every output; unless said, all have one
//
//	[ports]
//	"x*" = "pixels"           # every input after another, the first in the lowest bits
//	"y*" = "results"          # the outputs of all channels likewise, channel 0 lowest
//	x4_0_1 = "left"           # one input
//	x5 = "extra[15:8]"        # in some bits of a port
//	y = "result"              # the output, where a module has one
//
//	[tie]
//	enable = 1                # inputs that are no data, such as resets that never come
//
// Outputs that come at different clocks have their latencies in a table by channel, in
// the place of the one; channels that it does not have must have one latency:
//
//	[latency]
//	0 = 1
//	3 = 2
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
// Input bits that no unit's input drives, such as those of other groups, are x:
// an output that depends on one is not proved.
package portmap
