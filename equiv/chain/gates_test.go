package chain

import (
	"bytes"
	"context"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/mapped"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/fuzz/everyday"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/portmap"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Two ways to gates.
const (
	synth = "synth -flatten -auto-top"
	mixed = synth + "; abc -g AND,OR,XOR,MUX,NAND,NOR,XNOR; opt_clean"
)

// synthesized is a text after a script of Yosys.
func synthesized(t testing.TB, name string, text []byte, script string) []byte {
	t.Helper()
	yosys, err := tool.Yosys.Find()
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), text, 0o600))
	cmd := exec.Command(yosys.Path, "-q", "-p", "read_verilog -sv "+name+"; "+script+"; write_verilog -noattr gates.v")
	cmd.Dir = dir
	said, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", said)
	gates, err := os.ReadFile(filepath.Join(dir, "gates.v"))
	require.NoError(t, err)
	return gates
}

// provedGates is a whole run about gates in the place of a module's text.
func provedGates(t testing.TB, m *everyday.Module, gates, came []byte, o Options) *Result {
	t.Helper()
	ctx := context.Background()
	layer, err := mapped.Layer(m.Network.Layer(everyday.Layer), nil)
	require.NoError(t, err)
	limits := rtl.Limits{Time: 2 * time.Minute, Memory: 8 << 30}
	f := &Foreign{Sources: source.One("gates.v", gates)}
	from := source.One(m.File, came)
	if m.Map != "" {
		pm, err := portmap.Parse("ports.toml", []byte(m.Map))
		require.NoError(t, err)
		adapt := func(s source.Sources) []byte {
			d, _, err := rtl.Yosys{Limits: limits}.Read(ctx, s)
			require.NoError(t, err)
			a, err := pm.Adapt(d, layer)
			require.NoError(t, err)
			f.Joint, f.Clock = pm.Join(d, layer), pm.Clock(d, layer)
			return a
		}
		from = (&Foreign{Sources: from, Adapter: adapt(from)}).Whole()
		f.Adapter = adapt(f.Sources)
	}
	f.RTL = &from
	z3, err := smt.Z3()
	require.NoError(t, err)
	o.Layers, o.Edges, o.Jobs, o.Seed = []string{everyday.Layer}, []verdict.Edge{verdict.GoldenRTL}, 1, 1
	o.Knobs = shiftadd.For(m.Network.Layer(everyday.Layer).Op.(*spec.Conv).Acc)
	o.Opinions, o.Limits = []smt.Opinion{{Solver: z3}}, smt.Limits{Query: 10 * time.Second}
	o.Yosys, o.Icarus, o.Foreign = limits, limits, map[string]*Foreign{everyday.Layer: f}
	res, err := Run(ctx, m.Network, o)
	require.NoError(t, err)
	return res
}

// everydayNamed is a module of the corpus.
func everydayNamed(t testing.TB, name string) *everyday.Module {
	t.Helper()
	ms, err := everyday.Modules(16)
	require.NoError(t, err)
	at := slices.IndexFunc(ms, func(m everyday.Module) bool { return m.Name == name })
	require.GreaterOrEqual(t, at, 0, name)
	return &ms[at]
}

// TestLoopsOfVerilator: where nets of several bits are loops to Verilator, it computes
// something else than everybody else. That text was not executed, and is no disagreement
// about what it says. With nets of one bit it is proved.
func TestLoopsOfVerilator(t *testing.T) {
	const gates = "synth -flatten -auto-top -noabc; aigmap; opt_clean"
	m := everydayNamed(t, "sat_compare")
	res := provedGates(t, m, synthesized(t, m.File, m.Text, gates), m.Text, Options{})
	for _, f := range res.Facts {
		if f.Kind == verdict.Reading && f.Verdict != verdict.Proved {
			require.Equal(t, verdict.NotSimulated, f.Reason, "%+v", f)
			require.Contains(t, f.Detail, "splitnets")
			t.Log(f.Detail)
		}
	}
	res = provedGates(t, m, synthesized(t, m.File, m.Text, gates+"; splitnets"), m.Text, Options{})
	for _, pt := range res.Records[0].Points {
		require.Equal(t, verdict.Proved, pt.Verdict, "%+v", pt)
	}
}

