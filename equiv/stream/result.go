package stream

import (
	"fmt"
	"strings"
)

// Exploration is what became of a block.
type Exploration struct {
	States int
	Steps  int64
	// Broken is the first rule of the contract that some run breaks, and Run what the
	// environment does in it, from reset on. Nil: none.
	Broken *Breach
	Replay *Replay // of Broken
	// Unclear is why no contract can be given though none is broken, or "".
	Unclear string
	// Keeps is that the contract holds if whoever offers an item offers it until it is
	// taken; without it, it holds whatever is offered.
	Keeps bool
	// Cap is how many items the block takes at most beyond those that the output it
	// gave needed; Room how many it takes at least, if they are offered, beyond those
	// that its next output needs, while that is not taken.
	Cap, Room []int // by input
	// Lag is how many items more than it needs the block may wait for, of the same
	// frame, by item of a frame of its output.
	Lag []int
	// Cycles is how many clocks a frame takes when nothing outside stalls, and Latency
	// how many there are from reset to the first output.
	Cycles, Latency int
	// Rows and Row are how many rows a frame has at the first input, and how many items
	// each of them has. Clocks is how many clocks all of them take when nothing outside
	// stalls: Cycles, but for blocks that know no frames, whose Cycles are an item's.
	Rows, Row, Clocks int
	Longest           int // clocks that something complete may wait to be offered
}

// Breach is a run that breaks a contract.
type Breach struct {
	Rule   string
	Detail string
	Run    []Cycle
	Start  int // which of the states that reset may leave it begins in
	Loop   int // of a run that goes on for ever: where the cycle begins that repeats; else -1
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

// Cycle is what the environment does in one clock, a bit for each stream: which inputs
// are valid, which outputs are ready, and which marks are 1 at inputs that are not valid.
type Cycle struct{ Valid, Ready, First, Last uint8 }

// edge is a transition in which nothing moved although something was owed.
type edge struct {
	from, to int32
	slack    int32 // how many items the block had beyond those that its next output needs
	left     int32 // how many were missing of the frame of that output
	n        int32 // which output of its frame that is
	choice   uint8
}

// String tells a run for a reader.
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
