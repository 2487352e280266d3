package stream

import (
	"context"
	"fmt"
	"math/bits"
	"math/rand"
	"slices"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// A block of the user's is judged on what one front end read from its text. So a simulator
// executes the text, too: its items are held against the contract, as in a replay, and its
// valid and ready against the netlist's in every clock, so that it makes the same progress.
// The simulator has never seen the netlist.
//
// Readers may part only where control seldom comes: at an enable that opens after thousands
// of items. So after a run from reset under random stalls, others go on shortest ways to the
// positions where control first gives a value, such as an enable, an address or a state, that
// no run had yet, and go on at random there.

const (
	// readingFrames is how many frames a reading lasts, if that is not too long.
	readingFrames = 3
	// leastReading and mostReading are its length in clocks.
	leastReading, mostReading = 300, 4000
	readingSeed               = 1
	// mostWays and mostWayClocks bound the runs to values that control seldom gives, which go on
	// for afterWay clocks.
	mostWays, mostWayClocks, afterWay = 12, 40_000, 300
)

// reading judges whether a simulator reads a proved block as the netlist. The error is the
// context's or a machine that does not work.
func (p *prover) reading(ctx context.Context, b *stream.Block, m *machine, x *Exploration) (equiv.Fact, error) {
	f := equiv.Fact{Kind: verdict.StreamReading, Name: b.Instance, Layer: p.layer(b), Method: "executed in iverilog", Basis: verdict.Simulated,
		Claim: fmt.Sprintf("A simulator that runs the text of %s under random stalls sees the right items.", b.Instance)}
	clocks := min(max(leastReading, readingFrames*x.Cycles), mostReading)
	goals := x.goals
	length, runs := 0, 0
	var way []Cycle
	for start := 0; ; {
		run := &Breach{Loop: -1, Start: start}
		var gave *values
		run.Run, run.handshakes, gave = m.stalled(rand.New(rand.NewSource(readingSeed)), start, way, len(way)+clocks, x.Keeps)
		length, runs = length+len(run.Run), runs+1
		shown, err := replay(ctx, p.design, p.o.Sources, p.o.Map, m, run, p.o.Yosys)
		switch {
		case err != nil:
			return f, fmt.Errorf("stream: reading of %s: %w", b.Instance, err)
		case len(shown.Files) == 0:
			f.Reason, f.Detail, f.Basis = verdict.NotSimulated, "what its registers power up with cannot be set by their names", ""
			return f, nil
		case shown.Shown:
			f.Verdict, f.Reason, f.Detail, f.Basis = verdict.Failed, verdict.TwoReadings, "the netlist keeps the contract, and the simulator does otherwise: "+shown.What, ""
			return f, nil
		}
		goals = slices.DeleteFunc(slices.Clone(goals), func(g goal) bool { return gave.have(g.result, g.value) })
		// The last ones are the farthest, and their ways pass others.
		for at := len(goals) - 1; at >= 0; at-- {
			if start, way = x.way(goals[at]); length+len(way) <= mostWayClocks {
				break
			}
			way = nil
		}
		if way == nil || runs > mostWays {
			break
		}
		clocks = afterWay
	}
	f.Verdict, f.Detail = verdict.Proved, fmt.Sprintf("%s in %s, seed %d", words.Count(length, "clock"), words.Count(runs, "run"), readingSeed)
	if len(goals) > 0 {
		f.Detail += fmt.Sprintf("; %s of control gave values that no run came to", words.Count(len(goals), "time"))
	}
	return f, nil
}

// values are values of control's results: each of the first ones, and from there on one for
// each length in bits.
type values struct{ seen [][2]uint64 } // by result, a bit for each

// single is how many values of a result are told apart.
const single = 64

// valueOf numbers a value of a result.
func valueOf(v uint64) uint8 {
	if v < single {
		return uint8(v)
	}
	return uint8(single + bits.Len64(v) - 1)
}

func newValues(m *machine) *values { return &values{make([][2]uint64, m.results)} }

func (v *values) have(result int, value uint8) bool {
	return v.seen[result][value/64]>>(value%64)&1 == 1
}

// add reports whether the value is a new one.
func (v *values) add(result int, value uint8) bool {
	is := v.have(result, value)
	v.seen[result][value/64] |= 1 << (value % 64)
	return !is
}

// goal is a value of a result of control, and the position and the choice that gave it first.
type goal struct {
	result int
	value  uint8
	at     int32
	choice uint8
}

// note enters the goals that choice u in a position gives, whose results are in a lane.
func (x *explorer) note(at int32, lane, u int) {
	for result, of := range x.progOut {
		if value := valueOf(of[lane]); x.gave.add(result, value) {
			x.result.goals = append(x.result.goals, goal{result, value, at, uint8(u)})
		}
	}
}

// way is a shortest run to a goal, and which of the states that reset may leave it begins in.
func (x *explorer) way(g goal) (start int, run []Cycle) {
	return x.root(g.at), append(x.run(g.at), x.cycles[g.choice])
}

// stalled is a run of so many clocks that begins in the given way, after which the
// environment stalls at random; what the block takes and offers in it; and what control
// gave. If keeps, the environment offers an item until it is taken.
func (m *machine) stalled(r *rand.Rand, start int, way []Cycle, clocks int, keeps bool) (run []Cycle, handshakes []uint8, gave *values) {
	x := newExecutor(m)
	x.keeps = keeps
	gave = newValues(m)
	s, _ := x.initial(start)
	full := uint8(1<<len(m.ins) - 1)
	step := func(u int) bool {
		x.control([][]uint64{s})
		for result, of := range x.progOut {
			gave.add(result, valueOf(of[u]))
		}
		t, _, breach := x.move(s, u, u)
		if breach != nil {
			return false
		}
		run, handshakes = append(run, x.cycles[u]), append(handshakes, x.handshakes(u))
		s = t
		return true
	}
	for _, c := range way {
		if !step(slices.Index(x.cycles, c)) {
			return run, handshakes, gave
		}
	}
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
			if !step(legal[r.Intn(len(legal))]) {
				return run, handshakes, gave
			}
		}
	}
	return run, handshakes, gave
}
