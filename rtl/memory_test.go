package rtl

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
)

// registers are a module's registers without those that the front end makes of a
// write port's operands and nothing reads.
func registers(m *netlist.Module) (regs []netlist.Reg) {
	for _, r := range m.Regs {
		if !strings.Contains(r.Name, "$") {
			regs = append(regs, r)
		}
	}
	return regs
}

// clocked runs a module with registers from given contents: the registers and
// inputs before an edge give the registers after it.
type clocked struct {
	m    *netlist.Module
	p    *netlist.Program
	regs []uint64
}

func newClocked(t *testing.T, m *netlist.Module) *clocked {
	t.Helper()
	var cuts, outs []netlist.Value
	for _, p := range m.Inputs {
		cuts = append(cuts, p.Value)
	}
	regs := registers(m)
	for _, r := range regs {
		cuts, outs = append(cuts, r.Q), append(outs, r.D)
	}
	for _, o := range m.Outputs {
		outs = append(outs, o.Value)
	}
	p, err := netlist.Compile(m, cuts, outs)
	require.NoError(t, err)
	return &clocked{m, p, make([]uint64, len(regs))}
}

// step is one clock cycle; the result is the outputs in it.
func (c *clocked) step(inputs ...uint64) []uint64 {
	in, out := make([][]uint64, 0, len(inputs)+len(c.regs)), make([][]uint64, len(c.regs)+len(c.m.Outputs))
	for _, v := range append(append([]uint64(nil), inputs...), c.regs...) {
		in = append(in, []uint64{v})
	}
	for i := range out {
		out[i] = make([]uint64, 1)
	}
	c.p.Run(1, in, out)
	for i := range c.regs {
		c.regs[i] = out[i][0]
	}
	var outputs []uint64
	for _, o := range out[len(c.regs):] {
		outputs = append(outputs, o[0])
	}
	return outputs
}

const memoryText = `module top (input clk, input we, input [1:0] wa, ra, input [3:0] d, output reg [3:0] q, output [3:0] now);
  reg [3:0] words [0:3];
  always @(posedge clk) begin
    if (we) words[wa] <= d;
    q <= words[ra];
  end
  reg [3:0] all [0:3];
  always @(posedge clk) all[wa] <= d;
  assign now = all[ra];
endmodule
`

// A memory with an enable and a registered output, and one with neither, against
// arrays, over random accesses.
func TestMemoriesAreArrays(t *testing.T) {
	m, err := readText(t, memoryText).ModuleWithMemories("top", 4)
	require.NoError(t, err)
	require.NoError(t, m.Check())
	var names []string
	for _, r := range registers(m) {
		names = append(names, r.Name)
	}
	require.ElementsMatch(t, []string{"q", "all[0]", "all[1]", "all[2]", "all[3]", "words[0]", "words[1]", "words[2]", "words[3]"}, names)

	c := newClocked(t, m)
	rng := rand.New(rand.NewPCG(1, 2))
	var words, all [4]uint64
	var q uint64
	for i := range 2000 {
		we, wa, ra, d := rng.Uint64N(2), rng.Uint64N(4), rng.Uint64N(4), rng.Uint64N(16)
		require.Equal(t, []uint64{q, all[ra]}, c.step(we, wa, ra, d), "cycle %d", i)
		q, all[wa] = words[ra], d
		if we == 1 {
			words[wa] = d
		}
	}
}

// A word that does not exist is undefined where it is read, and nothing where it
// is written.
func TestMemoryOfOddSize(t *testing.T) {
	text := `module top (input clk, input we, input [1:0] wa, ra, input [3:0] d, output [3:0] now);
  reg [3:0] words [0:2];
  always @(posedge clk) if (we) words[wa] <= d;
  assign now = words[ra];
endmodule
`
	m, err := readText(t, text).ModuleWithMemories("top", 3)
	require.NoError(t, err)
	require.NoError(t, m.Check())
	words := registers(m)
	require.Len(t, words, 3)
	cuts := []netlist.Value{m.Inputs[2].Value}
	for _, r := range words {
		cuts = append(cuts, r.Q)
	}
	_, err = netlist.Compile(m, cuts, []netlist.Value{m.Outputs[0].Value})
	require.ErrorContains(t, err, "an address that may lie outside")
	// What is written does not depend on what is undefined.
	for _, r := range words {
		cuts := []netlist.Value{r.Q}
		for _, p := range m.Inputs {
			cuts = append(cuts, p.Value)
		}
		_, err := netlist.Compile(m, cuts, []netlist.Value{r.D})
		require.NoError(t, err)
	}
}

// What is beyond a word each, one port each, and one clock is an unknown cell.
func TestMemoriesBeyondTheRuleAreUnknown(t *testing.T) {
	for name, c := range map[string]struct {
		text   string
		reason netlist.UndefReason
		words  int
	}{
		"too many words": {memoryText, netlist.UndefCell, 3},
		"none allowed":   {memoryText, netlist.UndefCell, 0},
		"two read ports": {`module top (input clk, input [1:0] a, b, input [3:0] d, output [3:0] y);
  reg [3:0] w [0:3]; always @(posedge clk) w[a] <= d; assign y = w[a] ^ w[b]; endmodule`, netlist.UndefCell, 4},
		"bits of a word": {`module top (input clk, input [1:0] a, input [3:0] d, output [3:0] y);
  reg [3:0] w [0:3]; always @(posedge clk) w[a][2:1] <= d[2:1]; assign y = w[a]; endmodule`, netlist.UndefCell, 4},
		"two clocks": {`module top (input clk, clk2, input [1:0] a, input [3:0] d, output [3:0] y);
  reg [3:0] w [0:3], q; always @(posedge clk) q <= d; always @(posedge clk2) w[a] <= q; assign y = w[a] ^ q; endmodule`, netlist.UndefClock, 4},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := readText(t, c.text).ModuleWithMemories("top", c.words)
			require.NoError(t, err)
			require.True(t, slices.ContainsFunc(m.Undefs, func(u netlist.Undef) bool { return u.Reason == c.reason }), "%v", m.Undefs)
			var cuts []netlist.Value
			for _, p := range m.Inputs {
				cuts = append(cuts, p.Value)
			}
			outs := []netlist.Value{m.Outputs[0].Value}
			for _, r := range registers(m) {
				cuts, outs = append(cuts, r.Q), append(outs, r.D)
			}
			_, err = netlist.Compile(m, cuts, outs)
			require.Error(t, err)
		})
	}
}
