package reports

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec/verdict"
)

// scoped is a signoff of a layer that is generated and one that somebody wrote.
func scoped() *Signoff {
	return &Signoff{
		Network: "n", Edges: verdict.Edges(), Obligations: []Discharge{{Kind: verdict.Range, Total: 1, Discharged: 1}},
		Layers: []Layer{
			{Name: "a", Kind: "conv", Points: 2, Edges: []Counts{{Total: 2, Proved: 2}, {Total: 2, Proved: 2}}},
			{Name: "b", Kind: "conv", Points: 3, Edges: []Counts{{}, {Total: 3, Proved: 3}}, Own: []string{"b.v"}},
		},
		Coverage: []Coverage{{Kind: "cells", Total: 1, Covered: 1}},
		LeftOut:  []Exclusion{{Layer: "c", What: "layer c", Why: "p.toml:1 says so"}, {What: Chip, Why: "own"}},
	}
}

// TestScope: what is left out by declaration is in the first sentence and no reason
// against signing off. A layer that is nobody's choice, an edge that nothing was checked
// on, and points where no edge is are.
func TestScope(t *testing.T) {
	s := scoped()
	s.Conclude()
	require.Equal(t, SignedOff, s.Conclusion, "%v", s.Reasons)
	require.Equal(t, "n is signed off in the declared scope (left out: layer c; the chip between the layers): "+
		"5 compare points in 2 layers are proved on every edge (golden = netlist, golden = rtl). 1 layer is read from own Verilog (b), and proved on golden = rtl.", s.Sentence())
	// Of files that a program of the user's converted, the proof is of what it wrote.
	converted := scoped()
	converted.Layers[1].Converter = "sv2v"
	converted.Conclude()
	require.Contains(t, converted.Sentence(), " 1 layer is read from own Verilog (b as sv2v wrote it), and proved on golden = rtl.")
	var b bytes.Buffer
	require.NoError(t, s.Encode(&b))
	again, err := Decode(&b)
	require.NoError(t, err)
	require.Equal(t, s.LeftOut, again.LeftOut)
	for name, c := range map[string]struct {
		change func(*Signoff)
		want   Conclusion
	}{
		"own points on an edge that is none": {func(s *Signoff) { s.Layers[1].Edges[0] = Counts{Total: 3, Proved: 3} }, MachineryFailed},
		"own points that nobody looked at":   {func(s *Signoff) { s.Layers[1].Edges[1] = Counts{} }, MachineryFailed},
		"own and no edge of it": {func(s *Signoff) {
			s.Edges, s.Layers[1].Edges, s.Layers[0].Edges = s.Edges[:1], s.Layers[1].Edges[:1], s.Layers[0].Edges[:1]
		}, NotProved},
		"an edge that nobody has":               {func(s *Signoff) { s.Layers = s.Layers[1:] }, NotProved},
		"left out, and listed":                  {func(s *Signoff) { s.LeftOut[0].Layer = "a" }, MachineryFailed},
		"one refuted":                           {func(s *Signoff) { s.Layers[1].Edges[1] = Counts{Total: 3, Proved: 2, Refuted: 1} }, NetworkRefuted},
		"everything left out":                   {func(s *Signoff) { s.Layers = nil }, NotProved},
		"something not done besides":            {func(s *Signoff) { s.Omissions = []Omission{{"other layers", "only a, b", true}} }, NotProved},
		"a cell of own hardware is not covered": {func(s *Signoff) { s.Coverage[0].Total++ }, NotProved},
	} {
		s := scoped()
		c.change(s)
		s.Conclude()
		require.Equal(t, c.want, s.Conclusion, name)
		require.Contains(t, s.Sentence(), "(left out: ", name)
	}
}
