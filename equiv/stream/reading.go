package stream

import (
	"context"
	"fmt"
	"math/rand"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// A block of the user's is judged on what one front end read from its text. So a simulator
// executes the text, too: under random stalls from reset on, its items are held against the
// contract, as in a replay, and its valid and ready against the netlist's in every clock, so
// that it makes the same progress. The simulator has never seen the netlist.

const (
	// readingFrames is how many frames a reading lasts, if that is not too long.
	readingFrames = 3
	// leastReading and mostReading are its length in clocks.
	leastReading, mostReading = 300, 4000
	readingSeed               = 1
)

// reading judges whether a simulator reads a proved block as the netlist. The error is the
// context's or a machine that does not work.
func (p *prover) reading(ctx context.Context, b *stream.Block, m *machine, x *Exploration) (equiv.Fact, error) {
	f := equiv.Fact{Kind: verdict.StreamReading, Name: b.Instance, Layer: p.layer(b), Method: "executed in iverilog", Basis: verdict.Simulated,
		Claim: fmt.Sprintf("A simulator that runs the text of %s under random stalls sees the right items.", b.Instance)}
	clocks := min(max(leastReading, readingFrames*x.Cycles), mostReading)
	run := &Breach{Loop: -1}
	run.Run, run.handshakes = m.stalled(rand.New(rand.NewSource(readingSeed)), clocks, x.Keeps)
	shown, err := replay(ctx, p.design, p.o.Sources, p.o.Map, m, run, p.o.Yosys)
	switch {
	case err != nil:
		return f, fmt.Errorf("stream: reading of %s: %w", b.Instance, err)
	case len(shown.Files) == 0:
		f.Reason, f.Detail, f.Basis = verdict.NotSimulated, "what its registers power up with cannot be set by their names", ""
	case shown.Shown:
		f.Verdict, f.Reason, f.Detail, f.Basis = verdict.Failed, verdict.TwoReadings, "the netlist keeps the contract, and the simulator does otherwise: "+shown.What, ""
	default:
		f.Verdict, f.Detail = verdict.Proved, fmt.Sprintf("%s, seed %d", words.Count(clocks, "clock"), readingSeed)
	}
	return f, nil
}

// stalled is a run of so many clocks in which the environment stalls at random, and what
// the block takes and offers in it. If keeps, it offers an item until it is taken.
func (m *machine) stalled(r *rand.Rand, clocks int, keeps bool) (run []Cycle, handshakes []uint8) {
	x := newExecutor(m)
	x.keeps = keeps
	s, _ := x.initial(0)
	full := uint8(1<<len(m.ins) - 1)
	for len(run) < clocks {
		// A slow or a quick side for a while, so that storage runs full and empty.
		valid, ready := 1+r.Intn(8), 1+r.Intn(8)
		for n := 1 + r.Intn(64); n > 0 && len(run) < clocks; n-- {
			var legal []int
			for u, c := range x.cycles {
				offers := r.Intn(8) < valid
				takes := r.Intn(8) < ready
				if x.legal(s, u) && (c.Valid == full) == offers && (c.Ready == uint8(1<<len(m.outs)-1)) == takes {
					legal = append(legal, u)
				}
			}
			if len(legal) == 0 {
				for u := range x.cycles {
					if x.legal(s, u) {
						legal = append(legal, u)
					}
				}
			}
			u := legal[r.Intn(len(legal))]
			x.control([][]uint64{s})
			t, _, breach := x.move(s, u, u)
			if breach != nil {
				return run, handshakes
			}
			run, handshakes = append(run, x.cycles[u]), append(handshakes, x.handshakes(u))
			s = t
		}
	}
	return run, handshakes
}
