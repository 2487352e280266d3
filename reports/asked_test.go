package reports

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec/verdict"
)

// fast is a run of one edge that asked no solver.
func fast() *Signoff {
	s := sample()
	s.Edges = s.Edges[:1]
	for i := range s.Layers {
		n := s.Layers[i].Points
		s.Layers[i].Edges = []Counts{{Total: n, Unknown: n}}
	}
	s.Strategies, s.Unknown = nil, []Tally{{string(verdict.Unconfirmed), 1281}}
	s.Coverage, s.Uncovered = nil, nil
	s.Omissions = []Omission{{string(verdict.GoldenRTL), "not asked for", true}}
	return s
}

func TestAsked(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Signoff)
		want   Conclusion
	}{
		{"settled without a solver", func(*Signoff) {}, SignedOff},
		{"confirmed after all", func(s *Signoff) { *s = *sample() }, SignedOff},
		{"one unknown for another reason", func(s *Signoff) { s.Unknown = []Tally{{string(verdict.Unconfirmed), 1280}, {"timeout", 1}} }, NotProved},
		{"unknown points without a reason", func(s *Signoff) { s.Unknown = nil }, NotProved},
		{"fewer reasons than unknown points", func(s *Signoff) { s.Unknown[0].Count-- }, NotProved},
		{"one refuted", func(s *Signoff) { s.Layers[1].Edges[0] = Counts{Total: 1, Refuted: 1}; s.Unknown[0].Count-- }, NetworkRefuted},
		{"one failed", func(s *Signoff) { s.Layers[1].Edges[0] = Counts{Total: 1, Failed: 1}; s.Unknown[0].Count-- }, MachineryFailed},
		{"one vacuous", func(s *Signoff) { s.Layers[1].Edges[0] = Counts{Total: 1, Vacuous: 1}; s.Unknown[0].Count-- }, NotProved},
		{"an obligation open", func(s *Signoff) { s.Obligations[0].Discharged-- }, NotProved},
		{"an obligation failed", func(s *Signoff) { s.Obligations[0].Discharged--; s.Obligations[0].Failed++ }, MachineryFailed},
		{"no obligations", func(s *Signoff) { s.Obligations = nil }, NotProved},
		{"nothing", func(s *Signoff) { *s = Signoff{} }, NotProved},
	} {
		s := fast()
		c.change(s)
		require.Equal(t, c.want, s.Asked(), c.name)
		s.Conclude()
		if c.name != "confirmed after all" {
			require.NotEqual(t, SignedOff, s.Conclusion, "%s: a signoff", c.name)
		}
	}
}

func TestProof(t *testing.T) {
	for want, change := range map[string]func(*Signoff){
		"tiny: 1,281 compare points in 2 layers are settled by normal forms, and confirmed by nobody, on every edge asked for (golden = netlist). This is no signoff.": func(*Signoff) {},
		"tiny: 1,281 compare points in 2 layers are proved on every edge asked for (golden = netlist, golden = rtl). This is no signoff.":                              func(s *Signoff) { *s = *sample() },
		"tiny: 1 compare point in 1 layer is settled by normal forms": func(s *Signoff) {
			s.Layers = s.Layers[1:]
			s.Unknown[0].Count = 1
		},
		"tiny: not everything that was asked for is proved.":        func(s *Signoff) { s.Unknown[0].Name = "timeout" },
		"tiny: the check itself failed.":                            func(s *Signoff) { s.Layers[1].Edges[0] = Counts{Total: 1, Failed: 1} },
		"tiny is refuted: the hardware does not compute the model.": func(s *Signoff) { s.Layers[1].Edges[0] = Counts{Total: 1, Refuted: 1} },
		"tiny is refuted: FIFOs of its chip cost clocks; nothing else is refuted.": func(s *Signoff) {
			s.Obligations = append(s.Obligations, Discharge{Kind: verdict.StreamRate, Total: 2, Discharged: 1, Refuted: 1})
		},
		"not done golden = rtl: not asked for tiny: 1,281 compare points ": func(*Signoff) {},
	} {
		s := fast()
		change(s)
		var b bytes.Buffer
		require.NoError(t, s.WriteProof(&b, TableWidth))
		require.Contains(t, strings.Join(strings.Fields(b.String()), " "), want)
		require.NotContains(t, b.String(), "signed off")
		for line := range strings.Lines(b.String()) {
			require.LessOrEqual(t, utf8.RuneCountInString(line), TableWidth+1)
		}
	}
}
