package equiv

import (
	"fmt"

	"github.com/hashiflex/hashiflex/spec/crash"
)

// Verdict is what became of a claim. The zero value is Unknown.
type Verdict uint8

const (
	Unknown Verdict = iota // could not tell; carries a Reason
	Proved
	Refuted // carries a witness that evaluates differently on both sides
	Vacuous // its assumptions contradict each other
	Failed  // a tool broke, or two ways of deciding disagree
)

func (v Verdict) String() string {
	if int(v) < len(verdictNames) {
		return verdictNames[v]
	}
	return fmt.Sprintf("Verdict(%d)", uint8(v))
}

var verdictNames = [...]string{"unknown", "proved", "refuted", "vacuous", "failed"}

// Reason says why a claim is Unknown, Vacuous or Failed: a word to count by.
// What goes with it for a reader is in a Detail.
type Reason string

const (
	Unconfirmed      Reason = "unconfirmed"           // no solver was asked
	NoStrategy       Reason = "no strategy applies"   // and no witness was found
	TailTooWide      Reason = "tail too wide"         // to enumerate
	TailDiffers      Reason = "tail differs"          // on an interval, at no reachable input found
	Undefined        Reason = "undefined value"       // x, undriven, unknown cell, loop, drivers, width
	NoClock          Reason = "no clock"              // registers wait for the edge of data
	NoLatency        Reason = "no single latency"     // a loop through registers, or paths of different length
	PortMismatch     Reason = "ports do not match"    // the circuit's against the model's
	Arithmetic       Reason = "beyond 64 bits"        // of a normal form
	SolverUnknown    Reason = "solver gave no answer" // timeout, memory, crash
	SolverDiffers    Reason = "solver disagrees"      // Failed
	SolverBroken     Reason = "solver broke"          // Failed: protocol or rejected query
	NoEncoding       Reason = "no encoding"           // for some cell
	ReplayDiffers    Reason = "witness does not replay"
	SimulatorDiffers Reason = "simulator disagrees"          // Failed: with the netlist that was read
	EmptyInterval    Reason = "contradictory input interval" // Vacuous
	ToolFailed       Reason = "tool failed"
	NotRead          Reason = "hardware was not read"
	ReadersPart      Reason = "readers part"                // the text has constructs that readers are known to read in different ways
	TwoReadings      Reason = "two readings"                // Failed: front end and simulators
	NotSimulated     Reason = "not executed by a simulator" // the text, beside the netlist
	EngineDisagree   Reason = "proved and refuted"          // Failed: a witness exists for a point that was proved
	EngineCrashed    Reason = "engine crashed"              // Failed: a defect of ours
)

// Crashed enters a panic as the verdict of an obligation. It goes with crash.Recover:
//
//	defer crash.Recover("name of the obligation", equiv.Crashed(&f.Verdict, &f.Reason, &f.Detail))
func Crashed(v *Verdict, r *Reason, detail *string) func(*crash.Error) {
	return func(e *crash.Error) { *v, *r, *detail = Failed, EngineCrashed, e.Error() }
}
