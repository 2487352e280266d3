package stream

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// A simulator that is given another text than the netlist has: one that shows wrong items,
// and ones that break no rule and go on more slowly, or never again.
func TestReadingComparesProgress(t *testing.T) {
	text, err := os.ReadFile("testdata/fifo.v")
	require.NoError(t, err)
	b := block(stream.KindFIFO, "fifo", spec.InputName)
	net := windowNet(t)
	d := readText(t, "fifo.v", string(text))
	k, err := contractOf(b, net)
	require.NoError(t, err)
	m, err := open(d, plainMap, b, k)
	require.NoError(t, err)
	m.own = true
	x, err := m.explore(t.Context(), maxStates)
	require.NoError(t, err)
	require.Nil(t, x.Broken)
	for _, c := range []struct{ name, old, new, says string }{
		{"right", "", "", ""},
		{"fewer places", "in_ready  = count != 3'd4", "in_ready  = count < 3'd3", "in_ready is 0, and 1 by the netlist"},
		{"offers late", "out_valid = count != 3'd0", "out_valid = count > 3'd1", "out_valid is 0, and 1 by the netlist"},
		{"takes no more", "in_ready  = count != 3'd4", "in_ready  = 1'b0", "in_ready is 0, and 1 by the netlist"},
		{"wrong order", "words[head]", "words[~head]", "does not show item"},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Contains(t, string(text), c.old)
			other := text
			if c.old != "" {
				other = bytes.Replace(text, []byte(c.old), []byte(c.new), 1)
			}
			p := &prover{design: d, o: Options{Network: net, Map: plainMap, Sources: rtl.Sources{Files: []rtl.Source{{Name: "fifo.v", Text: other}}}}}
			f, err := p.reading(t.Context(), b, m, x)
			require.NoError(t, err)
			if c.says == "" {
				require.Equal(t, verdict.Proved, f.Verdict, f.Detail)
				return
			}
			require.Equal(t, verdict.Failed, f.Verdict)
			require.Equal(t, verdict.TwoReadings, f.Reason)
			require.Contains(t, f.Detail, c.says)
		})
	}
}
