package smt

import (
	"fmt"
	"math/big"
	"time"
)

// Status is the outcome of a query.
type Status uint8

const (
	Unknown Status = iota // no answer, see Reason
	Sat                   // the assertions are satisfiable, see Model
	Unsat                 // the assertions are unsatisfiable
	Error                 // the query or the solver is broken, see Reason
)

func (s Status) String() string {
	switch s {
	case Sat:
		return "sat"
	case Unsat:
		return "unsat"
	case Error:
		return "error"
	}
	return "unknown"
}

// Reason says why there is no answer. It is empty for Sat and Unsat.
type Reason string

const (
	Timeout   Reason = "timeout"   // Unknown: a limit of time or steps, the solver's own or the hard one
	Memory    Reason = "memory"    // Unknown: the solver reports that memory ran out
	Crashed   Reason = "crashed"   // Unknown: the process ended before it answered
	Cancelled Reason = "cancelled" // Unknown: the caller's context ended
	GaveUp    Reason = "gave up"   // Unknown: the solver's own reason, in Detail
	BadQuery  Reason = "bad query" // Error: the text is no valid query; no solver got it
	Rejected  Reason = "rejected"  // Error: the solver printed an (error …), in Detail
	Protocol  Reason = "protocol"  // Error: the solver printed something unexpected
	NoSolver  Reason = "no solver" // Error: no process could be started

	Disagreement Reason = "solvers disagree" // Error: one has a model, another says that there is none
)

// Result is the outcome of one query. Its zero value is no answer.
type Result struct {
	Status  Status
	Reason  Reason
	Detail  string              // for a reader; never used for a verdict
	Model   map[string]*big.Int // on Sat, a value for each name of Query.Read; a Bool is 0 or 1, a bit vector is unsigned
	Elapsed time.Duration
	By      []string // the solvers with this answer, if several were asked; see Panel
}

func (r Result) String() string {
	if r.Reason == "" {
		return r.Status.String()
	}
	if r.Detail == "" {
		return fmt.Sprintf("%s: %s", r.Status, r.Reason)
	}
	return fmt.Sprintf("%s: %s: %s", r.Status, r.Reason, r.Detail)
}
