// Package head fuzzes the programmable head: random programs, images, stalls,
// resets and illegal accesses, driven into the Verilated hardware and compared
// with a reference after every step.
//
// # Concepts
//
//	step      a batch of bus accesses and stream beats with their timing
//	event     a response, a beat or a reset that took effect
//	answer    the events of a step in the order in which they took effect
//	model     the reference: the programmer's view, golden's arithmetic
//	sketch    a model without memories; it knows which steps are valid
//	sequence  a list of steps from power-up, one test case
//	fault     a named change of the Verilog that a campaign must find
//	bin       a functional coverage bin
//	value     a bin that one number out of millions hits
//	goal      a value that nothing has hit yet, as a question to a solver
//	bare      of a sequence: it fills no memories first, and uses only what it wrote
//	tape      a recorded sequence, for a simulator without the reference
//	player    Icarus with a test bench in Verilog (bench.v) that plays tapes
//
// # How a case runs
//
// The hardware is a separate process, built once: the Verilated head with a small
// master around it (bench.cpp) that plays a step, checks the protocol's rules at
// the pins, and answers with events. The legal behaviour can depend on timing, such as
// a write before or after the image's last logit. So the reference does not predict
// times. It replays the events in their order and must agree with each. The order alone
// determines every outcome; see rtl/npu.
//
// gopter's commands package generates sequences, with every choice from one printed
// seed, and shrinks a failing one. A random case is drawn before it is played, and all of
// it goes to the process in one message: to wake a process costs more than to play a step.
// A case that fails is drawn again and played step by step, to be shrunk. Failures are stored as JSON, and can be replayed.
//
// # Entry points
//
// Build makes a Simulator, Run is a campaign, Replay one sequence. Fill asks a Proposer
// for the values that a campaign did not hit; package equiv/propose is one. Record makes a
// Tape of one, NewPlayer a Player for it.
package head
