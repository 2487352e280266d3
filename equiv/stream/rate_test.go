package stream

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// judged is a design whose blocks' timetables are still there.
func judged(t *testing.T, o Options) *prover {
	t.Helper()
	o.read, o.Sources.Files = readOnce, hollowHead(t, o.Sources.Files)
	p, err := prove(context.Background(), o)
	require.NoError(t, err)
	return p
}

func (p *prover) fact(t *testing.T, id verdict.ID) verdict.Verdict {
	t.Helper()
	for _, f := range p.Facts {
		if f.ID() == id {
			t.Log(f.ID(), f.Verdict, f.Detail)
			return f.Verdict
		}
	}
	require.Fail(t, "no fact "+string(id))
	return 0
}

// The blocks in step take the clocks that the generator counts with a model of its own,
// for the first frame and for each one behind it.
func TestRateIsThatOfTheGenerator(t *testing.T) {
	for name, c := range map[string]struct {
		net string
		how stream.Options
	}{
		"plain":       {"tiny", stream.Options{}},
		"no head":     {"tiny", stream.Options{Headless: true}},
		"pipelined":   {"tiny", stream.Options{Pipeline: 1}},
		"three heads": {"tiny", stream.Options{Heads: 3}},
		"pixels":      {"tiny", stream.Options{Pixels: map[string]int{spec.InputName: 3, "stem": 2, "depthwise": 6}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := openNetwork(t, c.net)
			p := judged(t, generated(t, n, c.how))
			require.Equal(t, verdict.Proved, p.fact(t, verdict.StreamRate.ID("tiny_stream")))
			require.Equal(t, verdict.Proved, p.fact(t, verdict.StreamRate.ID("residual.pair")))
			for _, x := range p.Blocks {
				if x.Pace != nil {
					k := x.Pace.FIFOs[0]
					require.Equal(t, k.Places, k.Needed, "the generator's depth is what is needed")
				}
			}
			d, err := stream.Generate(n, c.how)
			require.NoError(t, err)
			at := func(frames int) int {
				cycles, err := d.Cycles(frames)
				require.NoError(t, err)
				return cycles
			}
			w, err := wire(p.design, p.o.Map, n)
			require.NoError(t, err)
			last, err := w.carried(n)
			require.NoError(t, err)
			r, err := p.pacer(w, w.everything(), last.beats(n), nil, false).run(p.patience())
			require.NoError(t, err)
			require.Equal(t, at(1), r.ends[0])
			require.Equal(t, (at(7)-at(1))*r.frames, 6*r.clocks)
		})
	}
}

// With every number of places, the blocks in step do what a simulator does with the
// Verilog, clock by clock: at full pace, with clocks lost, and in a deadlock.
func TestPlacesAreMeasured(t *testing.T) {
	n := skipNet(t)
	p := judged(t, generated(t, n, stream.Options{Headless: true}))
	c, err := wire(p.design, p.o.Map, n)
	require.NoError(t, err)
	_, err = c.carried(n)
	require.NoError(t, err)
	var pace *Pace
	join := 0
	for i, x := range p.Blocks {
		if x.Pace != nil {
			pace, join = x.Pace, i
		}
	}
	require.Len(t, pace.FIFOs, 1)
	k := pace.FIFOs[0]
	require.Equal(t, "sum.fifo_b", p.o.Map.Blocks[k.Block].Instance)
	require.Equal(t, k.Places, k.Least)
	require.Equal(t, 12, k.Stands, "as TestSmallestFIFO sees")
	of := c.between(join)
	lost := 0
	for places := k.Places; places >= k.Stands; places-- {
		with := map[int]int{k.Block: places}
		r, err := p.pacer(c, of, c.beats[join], with, false).run(p.patience())
		require.NoError(t, err)
		require.Equal(t, places <= k.Stands, r.stands)
		if !r.stands {
			over := r.clocks/r.frames - pace.Clocks/pace.Frames
			require.True(t, over > lost || places == k.Places && over == 0)
			lost = over
		}
		shown, err := p.measure(t.Context(), c, p.pacer(c, of, c.beats[join], with, false), r)
		require.NoError(t, err)
		require.True(t, shown.Shown, shown.What)
		// What is not so is not shown.
		other := *r
		if other.stands = !r.stands; r.stands {
			other.ends = []int{5}
		}
		differs, err := p.measure(t.Context(), c, p.pacer(c, of, c.beats[join], with, false), &other)
		require.NoError(t, err)
		require.False(t, differs.Shown)
		t.Logf("%d places: %d clocks a frame lost, %s", places, lost, shown.What)
	}
}

// A FIFO that is deeper than need be is said to be.
func TestPlacesToSpare(t *testing.T) {
	n := skipNet(t)
	o := generated(t, n, stream.Options{Headless: true})
	for i := range o.Sources.Files {
		o.Sources.Files[i].Text = bytes.ReplaceAll(o.Sources.Files[i].Text, []byte(".DEPTH(19)"), []byte(".DEPTH(25)"))
	}
	p := judged(t, o)
	require.Equal(t, verdict.Proved, p.fact(t, verdict.StreamRate.ID("sum.pair")))
	for _, x := range p.Blocks {
		if x.Pace != nil {
			require.Equal(t, 25, x.Pace.FIFOs[0].Places)
			require.Equal(t, 19, x.Pace.FIFOs[0].Needed)
		}
	}
}

