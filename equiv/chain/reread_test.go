package chain

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
)

// TestReread reads a chunk again: it is what was kept, by either reader, and Verilog that
// says something else is not.
func TestReread(t *testing.T) {
	m := netlist.New("m")
	a, b := m.Input("a", 4), m.Input("b", 4)
	m.Output("y", m.Add(m.Zext(a, 5), m.Zext(b, 5)))
	var text bytes.Buffer
	require.NoError(t, rtl.WriteVerilog(&text, m))
	sources := rtl.Sources{Files: []rtl.Source{{Name: "c.v", Text: text.Bytes()}}, Generated: true}
	limits := rtl.Limits{Time: time.Minute, Memory: 1 << 30}
	byYosys, _, err := rtl.Yosys{Limits: limits}.Read(t.Context(), sources)
	require.NoError(t, err)
	byStrict, err := strictly(sources)
	require.NoError(t, err)
	for _, d := range []*rtl.Design{byYosys, byStrict} {
		read, err := elaborated(d, "m")
		require.NoError(t, err)
		var kept bytes.Buffer
		require.NoError(t, netlist.Dump(&kept, bare(read)))
		require.NoError(t, Reread(t.Context(), limits, "c", text.Bytes(), kept.Bytes()))
		wrong := bytes.Replace(text.Bytes(), []byte("+"), []byte("-"), 1)
		require.NotEqual(t, text.Bytes(), wrong)
		require.ErrorContains(t, Reread(t.Context(), limits, "c", wrong, kept.Bytes()), "module m")
		more := append(bytes.Clone(text.Bytes()), "module more (input wire a, output wire y);\n    assign y = a;\nendmodule\n"...)
		require.ErrorContains(t, Reread(t.Context(), limits, "c", more, kept.Bytes()), "module more: it is in the Verilog")
	}
}
