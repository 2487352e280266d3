// Package sweep finds equal nodes in circuits over the same inputs: a netlist of gates, and
// word-level RTL that it may have come from.
//
// All circuits are read bit by bit into one graph of conjunctions and exclusive ors
// (blast.go). Nodes that have equal values on many vectors may be equal. Each such pair is
// tried as soon as its later node is there, and what is equal is one node from then on
// (Kuehlmann et al., "Robust Boolean reasoning", TCAD 2002):
//
//   - in a window: for all values of nodes in between, which are taken as free bits
//     (window.go). All of up to 2^18 values are tried, and a solver is asked where that is
//     too little;
//   - as sums: a carry-save tree and a chain of adders have no nodes in common but the
//     inputs and the sum. Both words are written as sums of bits, in which full and half
//     adders and the adders of words are replaced by what they add up (linear.go,
//     adders.go). Equal sums of bits modulo 2^w are equal words of w bits.
//
// What is found is a claim and not yet a fact. Claims are the windows as queries, Sums the
// equalities of sums, and Rules what operators were blasted to. A window holds whatever
// its leaves are, and a sum is known by what was equal before it, so that no claim rests
// on itself.
//
// # Legend
//
//	lit     a node or its complement
//	leaf    a node that a window takes as a free bit
//	block   an adder: the weighted sum of its outs is that of its ins
//	twin    the node of another circuit that has the values of a sum's bit
package sweep