// A FIFO that rests in every other clock is right, and costs clocks.
func TestRestingFIFO(t *testing.T) {
	n := skipNet(t)
	o := generated(t, n, stream.Options{Headless: true})
	planted := false
	for i, s := range o.Sources.Files {
		text := bytes.Replace(s.Text, []byte("assign in_ready = held != FULL;"), []byte("reg rest;\n    always @(posedge clk) rest <= resetn & put;\n    assign in_ready = held != FULL & ~rest;"), 1)
		planted = planted || !bytes.Equal(text, s.Text)
		o.Sources.Files[i].Text = text
	}
	require.True(t, planted)
	p := judged(t, o)
	require.Equal(t, verdict.Proved, p.fact(t, verdict.StreamBlock.ID("sum.fifo_b")))
	require.Equal(t, verdict.Proved, p.fact(t, verdict.StreamFlow.ID("w_stream")))
	require.Equal(t, verdict.Refuted, p.fact(t, verdict.StreamRate.ID("sum.pair")))
	require.True(t, p.Late["sum.pair"].Shown)
	names := fmt.Sprint(p.Late["sum.pair"].Files)
	for _, name := range []string{"bench.v", "wave.vcd", "table.txt"} {
		require.Contains(t, names, name)
	}
	var files []rtl.Source
	for _, f := range p.Late["sum.pair"].Files {
		if f.Name == "wave.vcd" {
			files = append(files, f)
		}
	}
	require.Contains(t, string(files[0].Text), "held")
}

// What reset leaves open must not matter: two positions that do the same for ever are one.
func TestPositionsThatReset(t *testing.T) {
	// One input, one output, four choices. Positions 0 and 1 wait for an item, 2 and 3
	// offer it.
	waits, offers := uint8(0b01), uint8(0b10)
	table := func(next [4][4]int32, shakes [4]uint8) *timetable {
		r := &timetable{ins: 1, outs: 1, choices: 4, starts: []int32{0, 1}}
		var to []int32
		for i := range next {
			to = append(to, next[i][:]...)
			for range next[i] {
				r.shakes = append(r.shakes, shakes[i])
			}
		}
		r.finish(to)
		return r
	}
	go4 := [4][4]int32{{0, 2, 0, 2}, {1, 3, 1, 3}, {2, 2, 0, 0}, {3, 3, 1, 1}}
	require.True(t, table(go4, [4]uint8{waits, waits, offers, offers}).certain())
	require.False(t, table(go4, [4]uint8{waits, waits, offers, offers | 1}).certain())
	require.False(t, table(go4, [4]uint8{waits, 0, offers, offers}).certain())
	stays := go4
	stays[3] = [4]int32{3, 3, 3, 3}
	require.False(t, table(stays, [4]uint8{waits, waits, offers, offers}).certain())
	require.False(t, table(go4, [4]uint8{waits, waits, offers, offers}).mealy)
}

// A queue before a slower block fills up without end. The round is found all the same,
// and it is the slower block's.
func TestRoundsOfAGrowingQueue(t *testing.T) {
	// slow takes an item, and the next one when it has offered that for n clocks.
	slow := func(n int) *timetable {
		r := &timetable{ins: 1, outs: 1, choices: 4, choice: []uint16{0, 1, 2, 3}, starts: []int32{0}}
		to := []int32{0, 1, 0, 1}
		r.shakes = []uint8{1, 1, 1, 1}
		for k := 1; k < n; k++ {
			to = append(to, int32(k+1), int32(k+1), int32(k+1), int32(k+1))
			r.shakes = append(r.shakes, 0, 0, 0, 0)
		}
		to = append(to, int32(n), int32(n), 0, 0)
		r.shakes = append(r.shakes, 2, 2, 2, 2)
		r.finish(to)
		return r
	}
	p := &pacer{frame: 10}
	first := p.add(pacerNode{timetable: slow(2), name: "first"})
	queue := p.add(pacerNode{name: "queue", counts: true})
	second := p.add(pacerNode{timetable: slow(4), name: "second"})
	p.links = []pacerLink{
		{from: outside, to: first}, {from: first, to: queue}, {from: queue, to: second}, {from: second, to: outside, watched: true},
	}
	r, err := p.run(64)
	require.NoError(t, err)
	require.Equal(t, 5*10*r.frames, r.clocks)
	require.Less(t, 10, p.nodes[queue].held)
	// Before a faster one it stays as it is.
	p = &pacer{frame: 10}
	p.add(pacerNode{timetable: slow(4), name: "first"})
	p.add(pacerNode{name: "queue", counts: true})
	p.add(pacerNode{timetable: slow(2), name: "second"})
	p.links = []pacerLink{
		{from: outside, to: first}, {from: first, to: queue}, {from: queue, to: second}, {from: second, to: outside, watched: true},
	}
	r, err = p.run(64)
	require.NoError(t, err)
	require.Equal(t, 5*10*r.frames, r.clocks)
	require.LessOrEqual(t, p.nodes[queue].most, 1)
}
