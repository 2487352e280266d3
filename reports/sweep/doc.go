// Package sweep shows how a network's accuracy and size depend on the quantization and
// pruning of its weights: as a table, as CSV, and as a drawing.
//
// A [Row] is one setting with its measurements. [CSV] has all of them, [Table]
// those that fit a terminal, and [SVG] draws accuracy, noise and adders over bits and
// over pruning.
package sweep
