// Package signoff runs a signoff from start to end. It is what the command line calls,
// and what another program calls that wants the same without a terminal.
//
// A Job says what to prove and where to keep the evidence. Run lets the chain run with a
// store in the directory (store.go), enters every point and fact that the chain reports
// as an obligation (obligations.go), and draws up the signoff (signoff.go). What a complete run does and this one did not is derived from the
// chain's options, so that nobody can forget to say it.
//
// If there is a Head, the programmable head is judged after the chain (head.go):
// provers of its data and control, random sequences, and the network's own program,
// each with obligations and remembered like a layer once nothing is wrong.
//
// An obligation is only proved if everything it needs is: a point whose premise
// is not discharged is unknown, whatever its solver said.
package signoff
