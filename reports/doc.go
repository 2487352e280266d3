// Package reports defines the result of a run: the model of signoff.json and its text
// table. It does not know how anything was proved. It knows what a complete claim is,
// and signs off nothing less.
//
// Terms: A network has layers. A layer has compare points, called points, such as the
// output channels of a convolution. An edge is one link of the chain from the model to
// the hardware, such as "golden = netlist". Every point gets one verdict on every edge.
// A point that was not checked is unknown, so the counts of an edge always add up to
// the layer's points. An obligation is one fact that some verdict rests on.
//
// Start at Signoff. Add every Obligation to a Ledger. Ledger.Fill counts them into the
// signoff. Encode and WriteTable write it. Conclude derives the verdict from the
// counts; no caller sets it.
//
// A signoff holds no times and nothing else that differs from run to run. Equal inputs
// give equal bytes.
package reports
