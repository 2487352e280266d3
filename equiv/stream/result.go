package stream

import (
	"fmt"
	"strings"
)

// Exploration is the outcome for a block.
type Exploration struct {
	States int
	Steps  int64
	// Broken is the first rule of the contract that some run breaks, and Run the
	// environment's actions in that run, from reset on. Nil: none.
	Broken *Breach
	Replay *Replay // of Broken
	// Unclear is the reason why no contract can be given although none is broken, or
	// "".
	Unclear string
	// Keeps says that the contract holds only if the environment offers an item until
	// it is taken. If it is false, the contract holds for any environment.
	Keeps bool
	// Cap is the largest number of items that the block takes beyond those that its
	// given outputs needed. Room is the number of offered items that it takes at least,
	// beyond those that its next output needs, while that output is not taken.
	Cap, Room []int // by input
	// Lag is the number of items of the same frame, beyond those that it needs, for
	// which the block may wait, by item of a frame of its output.
	Lag []int
	// Cycles is the number of clocks for a frame without stalls from outside, and
	// Latency the number from reset to the first output.
	Cycles, Latency int
	// Rows is the number of rows of a frame at the first input, and Row the number of
	// items in each. Clocks is the number of clocks for a frame without stalls from
	// outside. It equals Cycles, except for blocks without frames, whose Cycles are
	// those of an item, and for blocks that get every n-th frame: of their Cycles it is
	// the n-th part, rounded up.
	Rows, Row, Clocks int
	Longest           int // clocks that something complete may wait to be offered
	// Pace is, of the block that joins the branches behind a fork, how fast it is with the
	// FIFOs before it. Nil: of no such block, or not known.
	Pace *Pace
	// Starved is the number of clocks of a frame for which it is ready for an item that
	// does not come, of its inputs the one that waits longest, and Held for which an item
	// is offered that its reader does not take. They are of the run of all blocks
	// together, and 0 if that is not known.
	Starved, Held int

	table *timetable // for as long as the whole is judged

	// goals are what control gave, of a block of the user's, the farthest last, and way is a
	// run to one.
	goals []goal
	way   func(goal) (start int, run []Cycle)
}

// Breach is a run that breaks a contract.
type Breach struct {
	Rule   string
	Detail string
	Run    []Cycle
	Start  int // which of the states that reset may leave it begins in
	Loop   int // of a run that goes on for ever: where the cycle begins that repeats; else -1

	// handshakes are, of a run that breaks nothing, what the netlist takes and offers in
	// each clock, as in a timetable: a simulator has to do the same. Nil: that is not held
	// against it.
	handshakes []uint8
}

// withdraws reports whether an item may have been offered to the block and offered no
// more before it was taken.
func (b *Breach) withdraws() bool {
	for i := 1; i < len(b.Run); i++ {
		if b.Run[i-1].Valid&^b.Run[i].Valid != 0 {
			return true
		}
	}
	return b.Loop >= 0 && b.Loop < len(b.Run) && b.Run[len(b.Run)-1].Valid&^b.Run[b.Loop].Valid != 0
}

// Cycle is the environment's action in one clock, with a bit for each stream: which
// inputs are valid, which outputs are ready, and which marks are 1 at inputs that are
// not valid.
type Cycle struct{ Valid, Ready, First, Last uint8 }

// edge is a transition in which nothing moved although something was owed.
type edge struct {
	from, to int32
	slack    int32 // how many items the block had beyond those that its next output needs
	left     int32 // how many were missing of the frame of that output
	n        int32 // which output of its frame that is
	choice   uint8
}

// String describes a run for a reader.
func (b *Breach) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s: %s\n", b.Rule, b.Detail)
	for i, c := range b.Run {
		mark := ""
		if i == b.Loop {
			mark = "  from here on again and again"
		}
		marks := ""
		if c.First|c.Last != 0 {
			marks = fmt.Sprintf(", marks without an item: first %b, last %b", c.First, c.Last)
		}
		fmt.Fprintf(&s, "clock %d: valid in %b, ready out %b%s%s\n", i, c.Valid, c.Ready, marks, mark)
	}
	return s.String()
}
