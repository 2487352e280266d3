// Package directed writes sequences that find a fault of the programmable head by
// construction, each for one kind of fault. Random sequences (package head) find
// unexpected faults; directed ones find faults that random ones find late or never.
//
// # Concepts
//
//	aim     a sequence for one kind of fault, with its name
//	family  all aims of a kind, for a head of any sizes
//	alias   an address that differs from a legal one in one or two bits
//	probe   an access, and its expected effect
//
// # Families
//
//   - access.go: aliases of every word, marches over the memories, every pattern
//     of strobes with every byte, every bit of every register and descriptor,
//     every set of errors.
//   - product.go: every pair of weight and feature in every lane.
//   - tail.go: every shift with every rounding at ties and beside them, in the last
//     layer and between layers; every format at its limits; every field of a tail
//     over its range.
//   - shape.go: every number of features, outputs and layers, flush with the ends
//     of the memories, across every power of two, at full width in the middle.
//   - carry.go: weight rows read and counted across every power of two, and as many
//     outputs as a head has lanes or biases.
//   - result.go: every place of the largest logit, every pair of ties, sums at
//     the limits of 32 bits, the counter of images across every power of two,
//     from counts that are written.
//   - timing.go: a reset in every cycle, an access in every cycle of an image,
//     every logit and every feature late.
//
// A head of more than a few hundred words is not probed word by word. It is probed at the
// ends of its memories and around every power of two, where decoders and counters fail.
//
// # Entry points
//
// Aims lists the sequences for a head, and Brief fewer of them; package head runs them.
// Sizes lists further heads, with sizes at an end of their range.
package directed
