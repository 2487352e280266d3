//go:build nightly

package headproof

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// one is the shipped head as one file, changed.
func one(t *testing.T, change ...string) rtl.Sources {
	t.Helper()
	sources, err := npu.Sources(head.DefaultParams)
	require.NoError(t, err)
	var b bytes.Buffer
	for _, s := range sources {
		b.Write(s.Text)
	}
	text := b.String()
	for i := 0; i < len(change); i += 2 {
		require.Contains(t, text, change[i])
		text = strings.ReplaceAll(text, change[i], change[i+1])
	}
	return source.One("head.v", []byte(text))
}

func judge(t *testing.T, s rtl.Sources, m npu.Map, sizes npu.Params) *Result {
	t.Helper()
	z, err := smt.Z3()
	require.NoError(t, err)
	s, err = m.Wrap(context.Background(), rtl.Yosys{}, s)
	require.NoError(t, err)
	r, err := Run(context.Background(), Job{Sources: s, Map: m, Sizes: sizes, Opinions: []smt.Opinion{{Solver: z}}, Jobs: 2, Cases: 20, Seed: 1})
	require.NoError(t, err)
	return r
}

// Names of somebody else: of modules, of nets, of instances with memories, of ports, of a
// reset that is upside down, and of the head.
var (
	named    = []string{"npu_memory", "ram_1r1w", ") sequencer (", ") u_seq (", ") biases (", ") u_bias ("}
	namedMap = npu.Map{
		Modules: map[string]string{"npu_memory": "ram_1r1w"}, Nets: map[string]string{"sequencer": "u_seq", "biases": "u_bias"},
	}
	ported = append(slices.Clone(named),
		"module npu_head #(", "module classifier #(",
		"    output reg         m_axis_tvalid,", "    input  wire        rst, scan,\n    output reg         m_axis_tvalid,",
		"    input  wire        clk,\n    input  wire        resetn,\n\n    input  wire        s_axi_awvalid,\n    output wire        s_axi_awready,\n    input  wire [23:0] s_axi_awaddr,\n    input  wire        s_axi_wvalid,\n    output wire        s_axi_wready,\n    input  wire [31:0] s_axi_wdata,\n    input  wire [3:0]  s_axi_wstrb,\n    output wire ",
		"    input  wire        aclk,\n\n    input  wire        s_axi_awvalid,\n    output wire        s_axi_awready,\n    input  wire [23:0] s_axi_awaddr,\n    input  wire        s_axi_wvalid,\n    output wire        s_axi_wready,\n    input  wire [31:0] s_axi_wdata,\n    input  wire [3:0]  s_axi_wstrb,\n    output wire ",
		"    localparam integer FEATURE_W = (", "    wire clk = aclk;\n    wire resetn = ~rst;\n    localparam integer FEATURE_W = (",
		"m_axis_tdata", "logit", "m_axis_tvalid", "logit_valid")
	portedMap = npu.Map{
		Modules: map[string]string{"npu_memory": "ram_1r1w", npu.Top: "classifier"}, Nets: namedMap.Nets,
		Ports: map[string]string{"clk": "aclk", "resetn": "!rst", "m_axis_tdata": "logit", "m_axis_tvalid": "logit_valid"},
		Tie:   map[string]int64{"scan": 0},
	}
)

// The shipped text in one file is proved, under other names as well.
func TestTheShippedHeadIsProved(t *testing.T) {
	for _, names := range []struct {
		change []string
		npu.Map
	}{{}, {named, namedMap}, {ported, portedMap}} {
		r := judge(t, one(t, names.change...), names.Map, head.DefaultParams)
		require.Nil(t, r.Found)
		require.Empty(t, r.NotDone)
		for _, f := range r.Facts {
			require.Equal(t, verdict.Proved, f.Verdict, "%s: %s", f.ID(), f.Detail)
		}
	}
}

// A carry that no campaign comes to is not proved, and not refuted without a run.
func TestAFaultThatNoSequenceShowsIsNotProved(t *testing.T) {
	r := judge(t, one(t, "images <= images + 32'd1", "images <= {images[31:20], images[19:0] + 20'd1}"), npu.Map{}, head.DefaultParams)
	require.Nil(t, r.Found)
	_, refuted, open, _ := r.Count()
	require.Zero(t, refuted)
	require.Positive(t, open)
}

// A fault that a sequence shows is refuted by it.
func TestAFaultIsRefuted(t *testing.T) {
	r := judge(t, one(t, "{{15{product[16]}}, product};", "{15'd0, product};"), npu.Map{}, head.DefaultParams)
	require.NotNil(t, r.Found)
	_, refuted, _, _ := r.Count()
	require.Positive(t, refuted)
}

// A head without parameters is proved in its control and its modules, and the rest is
// said not to be done.
func TestAHeadOfFixedSizes(t *testing.T) {
	p := npu.Params{Lanes: 3, Features: 2, Rows: 4, Biases: 6, Layers: 2}
	s := one(t)
	text := string(s.Files[0].Text)
	before, rest, ok := strings.Cut(text, "module npu_head #(")
	require.True(t, ok)
	_, ports, ok := strings.Cut(rest, ") (")
	require.True(t, ok)
	s.Files[0].Text = []byte(before + "module npu_head (" + strings.Replace(ports, ");", ");\n    localparam integer LANES = 3, FEATURES = 2, ROWS = 4, BIASES = 6, LAYERS = 2;\n", 1))
	r := judge(t, s, npu.Map{}, p)
	require.Nil(t, r.Found)
	require.Len(t, r.NotDone, 2)
	for _, f := range r.Facts {
		require.Equal(t, verdict.Proved, f.Verdict, f.ID())
	}
}
