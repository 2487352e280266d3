package datapath

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Every program fits its head, and every mode occurs, between layers and in the
// last one.
func TestInstancesCoverTheModes(t *testing.T) {
	seen := map[string]bool{}
	for i, in := range instances() {
		require.NoError(t, in.params.Check(), in.name())
		require.NoError(t, in.params.Fit(in.layers), in.name())
		layers := in.layers
		if in.tail != nil {
			layers = append(layers[:len(layers)-1:len(layers)-1], *in.tail)
			require.NoError(t, in.params.Fit(layers), in.name())
		}
		for k, l := range in.layers {
			where := "last "
			if k < len(in.layers)-1 {
				where = "inner "
			}
			for _, what := range []any{l.Rounding, l.Overflow, l.Signed, l.ReLU} {
				seen[where+strings.TrimSpace(describeMode(what))] = true
			}
		}
		last := in.layers[len(in.layers)-1]
		if i < 30 {
			seen[strings.Join([]string{"layers", string(rune('0' + len(in.layers))), "lanes", string(rune('0' + in.params.Lanes)), "rest", string(rune('0' + last.Out%in.params.Lanes))}, " ")] = true
		}
		seen["features signed "+describeMode(in.signed)] = true
		seen["frames "+describeMode(in.frames)+" stalls "+describeMode(in.stalls != noStalls)] = true
	}
	for _, where := range []string{"inner ", "last "} {
		for r := spec.TRN; r <= spec.RNDConv; r++ {
			require.True(t, seen[where+r.String()], where+r.String())
		}
		for _, o := range spec.Overflows() {
			require.True(t, seen[where+o.String()], where+o.String())
		}
		require.True(t, seen[where+"true"] && seen[where+"false"])
	}
	for n := 1; n <= 3; n++ {
		for lanes := 1; lanes <= 4; lanes++ {
			for rest := range lanes {
				key := strings.Join([]string{"layers", string(rune('0' + n)), "lanes", string(rune('0' + lanes)), "rest", string(rune('0' + rest))}, " ")
				require.True(t, seen[key], key)
			}
		}
	}
	for _, key := range []string{"features signed true", "features signed false", "frames true stalls true", "frames true stalls false", "frames false stalls true"} {
		require.True(t, seen[key], key)
	}
}

func describeMode(v any) string {
	switch v := v.(type) {
	case bool:
		if v {
			return "true"
		}
		return "false"
	case interface{ String() string }:
		return v.String()
	}
	return "?"
}

// No output of a run depends on a word that no rule determines: the folded circuit
// does not even mention one.
func TestNothingUndefinedReachesAnOutput(t *testing.T) {
	p, err := newProver(context.Background(), Options{Jobs: 1})
	require.NoError(t, err)
	defer p.panel.Close()
	for _, in := range instances()[:12] {
		m, err := p.unit(context.Background(), in.params, npu.Top)
		require.NoError(t, err)
		d := newData("undefined", nil, false)
		s := newScript(in, d, m)
		require.NoError(t, s.run(), in.name())
		require.NotEmpty(t, d.powers, "nothing was unknown at all")
		outputs := 0
		for _, c := range s.claims {
			if !c.inner {
				outputs++
				require.False(t, d.g.OnUndef(c.link.net), "%s: %s", in.name(), c.name)
			}
		}
		require.GreaterOrEqual(t, outputs, 2*(1+4))
	}
}

