package html

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/reports/dossier"
)

// sum is the cone of a balanced tree over n inputs, one of which moved. The cause is the
// first adder that reads it.
func sum(n, moved int) []dossier.Signal {
	var cone []dossier.Signal
	var level []int
	for i := range n {
		s := dossier.Signal{Name: fmt.Sprint("x", i), Op: "input", Width: 8}
		if i == moved {
			s.Gate = 3
		}
		level = append(level, len(cone))
		cone = append(cone, s)
	}
	for first := true; len(level) > 1; first = false {
		var next []int
		for i := 0; i+1 < len(level); i += 2 {
			a, b := level[i], level[i+1]
			s := dossier.Signal{Name: fmt.Sprint("l", len(cone)), Op: "add", Reads: []int{a, b}, Gate: cone[a].Gate + cone[b].Gate, Paired: true}
			s.Gold = s.Gate * 2
			s.Root = first && (a == moved || b == moved)
			next = append(next, len(cone))
			cone = append(cone, s)
		}
		level = next
	}
	return cone
}

// However many inputs a cone has, its picture has the way from the input that moved
// through the cause to the output, and each signal of that way is joined to the next.
func TestPictureHasTheCause(t *testing.T) {
	for _, n := range []int{4, 64, 512} {
		for _, moved := range []int{0, n / 2, n - 1} {
			cone := sum(n, moved)
			shown := drawn(cone)
			require.LessOrEqual(t, len(shown), maxDrawn)
			require.True(t, slices.IsSorted(shown))
			root := slices.IndexFunc(cone, func(s dossier.Signal) bool { return s.Root })
			for at := len(cone) - 1; at != moved; {
				require.Contains(t, shown, at, "%d inputs", n)
				reads := through(cone, at, shown)
				at = reads[slices.IndexFunc(reads, func(r int) bool { return cone[r].Gate != 0 })]
			}
			require.Contains(t, shown, root)
			require.Contains(t, shown, moved)
			page := string(coneDrawing(&dossier.WitnessSummary{Cone: cone, Output: "y"}))
			require.Contains(t, page, fmt.Sprintf(">x%d  input<", moved))
			require.Contains(t, page, "box off root")
		}
	}
}

// A cone without marks, causes or moved inputs is drawn from its output on.
func TestPictureOfAnyCone(t *testing.T) {
	cone := sum(256, 0)
	for i := range cone {
		cone[i].Root, cone[i].Gate = false, 0
	}
	shown := drawn(cone)
	require.Len(t, shown, maxDrawn)
	require.Equal(t, len(cone)-1, shown[len(shown)-1])
	cone[3].Drawn = true
	require.Equal(t, []int{3, len(cone) - 1}, drawn(cone))
}
