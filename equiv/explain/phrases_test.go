package explain

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// built is a channel of a layer of tiny, in the hardware of a layer that was
// changed.
func built(t *testing.T, layer string, oc int, change func(l *spec.Layer)) Point {
	t.Helper()
	p, _ := channel(t, layer, oc)
	other, err := networks.Open("tiny")
	require.NoError(t, err)
	l := other.Layer(layer)
	change(l)
	g, err := shiftadd.New(l, shiftadd.Options{})
	require.NoError(t, err)
	p.Question = equiv.NewQuestion(p.Model, g.Channel(oc))
	return p
}

// decided finds a witness of p as the chain does: behind the accumulator, where
// that is right. A channel may reach no value on which two roundings differ.
func decided(t *testing.T, p *Point) bool {
	t.Helper()
	s := p.Question.Settle()
	if s.Verdict != verdict.Proved {
		witnessed(t, p)
		return true
	}
	if s.Tail == nil {
		return false
	}
	w := p.Question.Reach(&s)
	if w == nil {
		return false
	}
	m, err := Minimize(p.Question, w.Inputs)
	require.NoError(t, err)
	p.Inputs = m.Inputs
	return true
}

// TestPhrases: hardware that is right for another specification is explained by
// what the two specifications differ in, whether or not its tree is known.
func TestPhrases(t *testing.T) {
	codes := func(l *spec.Layer) []spec.Code { return l.Op.(*spec.Conv).Codes }
	first := func(l *spec.Layer, zero bool) int {
		for i, c := range l.Channel(0) {
			if (c == 0) == zero {
				return i
			}
		}
		t.Fatal("no such weight")
		return 0
	}
	for _, c := range []struct {
		layer  string
		change func(l *spec.Layer)
		want   string
	}{
		{"depthwise", func(l *spec.Layer) { l.Out.Rounding = spec.RND }, `^rounds −?\d+\.5 up to -?\d+, specification RND_CONV says even, -?\d+ at `},
		{"depthwise", func(l *spec.Layer) { l.Out.Rounding = spec.RNDMinInf }, `^rounds −?\d+\.5 down to -?\d+, specification RND_CONV says even, -?\d+ at `},
		{"project", func(l *spec.Layer) { l.Out.Rounding = spec.RNDInf }, `^rounds −?\d+\.5 (up|down) to -?\d+, specification RND_ZERO says toward zero, -?\d+ at `},
		{"stem", func(l *spec.Layer) {
			l.Out.Clamp = &spec.Range{Lo: l.Out.Clamp.Lo, Hi: l.Out.Clamp.Hi + 1<<l.Out.Format.Frac/4}
		}, `^clamps at 6\.25, specification 6\.0 at `},
		{"project", func(l *spec.Layer) { codes(l)[first(l, false)] = 0 }, `^output channel 0 of project: term missing: input x\d+, specification says coefficient −?2\^\d+ \(weights\[0,\d+,0,0\]\) at `},
		{"project", func(l *spec.Layer) { codes(l)[first(l, true)] = 1 }, `^output channel 0 of project: extra term: input x\d+ has coefficient −?2\^\d+, specification says 0 \(weights\[0,\d+,0,0\]\) at `},
		{"project", func(l *spec.Layer) { codes(l)[first(l, false)] *= -1 }, `^output channel 0 of project: input x\d+ has coefficient −?2\^\d+, specification says −?2\^\d+ \(weights\[0,\d+,0,0\]\) at `},
		{"project", func(l *spec.Layer) { l.Op.(*spec.Conv).Bias[0] += 4096 }, `^output channel 0 of project: bias is 4832, specification says 736 at `},
	} {
		for _, foreign := range []bool{false, true} {
			p := built(t, c.layer, 0, c.change)
			for oc := 1; !decided(t, &p); oc++ {
				p = built(t, c.layer, oc, c.change)
			}
			if p.Foreign = foreign; foreign {
				p.Reference = nil
			}
			e, err := Explain(p)
			require.NoError(t, err, c.want)
			require.Len(t, e.Causes, 1, "%s: %v", c.want, e.Causes)
			assert.Regexp(t, regexp.MustCompile(c.want), e.Causes[0].Words, "foreign %v", foreign)
		}
	}
}
