package verdict

// Reason says why a claim is Unknown, Vacuous or Failed: a word to count by.
type Reason string

// Why something is Unknown.
const (
	Skipped       Reason = "skipped"               // the obligation was not attempted
	Unconfirmed   Reason = "unconfirmed"           // settled, but no solver was asked
	Premise       Reason = "premise not proved"    // what the proof needs is not proved
	NoStrategy    Reason = "no strategy applies"   // and no witness was found
	TailTooWide   Reason = "tail too wide"         // too wide to enumerate
	TailDiffers   Reason = "tail differs"          // on an interval; no reachable input with a difference was found
	Undefined     Reason = "undefined value"       // x, undriven, unknown cell, loop, drivers, width
	NoClock       Reason = "no clock"              // the clock of a register is data
	NoLatency     Reason = "no single latency"     // a loop through registers, or paths of different length
	OpenControl   Reason = "control is not known"  // in a computation over several clocks: it depends on data, or does not reach rest
	PortMismatch  Reason = "ports do not match"    // the circuit's and the model's; Failed if reading the circuit made the difference
	Arithmetic    Reason = "beyond 64 bits"        // of a normal form
	SolverUnknown Reason = "solver gave no answer" // it gave up, crashed or was stopped
	SolverTime    Reason = "solver timed out"      // on one query; a higher limit may help
	SolverMemory  Reason = "solver out of memory"  // on one query; a higher limit may help
	NoEncoding    Reason = "no encoding"           // for some cell
	ReadersPart   Reason = "readers part"          // the text has constructs that readers are known to interpret differently
	NotSimulated  Reason = "not executed by a simulator"
	Incomplete    Reason = "incomplete"                     // fewer cases ran than were asked for
	NotReached    Reason = "not reached"                    // by the cases that ran
	CyclesDiffer  Reason = "cycles differ from the formula" // of a program of the head
	StandStill    Reason = "may stand still"                // by the guaranteed minimum of the blocks of a stream
	EmptyInterval Reason = "contradictory input interval"   // Vacuous: no value lies in it
)

// Why something is Failed.
const (
	SolverDiffers    Reason = "solver disagrees"
	SolverBroken     Reason = "solver broke" // protocol, or a query that it rejects
	ReplayDiffers    Reason = "witness does not replay"
	SimulatorDiffers Reason = "simulator disagrees" // with the netlist that was read
	SimulatorBroken  Reason = "simulator failed"
	ToolFailed       Reason = "tool failed"
	NotRead          Reason = "hardware was not read"
	TwoReadings      Reason = "two readings"       // front end and simulators, or two front ends
	EngineDisagree   Reason = "proved and refuted" // a witness exists for a point that was proved
	EngineCrashed    Reason = "engine crashed"     // a defect of this program
)

// NoAnswer reports whether r says that a solver decided nothing.
func (r Reason) NoAnswer() bool { return r == SolverUnknown || r == SolverTime || r == SolverMemory }

// Disputes reports whether r says that two ways of deciding disagree.
func (r Reason) Disputes() bool {
	switch r {
	case SolverDiffers, SimulatorDiffers, EngineDisagree:
		return true
	}
	return false
}
