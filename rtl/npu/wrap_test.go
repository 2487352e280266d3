package npu

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
)

// other is the head under the names of somebody else, and their map.
func other(t *testing.T, p Params) (rtl.Sources, string) {
	t.Helper()
	files, err := Sources(p)
	require.NoError(t, err)
	var text strings.Builder
	for _, f := range files {
		text.Write(f.Text)
	}
	whole := text.String()
	before, head, ok := strings.Cut(whole, "module npu_head #(")
	require.True(t, ok)
	head = strings.NewReplacer(
		"input  wire        resetn", "input  wire        rst,\n    input  wire        scan,\n    output wire        irq",
		"s_axi_awvalid", "cfg_awvalid", "m_axis_tdata", "logit", "m_axis_tvalid", "logit_valid",
		"parameter integer LANES ", "parameter integer N_LANES ", "LANES(LANES)", "LANES(N_LANES)",
		"localparam integer FEATURE_W", "wire resetn = ~rst;\n    assign irq = 1'b0;\n    localparam integer LANES = N_LANES;\n    localparam integer FEATURE_W",
		".cfg_awvalid(s_axi", ".s_axi_awvalid(s_axi",
	).Replace(head)
	head = strings.ReplaceAll(head, ".cfg_awvalid(cfg_awvalid)", ".s_axi_awvalid(cfg_awvalid)")
	return source.One("own.v", []byte(before+"module classifier #("+head)), `unused = ["irq"]
[modules]
npu_head = "classifier"
[parameters]
LANES = "N_LANES"
[tie]
scan = 0
[ports]
resetn = "!rst"
s_axi_awvalid = "cfg_awvalid"
m_axis_tdata = "logit"
m_axis_tvalid = "logit_valid"
`
}

// The ports that a map may name are those of the head.
func TestPortsOfTheHead(t *testing.T) {
	ctx := context.Background()
	files, err := Sources(Params{Lanes: 1, Features: 1, Rows: 3, Biases: 2, Layers: 1})
	require.NoError(t, err)
	d, _, err := rtl.Yosys{}.Read(ctx, source.Of(files...))
	require.NoError(t, err)
	have, err := d.Ports(Top)
	require.NoError(t, err)
	require.Equal(t, ports, have)
}

// A head under other names becomes npu_head, of its size and of others.
func TestWrap(t *testing.T) {
	ctx := context.Background()
	p := Params{Lanes: 3, Features: 5, Rows: 20, Biases: 6, Layers: 2}
	own, text := other(t, p)
	m, err := ParseMap(text)
	require.NoError(t, err)
	wrapped, err := m.Wrap(ctx, rtl.Yosys{}, own)
	require.NoError(t, err)
	require.Len(t, wrapped.Files, 2)
	have, err := SizesOf(ctx, rtl.Yosys{}, wrapped)
	require.NoError(t, err)
	require.Equal(t, p, have)
	p.Lanes, p.Rows = 4, 30
	wrapped, err = Resize(ctx, rtl.Yosys{}, wrapped, p)
	require.NoError(t, err)
	d, _, err := rtl.Yosys{}.Read(ctx, wrapped)
	require.NoError(t, err)
	ports, err := d.Ports(Top)
	require.NoError(t, err)
	require.Len(t, ports, 27)
	top, err := d.Module(Top)
	require.NoError(t, err)
	require.NoError(t, m.Rename(top))
	names := map[string]bool{}
	for _, n := range top.Names {
		names[n] = true
	}
	for _, n := range []string{"sequencer.state", "m_axis_tvalid", "m_axis_tdata", "g_lane[3].lane.acc", "bus.has_address", "s_axi_awvalid", "resetn"} {
		require.True(t, names[n], n)
	}
	at, err := d.Instance(Top, m.Path("g_lane[3].weight_bank"))
	require.NoError(t, err)
	require.Contains(t, at, "npu_memory")

	// A head that has the name, and other ports, is renamed.
	own.Files[0].Text = []byte(strings.Replace(string(own.Files[0].Text), "module classifier #(", "module /* npu_head */ npu_head #(", 1))
	delete(m.Modules, Top)
	wrapped, err = m.Wrap(ctx, rtl.Yosys{}, own)
	require.NoError(t, err)
	have, err = SizesOf(ctx, rtl.Yosys{}, wrapped)
	require.NoError(t, err)
	require.Equal(t, 3, have.Lanes)

	// The wrapper of a design serves another text of the same head.
	var design strings.Builder
	for _, f := range wrapped.Files {
		design.WriteString("// " + f.Name + "\n" + string(f.Text))
	}
	again, err := Rewrap([]byte(design.String()), own)
	require.NoError(t, err)
	require.Equal(t, wrapped.Files, again.Files)
	again, err = Rewrap([]byte("// own.v\n"), own)
	require.NoError(t, err)
	require.Equal(t, own, again)
}

