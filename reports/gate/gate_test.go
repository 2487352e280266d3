package gate

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

func signoff() *reports.Signoff {
	all := func(n int) []reports.Counts { return []reports.Counts{{Total: n, Proved: n}, {Total: n, Proved: n}} }
	s := &reports.Signoff{
		Network: "small", Program: "v1", Edges: []verdict.Edge{verdict.GoldenNetlist, verdict.GoldenRTL},
		Layers:      []reports.Layer{{Name: "stem", Kind: "conv", Points: 4, Edges: all(4)}, {Name: "add", Kind: "add", Points: 1, Edges: all(1)}},
		Obligations: []reports.Discharge{{Kind: "range", Total: 4, Discharged: 4}, {Kind: "vectors", Total: 2, Discharged: 2}, {Kind: verdict.StreamBlock, Total: 2, Discharged: 2}, {Kind: verdict.StreamWhole, Total: 1, Discharged: 1}, {Kind: verdict.HeadFuzz, Total: 1, Discharged: 1}, {Kind: verdict.HeadProgram, Total: 1, Discharged: 1}},
		Coverage:    []reports.Coverage{{Kind: "cells", Total: 9, Covered: 9}, {Kind: "ports", Total: 3, Covered: 3}},
		Tools:       []reports.ToolRecord{{Name: "z3", Version: "4.8.12", SHA256: "00ff"}},
		Stream: &reports.Stream{Top: "small_stream", Claim: "all is well.", Blocks: []reports.StreamBlock{
			{Instance: "stem.window", Kind: "window", Verdict: verdict.Proved, Clocks: 144, Takes: []int{2}},
			{Instance: "add.fifo", Kind: "fifo", Verdict: verdict.Proved, Clocks: 36, Takes: []int{8}},
		}},
		Head: &reports.Head{
			Campaign: reports.HeadCampaign{Cases: 100},
			Lines:    reports.HeadCoverage{Total: 40, Hit: 40},
			Bins:     reports.HeadCoverage{Total: 9, Hit: 8, Missing: []reports.HeadGap{{Where: "b", Count: 1, Why: "not with this size"}}},
			Rates:    []reports.HeadRate{{Layers: "16 → 8", Lanes: 4, ImagesPerSecond: 1000}},
			Proofs:   []reports.HeadProof{{ID: "lane/product", Verdict: verdict.Proved}},
		},
	}
	s.Conclude()
	return s
}

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*reports.Signoff)
		open   bool
		want   string
	}{
		{"the same", func(*reports.Signoff) {}, true, ""},
		{"refuted", func(s *reports.Signoff) { s.Layers[0].Edges[1] = reports.Counts{Total: 4, Proved: 3, Refuted: 1} }, false, "worse: layer stem, golden = rtl: refuted: 1, was 0"},
		{"unknown", func(s *reports.Signoff) { s.Layers[0].Edges[1] = reports.Counts{Total: 4, Proved: 3, Unknown: 1} }, false, "worse: layer stem, golden = rtl: unknown: 1, was 0"},
		{"a layer gone", func(s *reports.Signoff) { s.Layers = s.Layers[:1] }, false, "worse: layer add is gone, with 1 point"},
		{"points gone", func(s *reports.Signoff) {
			n := reports.Counts{Total: 3, Proved: 3}
			s.Layers[0].Points, s.Layers[0].Edges = 3, []reports.Counts{n, n}
		}, false, "worse: layer stem: points: 3, was 4"},
		{"an edge gone", func(s *reports.Signoff) {
			s.Edges = s.Edges[:1]
			for i := range s.Layers {
				s.Layers[i].Edges = s.Layers[i].Edges[:1]
			}
		}, false, "worse: edge golden = rtl is gone"},
		{"a kind gone", func(s *reports.Signoff) { s.Obligations = append(s.Obligations[:1], s.Obligations[2:]...) }, false, "worse: obligations, vectors: none, were 2"},
		{"coverage gone", func(s *reports.Signoff) { s.Coverage = s.Coverage[:1] }, false, "worse: coverage, ports: not known, was 3 of 3"},
		{"uncovered and waived", func(s *reports.Signoff) {
			s.Coverage[0] = reports.Coverage{Kind: "cells", Total: 10, Covered: 9, Waived: 1}
		}, false, "worse: waivers: 1, was 0"},
		{"less done", func(s *reports.Signoff) { s.Omissions = []reports.Omission{{What: "vectors", Why: "no time"}} }, false, "worse: not done any more: vectors (no time)"},
		{"fewer lemmas", func(s *reports.Signoff) { s.Obligations[0] = reports.Discharge{Kind: "range", Total: 3, Discharged: 3} }, true, "different: obligations, range: 3, were 4"},
		{"a smaller sample", func(s *reports.Signoff) {
			s.Obligations[1] = reports.Discharge{Kind: "vectors", Total: 1, Discharged: 1}
		}, false, "worse: obligations, vectors: 1, was 2"},
		{"no stream", func(s *reports.Signoff) { s.Stream = nil }, false, "worse: the chip between the layers is not looked at any more"},
		{"a block refuted", func(s *reports.Signoff) {
			s.Stream.Blocks[1].Verdict = verdict.Refuted
			s.Obligations[2] = reports.Discharge{Kind: verdict.StreamBlock, Total: 2, Discharged: 1, Refuted: 1}
		}, false, "worse: stream, block add.fifo: refuted, was proved"},
		{"a chip that stands still", func(s *reports.Signoff) {
			s.Obligations[3] = reports.Discharge{Kind: verdict.StreamWhole, Total: 1}
		}, false, "worse: stream: unknown, was proved"},
		{"a slower chip", func(s *reports.Signoff) { s.Stream.Blocks[1].Clocks = 150 }, true, "different: stream, clocks a frame: 150 (add.fifo), were 144 (stem.window)"},
		{"a deeper FIFO", func(s *reports.Signoff) { s.Stream.Blocks[1].Takes = []int{9} }, true, "different: stream, FIFO add.fifo: 10 items, were 9"},
		{"other blocks", func(s *reports.Signoff) { s.Stream.Blocks[1].Instance = "add.queue" }, true, "different: stream, block add.fifo is gone"},
		{"no head", func(s *reports.Signoff) { s.Head = nil }, false, "worse: the head is not looked at any more"},
		{"a line not reached", func(s *reports.Signoff) {
			s.Head.Lines = reports.HeadCoverage{Total: 40, Hit: 39, Missing: []reports.HeadGap{{Where: "l", Count: 1, Why: "w"}}}
		}, false, "worse: head, lines: not reached: 1, was 0"},
		{"no lines counted", func(s *reports.Signoff) { s.Head.Lines = reports.HeadCoverage{} }, false, "worse: head, lines: not counted, were 40 of 40"},
		{"a proof of the head gone", func(s *reports.Signoff) {
			s.Head.Proofs = []reports.HeadProof{{ID: "lane/other", Verdict: verdict.Proved}}
		}, false, "worse: head, lane/product: gone, was proved"},
		{"a proof of the head open", func(s *reports.Signoff) { s.Head.Proofs[0].Verdict = verdict.Unknown }, false, "worse: head, lane/product: unknown, was proved"},
		{"fewer sequences", func(s *reports.Signoff) { s.Head.Campaign.Cases = 50 }, true, "different: head, sequences: 50, were 100"},
		{"a slower head", func(s *reports.Signoff) { s.Head.Rates[0].ImagesPerSecond = 900 }, true, "different: head, 16 → 8 with 4 lanes: 900 images/s, were 1000 (16 → 8 with 4 lanes)"},
		{"a new layer", func(s *reports.Signoff) {
			s.Layers = append(s.Layers, reports.Layer{Name: "pool", Points: 2, Edges: []reports.Counts{{Total: 2, Proved: 2}, {Total: 2, Proved: 2}}})
		}, true, "different: layer pool is new, with 2 points"},
		{"another build of the solver", func(s *reports.Signoff) { s.Tools[0].SHA256 = "00fe" }, true, `different: files of tool z3: 00fe, was "00ff"`},
		{"another solver", func(s *reports.Signoff) { s.Tools[0].Version = "4.9" }, true, `different: tool z3: 4.9, was "4.8.12"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			is := signoff()
			c.change(is)
			is.Conclude()
			r, err := Compare(signoff(), is)
			require.NoError(t, err)
			require.Equal(t, c.open, r.Open(), "%v", r.Changes)
			if c.want == "" {
				require.Empty(t, r.Changes)
				return
			}
			var lines []string
			for _, ch := range r.Changes {
				lines = append(lines, string(ch.Effect)+": "+ch.Text)
			}
			require.Contains(t, lines, c.want)
			if !c.open {
				require.Equal(t, Worse, r.Changes[0].Effect)
			}
			// The other way round, the gate is open: the new one is signed off.
			back, err := Compare(is, signoff())
			require.NoError(t, err)
			if !c.open && c.name != "a proof of the head gone" {
				require.True(t, back.Open(), "%v", back.Changes)
			}
		})
	}
}

// What was bad before and still is does not pass for being no worse.
func TestNoWorseIsNotEnough(t *testing.T) {
	bad := signoff()
	bad.Layers[0].Edges[0] = reports.Counts{Total: 4, Proved: 3, Unknown: 1}
	bad.Conclude()
	r, err := Compare(bad, bad)
	require.NoError(t, err)
	require.Empty(t, r.Changes)
	require.False(t, r.Open())
}

func TestOtherNetwork(t *testing.T) {
	other := signoff()
	other.Network = "large"
	_, err := Compare(signoff(), other)
	require.ErrorContains(t, err, `network "small"`)
}

func TestTimes(t *testing.T) {
	r := &Result{Conclusion: reports.SignedOff}
	r.Times(10*time.Second, 10500*time.Millisecond)
	require.Empty(t, r.Changes)
	r.Times(10*time.Second, 20*time.Second)
	require.True(t, strings.HasPrefix(r.Changes[0].Text, "slower: 20s"))
	require.True(t, r.Open())
}

// Only what both signoffs looked at is better.
func TestBetterIsOfBoth(t *testing.T) {
	bad := func() *reports.Signoff {
		s := signoff()
		s.Layers[0].Edges[1] = reports.Counts{Total: 4, Proved: 2, Refuted: 1, Unknown: 1}
		s.Obligations[0] = reports.Discharge{Kind: "range", Total: 4, Discharged: 3}
		s.Coverage[0] = reports.Coverage{Kind: "cells", Total: 9, Covered: 7}
		s.Omissions = []reports.Omission{{What: "vectors", Why: "no time"}}
		return s
	}
	better := func(was, is *reports.Signoff) (lines []string) {
		was.Conclude()
		is.Conclude()
		r, err := Compare(was, is)
		require.NoError(t, err)
		for _, c := range r.Changes {
			if c.Effect == Better {
				lines = append(lines, c.Text)
			}
		}
		return lines
	}
	// The same, mended.
	require.Equal(t, []string{
		"signed off, was refuted",
		"layer stem, golden = rtl: proved: 4, was 2",
		"layer stem, golden = rtl: refuted: 0, was 1",
		"layer stem, golden = rtl: unknown: 0, was 1",
		"obligations, range: open: 0, was 1",
		"coverage, cells: not covered: 0, was 2",
	}, better(bad(), signoff()))

	// Only two channels were looked at, and those are good: nothing is mended.
	part := signoff()
	n := reports.Counts{Total: 2, Proved: 2}
	part.Layers = part.Layers[:1]
	part.Layers[0].Points, part.Layers[0].Edges = 2, []reports.Counts{n, n}
	part.Obligations[0] = reports.Discharge{Kind: "range", Total: 2, Discharged: 2}
	part.Coverage[0] = reports.Coverage{Kind: "cells", Total: 3, Covered: 3}
	require.Empty(t, better(bad(), part))

	// The bad layer is out of scope.
	left := signoff()
	left.Layers = left.Layers[1:]
	left.LeftOut = []reports.Exclusion{{Layer: "stem", What: "layer stem", Why: "it is declared"}}
	left.Obligations[0], left.Coverage[0] = part.Obligations[0], part.Coverage[0]
	require.Empty(t, better(bad(), left))

	// More is looked at than before: what was good is as good as it was.
	require.Empty(t, better(part, signoff()))
	old := signoff()
	old.Edges = old.Edges[:1]
	for i := range old.Layers {
		old.Layers[i].Edges = old.Layers[i].Edges[:1]
	}
	old.Stream, old.Head = nil, nil
	require.NotContains(t, better(old, signoff()), "edge golden = rtl is new")
}

// An option may be given several times, as what a project leaves out.
func TestOptionsOfOneName(t *testing.T) {
	of := func(values ...string) *reports.Signoff {
		s := signoff()
		for _, v := range values {
			s.Options = append(s.Options, reports.Setting{Name: "left out", Value: v})
		}
		s.Conclude()
		return s
	}
	r, err := Compare(of("layer a", "layer b"), of("layer a", "layer b"))
	require.NoError(t, err)
	require.Empty(t, r.Changes)
	r, err = Compare(of("layer a", "layer b"), of("layer a"))
	require.NoError(t, err)
	require.Equal(t, []Change{{Different, `option left out: layer a, was "layer a, layer b"`}}, r.Changes)
}
