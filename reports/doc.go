// Package reports is what a run says to people and to other programs: the
// model of signoff.json and its renderers. It does not know how anything was
// proven; it knows what a complete claim looks like and refuses to call
// anything else signed off.
//
// The words. A network has layers; a layer has points, the compare points that
// have to be settled (the output channels of a convolution, for instance). An
// edge is one link of the chain from the model to the hardware, such as
// "golden = netlist"; every point is settled once on every edge. A point that
// was not looked at is unknown, so the counts of an edge always add up to the
// layer's points and nothing is ever left out of a total. An obligation is one
// fact that some verdict rests on.
//
// Start at Signoff. Enter every Obligation in a Ledger, let its Fill count them
// into the signoff, and write that with Encode or WriteTable. Conclude derives
// the verdict from the counts; nobody sets it.
//
// A signoff holds no time and no other measure that differs from run to run:
// equal inputs give equal bytes.
package reports