// Verilog that cannot be read, a solver that does not start, and a context that
// has ended prove nothing.
func TestNoAnswerProvesNothing(t *testing.T) {
	facts, err := Prove(context.Background(), Options{Sources: func(p npu.Params) ([]rtl.Source, error) {
		return []rtl.Source{{Name: "npu_head.v", Text: []byte("module npu_head (input a; endmodule\n")}}, nil
	}})
	require.NoError(t, err)
	for _, f := range facts {
		require.Equal(t, verdict.Unknown, f.Verdict, f.ID())
		require.Equal(t, verdict.NotRead, f.Reason)
		require.Contains(t, f.Detail, "npu_head.v")
	}

	_, err = Prove(context.Background(), Options{Opinions: []smt.Opinion{{Solver: smt.Solver{Name: "none", Path: "/nonexistent"}}}})
	require.Error(t, err)

	p, err := newProver(context.Background(), Options{Jobs: 1})
	require.NoError(t, err)
	p.panel.Close()
	for _, j := range jobs()[:3] {
		f := j.fact
		j.prove(context.Background(), p, &f)
		require.Equal(t, verdict.Failed, f.Verdict, f.ID())
		require.Equal(t, verdict.SolverBroken, f.Reason)
	}

	ctx, cancel := context.WithCancel(context.Background())
	p, err = newProver(ctx, Options{Jobs: 1})
	require.NoError(t, err)
	defer p.panel.Close()
	j := jobs()[2]
	f := j.fact
	_, err = p.unit(ctx, small, "npu_requant")
	require.NoError(t, err)
	cancel()
	j.prove(ctx, p, &f)
	require.Equal(t, verdict.Unknown, f.Verdict)
	require.Equal(t, verdict.SolverUnknown, f.Reason)
}

// A claim that only data can refute is refuted by the solver's values even where
// one in 2^40 shows it.
func TestTheSolverFindsWhatDrawingDoesNot(t *testing.T) {
	p, err := newProver(context.Background(), Options{Jobs: 1})
	require.NoError(t, err)
	defer p.panel.Close()
	f := equiv.Fact{Name: "needle"}
	p.settle(context.Background(), &f, func(d *data) ([]claim, error) {
		x, t := d.word("hay", 40, false)
		net := d.g.M.Add(x, d.g.M.Zext(d.g.M.Eq(x, d.g.M.Const(40, 0x12_3456_789a)), 40))
		return []claim{{"the same", -1, word(net, t, 40, false), false, 0}}, nil
	})
	require.Equal(t, verdict.Refuted, f.Verdict, "%s %s", f.Reason, f.Detail)
	require.Contains(t, f.Trace, "hay = 78187493530")
}

// The requantizer's facts are about exactly the configurations that a head accepts:
// what npu.Params.Fit calls legal is a scale of one fact and a fit of another, and
// no configuration beyond.
func TestTheRequantizerIsProvedWhereProgramsAreLegal(t *testing.T) {
	params := npu.Params{Lanes: 1, Features: 1, Rows: 3, Biases: 2, Layers: 1}
	type scale struct{ rounding, shift int }
	type fit struct {
		overflow, width int
		signed, relu    bool
	}
	scales, fits, legal := map[scale]bool{}, map[fit]bool{}, 0
	for rounding := range 8 {
		for shift := -64; shift < 64; shift++ {
			for overflow := range 4 {
				for width := range 64 {
					for i := range 4 {
						l := npu.Layer{
							In: 1, Out: 1, Shift: shift, Rounding: spec.Rounding(rounding),
							Overflow: spec.Overflow(overflow), Width: width, Signed: i&1 == 1, ReLU: i>>1 == 1,
						}
						if params.Fit([]npu.Layer{l}) == nil {
							scales[scale{rounding, shift}] = true
							fits[fit{overflow, width, l.Signed, l.ReLU}] = true
							legal++
						}
					}
				}
			}
		}
	}
	require.Equal(t, len(scales)*len(fits), legal, "legality of a scale depends on the fit")
	require.Len(t, scales, 7*(maxShift-minShift+1))
	for r := spec.TRN; r <= spec.RNDConv; r++ {
		for shift := minShift; shift <= maxShift; shift++ {
			require.True(t, scales[scale{int(r), shift}], "%v by %d", r, shift)
		}
	}
	proved := 0
	for o := spec.WRAP; o <= spec.SATSym; o++ {
		for _, l := range formats(o) {
			require.True(t, fits[fit{int(o), l.Width, l.Signed, l.ReLU}], "%+v", l)
			proved++
		}
	}
	require.Len(t, fits, proved)
}
