// Package sweep writes how a network's accuracy and size depend on how its weights are
// quantized and pruned: as a table, as CSV, and as a drawing.
//
// A [Row] is one setting with what was measured. [CSV] has all of it, [Table] what fits a
// terminal, and [SVG] draws accuracy, noise and adders over bits and over pruning.
package sweep
