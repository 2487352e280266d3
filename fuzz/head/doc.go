// Package head fuzzes the programmable head: random programs, images, stalls,
// resets and illegal accesses, driven into the Verilated hardware and compared
// with a reference after every step.
//
// # Concepts
//
//	step      a batch of bus accesses and stream beats with their timing
//	event     something that took effect: a response, a beat, a reset
//	answer    the events of a step in the order in which they took effect
//	model     the reference: the programmer's view, golden's arithmetic
//	sketch    a model without memories; it says which steps make sense
//	sequence  a list of steps from power-up, one test case
//	fault     a named change of the Verilog that a campaign must find
//	bin       a functional situation that a campaign should have been in
//	tape      a sequence as it was played, for a simulator without the reference
//	player    Icarus with a test bench in Verilog (bench.v) that plays tapes
//
// # How a case runs
//
// The hardware is a separate process, built once: the Verilated head with a small
// master around it (bench.cpp) that plays a step, checks the protocol's rules at
// the pins, and answers with events. What the hardware may do next can depend on
// timing (is a write before the image's last logit, or after?), so the reference
// does not predict times: it replays the events in their order and must agree
// with each. The order alone decides every outcome; see rtl/npu.
//
// gopter's commands package generates sequences, every choice from one printed
// seed, and shrinks a failing one. A sequence is also plain text (JSON), which is
// how failures are kept and replayed.
//
// # Entry points
//
// Build makes a Simulator, Run is a campaign, Replay one sequence. Record makes a
// Tape of one, NewPlayer a Player for it.
package head
