// Package golden is the reference model: it defines, for every bit, what the hardware of a
// power-of-two network must compute.
//
// # One definition, two readings
//
// Each operation of a network (a convolution's accumulator, a residual
// addition, the pool's reciprocal, requantization) is written once, in
// algebra.go, as a generic function over an [Algebra]: constants and six operations on
// mathematical integers, without widths and without wrapping. Over [Int64], the
// definitions execute. Over [*Terms], they yield the expression that is proven equal
// to the circuit. So execution and proof use the same definition.
//
// # Execution
//
// An [Executor] runs a validated network on a frame and returns a [Trace] with
// every layer's output as integers. It has two paths:
//
//   - define.go applies the definition to each output by itself. It serves every
//     declared alternative: truncated terms, accumulators that wrap or saturate.
//   - Exact accumulators are sums of products, whose order is free. words.go computes those
//     whose pixels and weights fit 16 bits, and depthwise.go those with one input channel a
//     group, both with the vector unit that vectors_amd64.s drives. dot.go takes everything
//     else. tail.go replaces Requantize by a few constants per channel.
//
// The second path is only an optimisation. Tests compare it with the first over all
// modes. They compare the first with a model in rational arithmetic, which is written
// from the rules of ap_fixed and shares no formula with it.
//
// # Integers and reals
//
// An integer v of a [spec.Format] stands for the real number v × 2^-Frac. The
// reference itself knows integers only. Real numbers appear at its two ends:
// [ReadFrame] quantizes what the host preprocesses, and [Compare] measures how
// far the integers are from a float execution.
//
// # Short names
//
//	alg  the algebra a definition is read over
//	acc  an accumulator: the exact sum before requantization
//	tap  one input of one output channel, numbered as spec.Conv says
//	oc   output channel
//	ic   input channel
package golden