// What a map gets wrong about ports is said all at once.
func TestWrapThatCannotBe(t *testing.T) {
	own, _ := other(t, Params{Lanes: 3, Features: 5, Rows: 20, Biases: 6, Layers: 2})
	m, err := ParseMap(`unused = ["cfg_awvalid", "nothing"]
[modules]
npu_head = "classifier"
[parameters]
LANES = "LINES"
[tie]
scan = 2
irq = 0
none = 0
[ports]
m_axis_tdata = "logit_valid"
s_axis_tdata = "cfg_awvalid2"
m_axis_tvalid = "clk"
clk = "rst"
`)
	require.NoError(t, err)
	_, err = m.Wrap(context.Background(), rtl.Yosys{}, own)
	for _, want := range []string{
		"parameters: classifier has no parameter LINES, which should be LANES",
		"ports: logit_valid of classifier has 1 bit, m_axis_tdata has 32",
		"ports: classifier has no port cfg_awvalid2, which should be s_axis_tdata",
		"ports: clk of classifier is no output as m_axis_tvalid is",
		"ports: classifier has no port resetn: say in [ports] what it is called",
		"ports: nothing drives input s_axis_tdata of classifier: give it in [ports] or [tie]",
		"ports: output logit of classifier is no port of rtl/npu: give it in [ports] or unused",
		"tie: scan = 2: the port has 1 bit",
		"tie: irq of classifier is no input",
		"tie: classifier has no port none",
		"unused: cfg_awvalid of classifier is no output",
		"unused: classifier has no port nothing",
	} {
		require.ErrorContains(t, err, want)
	}
	for text, want := range map[string]string{
		"[ports]\nclk = \"!clk\"\n":                               "only resetn may be the inverse of a port",
		"[ports]\ns_axi_aclk = \"clk\"\n":                         "ports: no proof names a port s_axi_aclk",
		"[ports]\nclk = \"a\"\nresetn = \"!a\"\n":                 "ports: clk and resetn are both a",
		"[ports]\nclk = \"a);b(\"\n":                              "want a plain Verilog name",
		"[tie]\nclk = 0\n":                                        "tie: clk is a port that the proofs drive",
		"unused = [\"a\", \"a\"]\n":                               "unused: a is listed twice, or used",
		"[parameters]\nLINES = \"x\"\n":                           "parameters: no proof names a parameter LINES",
		"[tie]\nx = -1\n":                                         "tie: x = -1: want 0 or more",
		"[ports]\nclk = \"\"\n[parameters]\nLANES = \"a b\"\n":    "ports: clk has no name",
		"[modules]\nnpu_head = \"x\"\nnpu_lane = \"x\"\n[nets]\n": "modules: npu_head and npu_lane are both x",
	} {
		_, err := ParseMap(text)
		require.ErrorContains(t, err, want, text)
	}
	both := source.One("two.v", []byte("module npu_head (input clk);\nendmodule\nmodule classifier (input clk);\nendmodule\n"))
	m, err = ParseMap("[modules]\nnpu_head = \"classifier\"\n[ports]\n")
	require.NoError(t, err)
	_, err = m.Wrap(context.Background(), rtl.Yosys{}, both)
	require.ErrorAs(t, err, new(*PortsError))
}