// TestGatesThatStayUnknown: sums of gates that are found to be each other's do not go round
// for ever.
func TestGatesThatStayUnknown(t *testing.T) {
	m := everydayNamed(t, "multiply_unsigned")
	for _, pt := range provedGates(t, m, synthesized(t, m.File, m.Text, synth), m.Text, Options{}).Records[0].Points {
		require.Equal(t, verdict.Unknown, pt.Verdict, "%+v", pt)
	}
}

// TestGates: gates that Yosys makes of RTL of several styles are proved by a whole run,
// with a fact that they are the RTL.
func TestGates(t *testing.T) {
	for _, c := range []struct{ name, script string }{
		{"tree-16", synth}, {"tree-16", mixed}, {"csa_tree-12", mixed}, {"sat_compare", synth}, {"horner", mixed},
		{"csa_3_2", mixed}, {"csa_4_2", synth}, {"generate_table", mixed}, {"full_adders", synth},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := everydayNamed(t, c.name)
			begin := time.Now()
			res := provedGates(t, m, synthesized(t, m.File, m.Text, c.script), m.Text, Options{})
			rec := res.Records[0]
			t.Logf("fan-in %d: %v", m.FanIn, time.Since(begin))
			swept := 0
			for _, pt := range rec.Points {
				require.Equal(t, verdict.Proved, pt.Verdict, "%+v", pt)
				if pt.Swept {
					swept++
				}
			}
			require.NotZero(t, swept)
			require.Len(t, rec.Sweep, swept)
			for _, f := range res.Facts {
				require.Equal(t, verdict.Proved, f.Verdict, "%+v", f)
			}
		})
	}
}

// gatesPoint is the point of a netlist of gates in the place of a module's text, replayed
// in Icarus.
func gatesPoint(t testing.TB, p *prover, m *everyday.Module, gates, came []byte) (Point, *Outcome) {
	t.Helper()
	ctx := context.Background()
	l := m.Network.Layer(everyday.Layer)
	g, err := shiftadd.New(l, shiftadd.For(l.Op.(*spec.Conv).Acc))
	require.NoError(t, err)
	u := g.Modules()[0]
	from := source.One(m.File, came)
	f := &Foreign{Sources: source.One("gates.v", gates), RTL: &from}
	design, _, err := rtl.Yosys{}.Read(ctx, f.Sources)
	require.NoError(t, err)
	read, err := elaborated(design, rtl.VerilogName(u.Name))
	require.NoError(t, err)
	out := newOutcome()
	x, err := newCircuit(u, equiv.ModelOf(l, u), netlist.Decided(read), nil)
	require.NoError(t, err)
	x.sources, x.foreign, x.layer, x.came = f.Sources, f, l.Name, p.origin(ctx, f, out)
	own := *p
	own.alone = true
	pt := own.point(ctx, verdict.GoldenRTL, x, out)
	if pt.Witness != nil {
		own.simulate(ctx, &pt, x)
	}
	return pt, out
}

// TestWrongGates: a gate that computes something else is refuted by a witness that Icarus
// replays, if any input shows it. One that is not refuted is not proved, unless it is
// right.
func TestWrongGates(t *testing.T) {
	const seed = 5
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewSource(seed))
	p := byZ3(t, seed)
	gate := regexp.MustCompile(` [&|^] `)
	refuted, right := 0, 0
	for _, name := range []string{"sat_compare", "csa_tree-12", "tree-16"} {
		m := everydayNamed(t, name)
		text := string(synthesized(t, m.File, m.Text, mixed))
		places := gate.FindAllStringIndex(text, -1)
		for range 10 {
			at := places[rng.Intn(len(places))]
			op := map[byte]string{'&': "|", '|': "^", '^': "&"}[text[at[0]+1]]
			pt, _ := gatesPoint(t, p, m, []byte(text[:at[0]+1]+op+text[at[1]-1:]), m.Text)
			if pt.Verdict == verdict.Refuted {
				require.NotEqual(t, pt.Witness.Gold, pt.Witness.Simulated)
				refuted++
				continue
			}
			t.Logf("%s at byte %d: %v %s", name, at[0], pt.Verdict, pt.Detail)
			right++
		}
	}
	t.Logf("%d of 30 refuted", refuted)
	require.LessOrEqual(t, right, 2, "an or of what is never 1 together is an exclusive or")
}

