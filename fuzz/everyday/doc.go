// Package everyday is a corpus of hand-written Verilog: right modules in the usual
// styles for a layer, and wrong ones that differ from them by a typical mistake.
//
// # Concepts
//
// A file in modules is one module in one style. Comments in its first lines describe
// the layer that it computes:
//
//	// style:   Horner sum
//	// inputs:  8 s8                    how many, and their format
//	// weights: 1 -2 4 8 -1 0 16 -4     of one output channel; one line for each
//	// bias:    -359                    one for each channel
//	// out:     u8 >>4 RND SAT 0 255    format, shift, rounding, overflow, perhaps a clamp
//	// acc:     SATURATE 12             where the accumulator is not exact
//	// map:     tie en = 1              a line of the port map; several make it up
//	// latency: 2                       that the circuit must be found to have
//
// A fault is a comment after the line that it changes, in the form "right text => wrong
// text":
//
//	wire signed [15:0] t = x3 <<< 3; //! <<< 3 => <<< 2
//
// The module without such comments is right. With one of them applied it is wrong, and
// every other line is as it was.
//
// A file whose name ends in .tmpl is a template, for layers that are too wide to write
// by hand. It says "sizes: 8 64 960" and gives a module for each size, by text/template
// between <% and %>. Weights may be "random SEED MOST". "bits:" marks a style that works on
// bits of words.
//
// # Use
//
// Modules reads the corpus; Of has the templates at any other size. Package equiv/chain proves its right modules and refutes
// its wrong ones.
package everyday
