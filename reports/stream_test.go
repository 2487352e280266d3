package reports

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec/verdict"
)

// sampleStream is a chip of two blocks, with its obligations.
func sampleStream() (*Stream, []*Obligation) {
	proof := func(kind verdict.Kind, name string) *Obligation {
		return &Obligation{ID: kind.ID(name), Kind: kind, Verdict: verdict.Proved, RestsOn: verdict.Computed, Strategy: "states"}
	}
	return &Stream{Top: "top", Claim: "All of it.", Blocks: []StreamBlock{
			{Instance: "a.window", Kind: "window", Verdict: verdict.Proved, States: 1000, Holds: []int{3}, Takes: []int{2}, Rows: 4, Row: 6, Clocks: 24},
			{Instance: "b.fifo", Kind: "fifo", Verdict: verdict.Proved, States: 34, Holds: []int{9}, Takes: []int{8}, Rows: 4, Row: 6, Clocks: 20},
		}}, []*Obligation{
			proof(verdict.StreamBlock, "a.window"), proof(verdict.StreamBlock, "b.fifo"), proof(verdict.StreamWhole, "top"),
		}
}

// A signoff is never greener than its blocks, nor they than their obligations.
func TestStreamConcludes(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Stream, []*Obligation)
		want   Conclusion
		reason string // or the audit's complaint
	}{
		{"fine", func(*Stream, []*Obligation) {}, SignedOff, ""},
		{"a refuted block", func(s *Stream, os []*Obligation) {
			s.Blocks[0].Verdict, os[0].Verdict, os[0].Witness = verdict.Refuted, verdict.Refuted, "w"
		}, NetworkRefuted, "stream block: 1 of 2 refuted"},
		{"an open whole", func(_ *Stream, os []*Obligation) { os[2].Verdict, os[2].Reason = verdict.Unknown, verdict.Premise }, NotProved, "stream: 1 of 1 not discharged"},
		{"no blocks", func(s *Stream, _ []*Obligation) { s.Blocks = nil }, NotProved, "stream: it has no blocks"},
		{"nothing of the whole", func(_ *Stream, os []*Obligation) {
			*os[2] = Obligation{ID: verdict.StreamWiring.ID("top"), Kind: verdict.StreamWiring, Verdict: verdict.Proved, RestsOn: verdict.Computed, Strategy: "s"}
		}, NotProved, `no obligation of the kind "stream"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, s := entered(t)
			chip, obligations := sampleStream()
			c.change(chip, obligations)
			for _, o := range obligations {
				require.NoError(t, l.Add(o))
			}
			s.Stream = chip
			require.NoError(t, l.Fill(s))
			require.Equal(t, c.want, s.Conclusion, "%v", s.Reasons)
			require.Contains(t, strings.Join(s.Reasons, "\n"), c.reason)
		})
	}
}

func TestStreamIsAudited(t *testing.T) {
	l, s := entered(t)
	chip, obligations := sampleStream()
	obligations[0].Verdict, obligations[0].Reason = verdict.Unknown, verdict.NoStrategy
	chip.Blocks[1].Instance = "c.fifo"
	for _, o := range obligations {
		require.NoError(t, l.Add(o))
	}
	s.Stream = chip
	err := l.Fill(s)
	require.ErrorContains(t, err, "block a.window is said to be proved, its obligation is unknown")
	require.ErrorContains(t, err, "block c.fifo is not listed")
}

func TestStreamSummary(t *testing.T) {
	s, _ := sampleStream()
	require.Equal(t, "a.window", s.Slowest().Instance)
	require.Equal(t, []string{"2 blocks", "24 clocks a frame (a.window)", "41,666,666 images/s at 1 GHz before the head", "1 FIFO of 9 items", "1,034 states visited"}, s.Summary())
	s.Blocks[1].Clocks = 24
	require.Equal(t, "b.fifo", s.Slowest().Instance, "the last of several")
	s.Blocks[1].Verdict, s.Blocks[1].Clocks = verdict.Refuted, 0
	require.Nil(t, s.Slowest(), "one that is not known may be slower")
	require.Zero(t, s.ImagesPerSecond())
	require.Equal(t, []string{"1 of 2 blocks proved", "1,034 states visited"}, s.Summary())
	require.Nil(t, new(Stream).Slowest())
}

func TestInRows(t *testing.T) {
	for _, c := range []struct {
		n, row int
		want   string
	}{{9, 6, "1.5 rows"}, {6, 6, "1 row"}, {12, 6, "2 rows"}, {0, 6, "0 rows"}, {1, 3, "0.3 rows"}, {59, 30, "2 rows"}, {60000, 7, "8,571.4 rows"}, {9, 0, ""}} {
		b := StreamBlock{Row: c.row}
		require.Equal(t, c.want, b.InRows(c.n), "%d of %d", c.n, c.row)
	}
}

// Each kind of block says what it is for.
func TestDoes(t *testing.T) {
	for kind := range does {
		require.NotEmpty(t, (&StreamBlock{Kind: kind}).Does())
	}
	require.Empty(t, (&StreamBlock{Kind: "other"}).Does())
}
