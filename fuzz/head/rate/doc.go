// Package rate measures how fast the head is checked: random sequences in
// Verilator and the same ones in Icarus, and full inferences with and without a
// new program for each.
//
// Times are of the processor, of this process and those that it starts, so that
// other work on the machine counts little; all runs use one worker. Building
// simulators is not measured.
package rate
