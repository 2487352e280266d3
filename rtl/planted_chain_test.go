package rtl_test

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// identity is a network of one layer that is its first input of two, of four bits.
func identity(t *testing.T) *spec.Network {
	t.Helper()
	in, err := spec.ParseFormat("s4.0")
	require.NoError(t, err)
	out, err := spec.ParseFormat("s8.0")
	require.NoError(t, err)
	n := &spec.Network{Name: "identity", Input: spec.Input{Shape: spec.Shape{C: 2, H: 3, W: 3}, Format: in}}
	n.Layers = append(n.Layers, &spec.Layer{
		Name: "id", Inputs: []string{spec.InputName}, Out: spec.Requant{Format: out},
		Op: &spec.Conv{OutC: 1, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 4, Codes: []spec.Code{1, 0}, Base: []int32{0}, Bias: []int32{0}},
	})
	require.NoError(t, n.Validate())
	return n
}

// trap is hardware that is the identity exactly where a planted meaning of a cell is
// right: part computes with the cell, and what it should be under the fault stands in
// a table beside it.
func trap(t *testing.T, typ string, fault rtl.Fault) string {
	t.Helper()
	m := plantedModule(typ)
	d, _, err := rtl.Yosys{}.Read(context.Background(), source.Of(m.Source()))
	require.NoError(t, err)
	restore := rtl.Plant(typ, m.Name, fault)
	defer restore()
	n, err := d.Module(m.Name)
	require.NoError(t, err)
	var lanes [][]uint64
	for _, p := range n.Inputs {
		var lane []uint64
		for v := range uint64(256) {
			switch p.Name {
			case "a":
				lane = append(lane, v&31)
			case "b":
				lane = append(lane, v>>4)
			default:
				lane = append(lane, 0)
			}
		}
		lanes = append(lanes, lane)
	}
	e, err := netlist.NewEvaluator(n)
	require.NoError(t, err)
	var table strings.Builder
	for v, y := range e.Eval(lanes)[0] {
		fmt.Fprintf(&table, "            %d: want = %d;\n", v, y)
	}
	clock, connect := "", ""
	if m.Clock != "" {
		clock, connect = "input clk, ", ".clk(clk), "
	}
	return m.Text + fmt.Sprintf(`
module id_c0 (%sinput signed [3:0] x0, input signed [3:0] x1, output signed [7:0] y);
    wire [%d:0] got;
    reg [%[2]d:0] want;
    %s part (%s.a({x1[0], x0}), .b(x1), .y(got));
    always @*
        case ({x1, x0})
%s            default: want = 0;
        endcase
    wire signed [7:0] wide = x0;
    assign y = wide + (got != want);
endmodule
`, clock, m.Outs[0].Width-1, m.Name, connect, table.String())
}

// prove proves a text against the identity, the signoff's own way.
func prove(t *testing.T, text string) (*chain.Result, error) {
	t.Helper()
	z3, err := smt.Z3()
	require.NoError(t, err)
	limits := rtl.Limits{Time: time.Minute, Memory: 4 << 30}
	return chain.Run(context.Background(), identity(t), chain.Options{
		Layers: []string{"id"}, Edges: []verdict.Edge{verdict.GoldenRTL}, Jobs: 1, Seed: 1, Opinions: []smt.Opinion{{Solver: z3}}, Yosys: limits, Icarus: limits,
		Limits:  smt.Limits{Query: 20 * time.Second},
		Foreign: map[string]*chain.Foreign{"id": {Sources: source.One("own.v", []byte(text))}},
	})
}

// misreadOnce is that the point is refuted by what both simulators say, and that the
// text was misread is said.
func misreadOnce(t *testing.T, res *chain.Result) {
	t.Helper()
	pt := res.Records[0].Points[0]
	require.Equal(t, verdict.Refuted, pt.Verdict, "%+v %+v", pt, res.Records[0].Reading)
	require.NotEmpty(t, pt.Witness.Misread, "%+v", pt)
}

// A wrong meaning of a cell makes wrong hardware equal to the model. The signoff's own
// way must not say so: the point is refuted by what both simulators say, and that the
// text was misread is said.
func TestPlantedCellsAreNotProved(t *testing.T) {
	for _, typ := range slices.Sorted(maps.Keys(planted)) {
		if typ == "$mem_v2" {
			continue // a memory has no meaning in the hardware of a layer
		}
		if !plantedEverywhere && !slices.Contains([]string{"$add", "$dff"}, typ) {
			continue
		}
		t.Run(typ, func(t *testing.T) {
			names := slices.Sorted(maps.Keys(planted[typ].faults))
			fault := planted[typ].faults[names[0]]
			text := trap(t, typ, fault)
			defer rtl.Plant(typ, plantedModule(typ).Name, fault)()
			res, err := prove(t, text)
			if fault.Wire != "" {
				// Without its register a clock is an input that the model does not have.
				require.ErrorContains(t, err, "input clk is not one of the model's")
				return
			}
			require.NoError(t, err)
			misreadOnce(t, res)
		})
	}
}

// The same for what the front end prints: wrong hardware whose falsified reading is
// the model.
func TestFalsifiedReadingsAreNotProved(t *testing.T) {
	for what, f := range map[string]struct{ body, old, with string }{
		"a constant changed": {"assign y = x0 + 8'sd1;", `8'00000001`, "8'00000000"},
		"a sign invented":    {"wire [3:0] u = x0; wire [1:0] z = x1[1:0] & ~x1[1:0]; assign y = u + z;", `(?s)(cell \$add .*?A_SIGNED )0(.*?B_SIGNED )0`, "${1}1${2}1"},
	} {
		t.Run(what, func(t *testing.T) {
			text := "module id_c0 (input signed [3:0] x0, input signed [3:0] x1, output signed [7:0] y);\n    " + f.body + "\nendmodule\n"
			right := printed(t, source.One("own.v", []byte(text)))
			wrong := regexp.MustCompile(f.old).ReplaceAllString(right, f.with)
			require.NotEqual(t, right, wrong)
			plantYosys(t, wrong)
			res, err := prove(t, text)
			require.NoError(t, err)
			misreadOnce(t, res)
		})
	}
}
