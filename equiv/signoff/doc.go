// Package signoff runs a signoff from start to end. The command line calls it. So can
// any program that needs a signoff without a terminal.
//
// A Job says what to prove and where to keep the evidence. Run runs the chain with a
// store in the directory (store.go). It records every point and fact of the chain as an
// obligation (obligations.go), and makes the signoff (signoff.go). It derives omissions
// from the chain's options, so no caller can forget to report them.
//
// If there is a Head, the programmable head is checked after the chain (head.go):
// provers of its data and control, random sequences, and the network's own program.
// Each has obligations. A part without faults is cached like a layer.
//
// RunShard does one share of a job, and CheckShards looks at the shares that Run merges
// (shard.go).
//
// An obligation is only proved if all its premises are. A point with an open premise is
// unknown, even if its solver said unsat.
package signoff
