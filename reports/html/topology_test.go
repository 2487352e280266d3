package html

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/dossier"
)

func layered(reads ...[]string) *dossier.Dossier {
	d := &dossier.Dossier{}
	for i, r := range reads {
		d.Layers = append(d.Layers, dossier.Layer{Layer: reports.Layer{Name: string(rune('a' + i)), Reads: r}})
	}
	return d
}

func TestTopology(t *testing.T) {
	// a → b → c → d, with skips a → c, a → d and input → d; e reads b alone.
	d := layered([]string{"input"}, []string{"a"}, []string{"b", "a"}, []string{"c", "a", "input", "gone"}, []string{"b"})
	m := topologyOf(d)
	require.True(t, m.Known)
	require.Equal(t, 4, m.Lanes)
	require.Equal(t, "a", m.From(2))
	require.Equal(t, "gone, a, input", m.From(3))
	require.Equal(t, "b", m.From(4))
	require.False(t, m.rows[5].above, "e does not read d")
	require.False(t, m.rows[4].below)
	for i := range m.rows {
		// What comes in from above went out of the row above.
		var out []int
		if i > 0 {
			out = append(append(out, m.rows[i-1].pass...), m.rows[i-1].leave...)
		}
		require.ElementsMatch(t, out, append(append([]int{}, m.rows[i].pass...), m.rows[i].enter...), "row %d", i)
	}
	require.Empty(t, m.rows[5].leave)
	require.Contains(t, string(m.Layer(2, "proved")), `class="skipline"`)
}

// A run of an older program does not say what its layers read, and a network may be any.
func TestTopologyOfAnyRun(t *testing.T) {
	m := topologyOf(layered(nil, nil, nil))
	require.False(t, m.Known)
	require.Zero(t, m.Lanes)
	require.Contains(t, string(m.Layer(1, "")), "guess")
	var reads [][]string
	for i := range 40 {
		reads = append(reads, []string{"input", "self", string(rune('a' + i)), ""})
	}
	m = topologyOf(layered(reads...))
	require.Equal(t, maxSkips, m.Lanes)
}

func TestBreaksBetweenWords(t *testing.T) {
	require.Equal(t, "block_<wbr>1_<wbr>expand", string(wbr("block_1_expand")))
	require.Equal(t, "&lt;b&gt;_<wbr>&#34;", string(wbr(`<b>_"`)))
	require.Equal(t, "end.", string(wbr("end.")))
	require.False(t, strings.Contains(string(wbr("<script>-<img>")), "<script"))
}
