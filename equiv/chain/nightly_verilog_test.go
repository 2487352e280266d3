//go:build nightly

package chain

import (
	"testing"

	"github.com/hashiflex/hashiflex/fuzz/mutant"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
)

// TestNightlyMutantsInVerilog plants eight faults of each kind in every file.
func TestNightlyMutantsInVerilog(t *testing.T) {
	tiny, mobile := open(t, "tiny"), open(t, "mobilenet_v2_1.0_224")
	left := plantInVerilog(t, []file{
		fileOf(t, tiny, "stem", shiftadd.Options{Tree: shiftadd.CarrySave, Subtract: shiftadd.InvertCarry, Share: shiftadd.Pairs}, 0, 1),
		fileOf(t, tiny, "depthwise", shiftadd.Options{}, 0),
		fileOf(t, tiny, "grouped", shiftadd.Options{Tree: shiftadd.Linear, Widths: shiftadd.Uniform}, 3),
		fileOf(t, tiny, "project", shiftadd.Options{Share: shiftadd.Pairs}, 0, 1),
		fileOf(t, mobile, "block_3_expand", shiftadd.Options{}, 1, 2),
		fileOf(t, mobile, "block_3_depthwise", shiftadd.Options{Tree: shiftadd.CarrySave}, 2),
		fileOf(t, mobile, "block_3_project", shiftadd.Options{Subtract: shiftadd.InvertCarry}, 0),
		fileOf(t, mobile, wide(t, mobile).Name, shiftadd.Options{}, 0),
	}, mutant.Kinds(), 8, 41)
	t.Logf("%d mutants left open", left)
}
