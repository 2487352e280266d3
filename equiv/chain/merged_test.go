package chain

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/fuzz/mutant"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// TestFaultsThatOnlyBitsExcuse: carry-save words extended again past copies of
// their sign, and the wrong extension of an operand that meets zeros. Each such
// fault is refuted, or proved by merging nets; some of every kind are harmless.
func TestFaultsThatOnlyBitsExcuse(t *testing.T) {
	tiny, mobile := open(t, "tiny"), open(t, "mobilenet_v2_1.0_224")
	p := byZ3(t, 1)
	merged := 0
	check := func(pt Point, f any) {
		switch pt.Verdict {
		case verdict.Refuted:
			assert.NotNil(t, pt.Witness, "%v", f)
		default:
			assert.Equal(t, verdict.Proved, pt.Verdict, "%v: %v %s", f, pt.Reason, pt.Detail)
			assert.NotZero(t, pt.Merges, "%v", f)
			assert.Greater(t, len(pt.Queries), 1, "%v", f)
			merged++
		}
	}
	expand := subjects(t, mobile.Layer("block_3_expand"), shiftadd.Options{Tree: shiftadd.CarrySave}, func(u shiftadd.Unit) bool { return u.Channel == 3 })[0]
	for _, f := range mutant.Faults(expand.gate) {
		if f.Kind == mutant.SplitCarry {
			check(judge(p, expand.model, f.Apply()), f)
		}
	}
	require.Equal(t, 1, merged)
	inText := func(file file, kind mutant.Kind, signal string, harmless int) {
		merged = 0
		for _, f := range mutant.TextFaults(file.source.Text) {
			if f.Kind == kind && f.Signal == signal {
				check(file.prove(t, p, f.Apply()), f)
			}
		}
		assert.Equal(t, harmless, merged, "%v of %s", kind, signal)
	}
	dense := shiftadd.Options{Tree: shiftadd.CarrySave, Subtract: shiftadd.InvertCarry, Share: shiftadd.Pairs}
	inText(fileOf(t, tiny, "stem", dense, 1), mutant.LostSign, "n99", 2)
	inText(fileOf(t, mobile, "block_3_depthwise", shiftadd.Options{Tree: shiftadd.CarrySave}, 2), mutant.InventedSign, "n59", 4)
}
