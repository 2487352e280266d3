package datapath

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// ported is the head under another name, with a reset that is upside down and memories
// that are called otherwise, as its map makes it.
func ported(t *testing.T, m npu.Map, change ...string) func(npu.Params) ([]rtl.Source, error) {
	t.Helper()
	return func(p npu.Params) ([]rtl.Source, error) {
		files, err := npu.Sources(p)
		if err != nil {
			return nil, err
		}
		for i := range files {
			text := string(files[i].Text)
			if files[i].Name == "npu_head.v" {
				text = strings.NewReplacer(append(change,
					"module npu_head #(", "module classifier #(", "    input  wire        resetn,", "    input  wire        rst,",
					"    localparam integer FEATURE_W", "    wire resetn = ~rst;\n    localparam integer FEATURE_W",
					"m_axis_tdata", "logit", ") biases (", ") u_bias (")...).Replace(text)
			}
			files[i].Text = bytes.ReplaceAll([]byte(text), []byte("npu_lane"), []byte("mac"))
		}
		s, err := m.Wrap(context.Background(), rtl.Yosys{}, source.Of(files...))
		return s.Files, err
	}
}

// A head under other names is proved, whole and in its steps, and not with a fault.
func TestAHeadUnderOtherNames(t *testing.T) {
	ctx := context.Background()
	m := npu.Map{
		Modules: map[string]string{npu.Top: "classifier", "npu_lane": "mac"}, Nets: map[string]string{"biases": "u_bias"},
		Ports: map[string]string{"resetn": "!rst", "m_axis_tdata": "logit"},
	}
	size := npu.Params{Lanes: 3, Features: 5, Rows: 20, Biases: 6, Layers: 2}
	o := Options{Sources: ported(t, m), Map: m}
	for _, id := range []string{"head network/00", "head result/total", "head lane/step"} {
		f, err := ProveOne(ctx, o, id)
		require.NoError(t, err)
		require.Equal(t, verdict.Proved, f.Verdict, "%s: %s", f.ID(), f.Detail)
	}
	for _, f := range steps(t, o, size, "") {
		require.Equal(t, verdict.Proved, f.Verdict, "%s: %s", f.Name, f.Detail)
	}
	o.Sources = ported(t, m, "if (emit) m_axis_tdata <= result;", "if (emit) logit <= result ^ 32'd1;")
	f, err := ProveOne(ctx, o, "head network/00")
	require.NoError(t, err)
	require.Equal(t, verdict.Refuted, f.Verdict, f.Detail)
	for _, f := range steps(t, o, size, "results") {
		require.NotEqual(t, verdict.Proved, f.Verdict, f.Detail)
	}
}
