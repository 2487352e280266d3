// Package everyday is a corpus of Verilog as people write it: right modules over the
// styles in which a layer is written by hand, and wrong ones that differ from them by
// what people get wrong.
//
// # Concepts
//
// A file in modules is one module in one style. Its first lines say, each in a comment,
// what layer it computes:
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
// A fault stands behind the line that it spoils, as what is written instead of what:
//
//	wire signed [15:0] t = x3 <<< 3; //! <<< 3 => <<< 2
//
// The module without such comments is right. With one of them applied it is wrong, and
// every other line is as it was.
//
// A file whose name ends in .tmpl is a template in the style, for layers that are too
// wide to write out: it says "sizes: 8 64 960" and is a module for each of them, with
// its text made by text/template between <% and %>. Weights may be "random SEED MOST".
//
// # Use
//
// Modules reads the corpus. Package equiv/chain proves what is right in it and refutes
// what is wrong.
package everyday