// TestGatesOfWrongRTL: RTL that does not compute the model proves nothing of right gates,
// and wrong gates are refuted although they are the RTL's.
func TestGatesOfWrongRTL(t *testing.T) {
	p := byZ3(t, 1)
	m := everydayNamed(t, "sat_compare")
	right := synthesized(t, m.File, m.Text, mixed)
	pt, out := gatesPoint(t, p, m, right, m.Text)
	require.Equal(t, verdict.Proved, pt.Verdict, "%+v", pt)
	require.True(t, pt.Swept)
	require.Len(t, out.Sweeps, 1)
	require.NotEmpty(t, out.Sweeps[0].Queries)
	for _, f := range m.Faults {
		pt, out := gatesPoint(t, p, m, right, f.Text)
		require.Equal(t, verdict.Unknown, pt.Verdict, "%s: %+v", f.What, pt)
		require.Empty(t, out.Sweeps)
		require.Contains(t, pt.Detail, "the RTL of the netlist does not compute the model")
		pt, _ = gatesPoint(t, p, m, synthesized(t, m.File, f.Text, mixed), f.Text)
		require.Equal(t, verdict.Refuted, pt.Verdict, "%s: %+v", f.What, pt)
		require.NotEqual(t, pt.Witness.Gold, pt.Witness.Simulated)
	}
}

// TestUnconfirmedGates: without a solver, or with RTL that cannot be read, nothing is
// proved.
func TestUnconfirmedGates(t *testing.T) {
	m := everydayNamed(t, "sat_compare")
	gates := synthesized(t, m.File, m.Text, mixed)
	pt, _ := gatesPoint(t, &prover{o: &Options{Seed: 1}}, m, gates, m.Text)
	require.Equal(t, verdict.Unknown, pt.Verdict, "%+v", pt)
	pt, out := gatesPoint(t, &prover{o: &Options{Seed: 1}}, m, gates, []byte("module layer_c0 (input a; endmodule"))
	require.Equal(t, verdict.Unknown, pt.Verdict, "%+v", pt)
	require.Contains(t, pt.Detail, "the RTL of the netlist: ")
	require.Empty(t, out.Sweeps)
}

// TestWideGates: a channel of 30 operands whose adders are as tight as the values allow,
// after three scripts of synthesis. The same with one gate changed is not proved.
func TestWideGates(t *testing.T) {
	const layer, channel = "project", 2
	net := open(t, "tiny")
	g, err := shiftadd.New(net.Layer(layer), shiftadd.Options{})
	require.NoError(t, err)
	var own bytes.Buffer
	require.NoError(t, rtl.WriteVerilog(&own, g.Channel(channel)))
	z3, err := smt.Z3()
	require.NoError(t, err)
	limits := rtl.Limits{Time: 2 * time.Minute, Memory: 8 << 30}
	prove := func(gates []byte) Point {
		from := source.One("own.v", own.Bytes())
		res, err := Run(t.Context(), net, Options{
			Layers: []string{layer}, Channels: []int{channel}, Edges: []verdict.Edge{verdict.GoldenRTL}, Jobs: 1, Seed: 1,
			Opinions: []smt.Opinion{{Solver: z3}}, Limits: smt.Limits{Query: 20 * time.Second}, Yosys: limits, Icarus: limits,
			Foreign: map[string]*Foreign{layer: {Sources: source.One("gates.v", gates), RTL: &from}},
		})
		require.NoError(t, err)
		require.Len(t, res.Records[0].Points, 1)
		return res.Records[0].Points[0]
	}
	for i, script := range []string{synth, mixed, synth + "; abc -g AND,XOR,MUX,OR; opt_clean"} {
		gates := synthesized(t, "own.v", own.Bytes(), script)
		begin := time.Now()
		pt := prove(gates)
		t.Logf("%s: %v", script, time.Since(begin))
		require.Equal(t, verdict.Proved, pt.Verdict, "%s: %+v", script, pt)
		require.True(t, pt.Swept)
		if i > 0 {
			continue
		}
		xor := regexp.MustCompile(`= ([^;&|^~?]+) \^ `).FindSubmatchIndex(gates)
		require.NotNil(t, xor)
		wrong := slices.Concat(gates[:xor[3]], []byte(" | "), gates[xor[1]:])
		require.NotEqual(t, verdict.Proved, prove(wrong).Verdict, script)
	}
}
