package chain

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/internal/plant"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/onnx/zoo"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// everyKind is a network with a layer of every kind.
func everyKind(t testing.TB) *spec.Network {
	t.Helper()
	n, err := zoo.Find("kinds")
	require.NoError(t, err)
	net, err := n.Import(context.Background(), zoo.Options{})
	require.NoError(t, err)
	return net
}

// panel is full with a second solver, which a max needs: it has no normal form.
func panel(t testing.TB) Options {
	t.Helper()
	o := full(t)
	cvc5, err := smt.CVC5()
	require.NoError(t, err)
	o.Opinions = append(o.Opinions, smt.Opinion{Solver: cvc5, Alone: true})
	o.Limits.Query = time.Minute
	return o
}

// TestEveryKindEndToEnd proves a network with a layer of every kind on every edge.
func TestEveryKindEndToEnd(t *testing.T) {
	res, err := Run(context.Background(), everyKind(t), panel(t))
	require.NoError(t, err)
	kinds := map[string]bool{}
	for _, r := range res.Records {
		for _, p := range r.Points {
			require.Equal(t, verdict.Proved, p.Verdict, "%s %s: %v %s", p.Unit, p.Edge, p.Reason, p.Detail)
		}
		for _, v := range r.Vector {
			require.Equal(t, verdict.Proved, v.Verdict, "%s: %v %s", v.Unit, v.Reason, v.Detail)
		}
		require.Equal(t, r.Cover.Cells, r.Cover.CellsCovered, "%v", r.Cover.Uncovered)
		require.Equal(t, r.Cover.Ports, r.Cover.PortsCovered, "%v", r.Cover.Uncovered)
	}
	for _, l := range everyKind(t).Layers {
		kinds[l.Kind()] = true
	}
	require.Len(t, kinds, len(spec.Kinds()))
	for _, f := range res.Facts {
		require.Equal(t, verdict.Proved, f.Verdict, "%s %s: %v %s", f.Kind, f.Name, f.Reason, f.Detail)
	}
}

// TestFaultsOfEveryKindAreRefuted: Verilog of which one thing is wrong is refuted with
// values that show it in a simulator, too.
func TestFaultsOfEveryKindAreRefuted(t *testing.T) {
	net := everyKind(t)
	for name, c := range map[string]struct{ layer, old, new string }{
		"max of the wrong sign":     {"most_signed", "$signed(l1_0) < $signed(l1_1)", "l1_0 < l1_1"},
		"max of unsigned as signed": {"most", "(l2_0 < l2_1)", "($signed(l2_0) < $signed(l2_1))"},
		"a pixel of a max short":    {"most", "assign y = l4_0;", "assign y = l3_0;"},
		"a pixel of a max twice":    {"most_signed", "x_1_1 : x_1_0", "x_1_0 : x_1_0"},
		"the least":                 {"most", "? l2_1 : l2_0", "? l2_0 : l2_1"},
		"no ReLU after the sum":     {"sum", "acc[8] ? 8'd0 : acc[7:0]", "acc[7:0]"},
		"a mean of eight":           {"mean9", "{{4{x_2_2[7]}}, x_2_2}", "12'd0"},
		"a mean without its sign":   {"mean9", "{{4{x_2_2[7]}}, x_2_2}", "{4'd0, x_2_2}"},
		"a mean's rounding":         {"mean4", "10'd2", "10'd1"},
		"a concatenated value":      {"all", "assign y = x;", "assign y = {x[7:1], 1'b0};"},
		"a split value":             {"left", "assign y = x;", "assign y = -x;"},
	} {
		t.Run(name, func(t *testing.T) {
			o := panel(t)
			o.Layers, o.Edges, o.Unlifted = []string{c.layer}, []verdict.Edge{verdict.GoldenRTL}, 0
			ctx := plant.With(context.Background(), plant.Hooks{Verilog: func(_ string, text []byte) []byte {
				require.Contains(t, string(text), c.old)
				return []byte(strings.Replace(string(text), c.old, c.new, 1))
			}})
			res, err := Run(ctx, net, o)
			require.NoError(t, err)
			refuted := 0
			for _, p := range res.Records[0].Points {
				if p.Verdict != verdict.Refuted {
					require.Equal(t, verdict.Proved, p.Verdict, "%v %s", p.Reason, p.Detail)
					continue
				}
				refuted++
				require.NotEqual(t, p.Witness.Gold, p.Witness.Netlist)
				require.Equal(t, p.Witness.Netlist, p.Witness.Simulated)
			}
			require.Equal(t, 1, refuted)
		})
	}
}
