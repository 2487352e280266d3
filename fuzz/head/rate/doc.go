// Package rate measures the speed of the head's checks: random sequences in Verilator and
// the same ones in Icarus, and full inferences with and without a new program for each.
//
// Times are processor times of this process and its children, so other work on the machine
// has little effect. All runs use one worker. The time to build simulators does not count.
package rate
