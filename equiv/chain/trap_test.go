package chain

import (
	"bytes"
	"context"
	"fmt"
	"math/rand"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/internal/plant"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Traps are false verdicts that verification tools have really given, each as a test that
// this one does not. A name in brackets is the tool and the number of its report.

// hand is a small compare point whose hardware is right.
func hand(t testing.TB) (*spec.Layer, *equiv.Model, *netlist.Module) {
	l := layer(t, spec.Format{Width: 4, Frac: 4}, []spec.Code{3, -2, 4, -1}, 5,
		spec.Requant{Format: spec.Format{Width: 5, Frac: 2}, Overflow: spec.SAT, Clamp: &spec.Range{Lo: 0, Hi: 20}})
	return l, equiv.ModelOf(l, shiftadd.Unit{Kind: shiftadd.KindChannel, Name: "conv_c0"}), channel(t, l)
}

// rebuilt is gate with y made from its output by f.
func rebuilt(t testing.TB, gate *netlist.Module, f func(m *netlist.Module, y netlist.Value) netlist.Value) *netlist.Module {
	m, values := netlist.Cone(gate, []netlist.Value{gate.Outputs[0].Value})
	y := values[gate.Outputs[0].Value]
	delete(m.Names, y)
	m.Outputs = nil
	m.Output("y", f(m, y))
	require.NoError(t, m.Check())
	return m
}

// A cell whose behaviour is unknown was assumed to be equal to anything (Yosys 5018).
func TestTrapUnknownCell(t *testing.T) {
	_, m, gate := hand(t)
	for _, reason := range []netlist.UndefReason{netlist.UndefCell, netlist.UndefX, netlist.UndefUndriven, netlist.UndefLoop, netlist.UndefDrivers, netlist.UndefResized} {
		bad := rebuilt(t, gate, func(b *netlist.Module, y netlist.Value) netlist.Value {
			return b.And(y, b.Undef(b.Width(y), reason, "u1"))
		})
		pt := judge(byZ3(t, 1), m, bad)
		require.Equal(t, verdict.Unknown, pt.Verdict)
		require.Equal(t, verdict.Undefined, pt.Reason)
		require.Contains(t, pt.Detail, string(reason))
	}
}

// An instance of a module that nobody defines, in the Verilog (Yosys 5018).
func TestTrapUnknownModule(t *testing.T) {
	f := fileOf(t, open(t, "tiny"), "stem", shiftadd.Options{}, 0)
	i := bytes.Index(f.source.Text, []byte("    // level 1"))
	require.Positive(t, i)
	text := append(append(bytes.Clone(f.source.Text[:i]), "    wire u;\n    mystery u1 (.a(x0_0_1[0]), .y(u));\n"...), f.source.Text[i:]...)
	text = bytes.Replace(text, []byte("assign y = {1'd0, "), []byte("assign y = {u, "), 1)
	pt := f.prove(t, byForms(1), text)
	require.Contains(t, []verdict.Verdict{verdict.Unknown, verdict.Failed}, pt.Verdict)
	require.True(t, named(pt), "%v %s", pt.Reason, pt.Detail)
}

// A cell whose truth table was missing made different designs equal (Kepler-formal 72).
func TestTrapMissingTruthTable(t *testing.T) {
	f := fileOf(t, open(t, "tiny"), "stem", shiftadd.Options{}, 0)
	i := bytes.Index(f.source.Text, []byte("    // level 1"))
	require.Positive(t, i)
	text := append(append(bytes.Clone(f.source.Text[:i]), "    wire u;\n    LUT2 u1 (.a(x0_0_1[0]), .b(x0_0_1[1]), .y(u));\n"...), f.source.Text[i:]...)
	text = bytes.Replace(text, []byte("assign y = {1'd0, "), []byte("assign y = {u, "), 1)
	for name, cell := range map[string]string{
		"no body":      "module LUT2(input a, input b, output y);\nendmodule\n",
		"black box":    "(* blackbox *) module LUT2(input a, input b, output y);\nendmodule\n",
		"half a table": "module LUT2(input a, input b, output reg y);\n  always @* case ({b, a}) 2'd0: y = 1'b0; 2'd1: y = 1'b0; default: y = 1'bx; endcase\nendmodule\n",
	} {
		pt := f.prove(t, byForms(1), append([]byte(cell), text...))
		require.Contains(t, []verdict.Verdict{verdict.Unknown, verdict.Failed}, pt.Verdict, name)
		require.True(t, named(pt), "%s: %v %s", name, pt.Reason, pt.Detail)
	}
}

// A function passed against its own negation, since nothing was left to solve (ABC 543).
func TestTrapNegation(t *testing.T) {
	_, m, gate := hand(t)
	bad := rebuilt(t, gate, func(b *netlist.Module, y netlist.Value) netlist.Value { return b.Not(y) })
	pt := judge(byForms(1), m, bad)
	require.Equal(t, verdict.Refuted, pt.Verdict)
	require.True(t, replays(t, m, bad, pt.Witness))
	// One bit of it.
	bad = rebuilt(t, gate, func(b *netlist.Module, y netlist.Value) netlist.Value {
		return b.Concat(b.Not(b.Slice(y, 0, 1)), b.Slice(y, 1, b.Width(y)-1))
	})
	require.Equal(t, verdict.Refuted, judge(byForms(1), m, bad).Verdict)
}

// Of several outputs only one was looked at (CIRCT 5358, dynamatic 435).
func TestTrapOneOutputOfSeveral(t *testing.T) {
	_, m, gate := hand(t)
	for _, second := range []func(b *netlist.Module, y netlist.Value) netlist.Value{
		func(b *netlist.Module, y netlist.Value) netlist.Value { return y },
		func(b *netlist.Module, y netlist.Value) netlist.Value { return b.Not(y) },
	} {
		bad := rebuilt(t, gate, func(b *netlist.Module, y netlist.Value) netlist.Value { return y })
		bad.Output("z", second(bad, bad.Outputs[0].Value))
		pt := judge(byForms(1), m, bad)
		require.Equal(t, verdict.Unknown, pt.Verdict)
		require.Equal(t, verdict.PortMismatch, pt.Reason)
	}
	none := netlist.New("none")
	require.Equal(t, verdict.PortMismatch, judge(byForms(1), m, none).Reason)
	// Each high bit counts too: a fault in the top bit of the output alone.
	bad := rebuilt(t, gate, func(b *netlist.Module, y netlist.Value) netlist.Value {
		n := b.Width(y)
		return b.Concat(b.Slice(y, 0, n-1), b.Const(1, 0))
	})
	require.Equal(t, verdict.Refuted, judge(byForms(1), m, bad).Verdict)
}

// Registers that nothing resets were taken as equal (Kepler-formal 167).
func TestTrapRegistersWithoutReset(t *testing.T) {
	_, m, gate := hand(t)
	bad := rebuilt(t, gate, func(b *netlist.Module, y netlist.Value) netlist.Value {
		q := b.Reg("q", b.Width(y))
		b.SetNext(q, y)
		return q
	})
	pt := judge(byForms(1), m, bad)
	require.Equal(t, verdict.Unknown, pt.Verdict)
	require.Equal(t, verdict.Undefined, pt.Reason)
	require.Contains(t, pt.Detail, "register")
}

// A proof from assumptions that nothing satisfies.
func TestTrapVacuousAssumptions(t *testing.T) {
	_, m, gate := hand(t)
	m.Vars[1].Range = spec.Range{Lo: 3, Hi: 2}
	pt := judge(byForms(1), m, gate)
	require.Equal(t, verdict.Vacuous, pt.Verdict)
}

// Self-equivalence was not proved when unrelated logic stood beside it (Kepler-formal 250).
func TestTrapUnrelatedLogic(t *testing.T) {
	_, m, gate := hand(t)
	noisy := rebuilt(t, gate, func(b *netlist.Module, y netlist.Value) netlist.Value { return y })
	x := noisy.Inputs[0].Value
	for i := range 40 {
		x = noisy.Mul(x, noisy.Add(x, noisy.Const(noisy.Width(x), int64(i))))
	}
	noisy.Undef(8, netlist.UndefX, "unused")
	require.NoError(t, noisy.Check())
	want := judge(byZ3(t, 1), m, gate)
	got := judge(byZ3(t, 1), m, noisy)
	require.Equal(t, verdict.Proved, want.Verdict)
	require.Equal(t, verdict.Proved, got.Verdict)
	require.Equal(t, want.Queries, got.Queries, "the queries hold what the output depends on")
}

// A counterexample that the hardware contradicts (Kepler-formal 221).
func TestTrapSpuriousCounterexample(t *testing.T) {
	f := fileOf(t, open(t, "tiny"), "depthwise", shiftadd.Options{}, 0)
	task := f.chunk.task
	u := task.units[f.chunk.units[0]]
	m, mod := equiv.ModelOf(task.layer, u), task.gen.Module(u)
	x := equiv.Vectors(m, rand.New(rand.NewSource(1)), 1)[0]
	right := m.Run(x)
	p := byForms(1)

	pt := Point{Verdict: verdict.Refuted, Witness: &WitnessRecord{Inputs: x, Gold: right, Netlist: right + 1}}
	c, err := newCircuit(u, m, mod, nil)
	require.NoError(t, err)
	c.sources = source.Of(f.source)
	p.simulate(context.Background(), &pt, c)
	require.Equal(t, verdict.Failed, pt.Verdict)
	require.Equal(t, verdict.ReplayDiffers, pt.Reason)
	require.Equal(t, right, pt.Witness.Simulated)

	c.sources = source.One(f.source.Name, []byte("module broken ("))
	pt = Point{Verdict: verdict.Refuted, Witness: &WitnessRecord{Inputs: x, Gold: right, Netlist: right + 1}}
	p.simulate(context.Background(), &pt, c)
	require.Equal(t, verdict.Failed, pt.Verdict)
	require.Equal(t, verdict.ToolFailed, pt.Reason)
}

// A timeout counted as success, and a tool that is not installed skipped the
// check.
func TestTrapNoAnswer(t *testing.T) {
	_, m, gate := hand(t)
	for name, c := range map[string]smt.Checker{
		"timeout": answers{smt.Result{Status: smt.Unknown, Reason: smt.Timeout}},
		"memory":  answers{smt.Result{Status: smt.Unknown, Reason: smt.Memory}},
		"crash":   answers{smt.Result{Status: smt.Unknown, Reason: smt.Crashed}},
		"nothing": answers{},
		"error":   answers{smt.Result{Status: smt.Error, Reason: smt.Rejected}},
		"sat":     answers{smt.Result{Status: smt.Sat}},
	} {
		p := byForms(1)
		p.conf = &equiv.Confirmer{Answers: equiv.NewAnswers(), Ints: smt.Panel{{Name: name, Checker: c}}, Bits: smt.Panel{{Name: name, Checker: c}}}
		pt := judge(p, m, gate)
		require.NotEqual(t, verdict.Proved, pt.Verdict, name)
		require.NotEqual(t, verdict.Refuted, pt.Verdict, name)
		require.NotEmpty(t, pt.Reason, name)
	}
	// Without a solver the report has to say that nothing was confirmed; with one
	// that says yes the point is proved.
	yes := answers{smt.Result{Status: smt.Unsat}}
	p := byForms(1)
	p.conf = &equiv.Confirmer{Answers: equiv.NewAnswers(), Ints: smt.Panel{{Name: "yes", Checker: yes}}, Bits: smt.Panel{{Name: "yes", Checker: yes}}}
	require.Equal(t, verdict.Proved, judge(p, m, gate).Verdict)

	absent := smt.Solver{Name: "absent", Path: "/nonexistent/solver"}
	_, err := Run(context.Background(), open(t, "tiny"), Options{Edges: []verdict.Edge{verdict.GoldenNetlist}, Opinions: []smt.Opinion{{Solver: absent}}, Jobs: 1, Limits: smt.Limits{Query: time.Second}})
	require.Error(t, err)

	z3, err := smt.Z3()
	require.NoError(t, err)
	_, err = Run(context.Background(), open(t, "tiny"), Options{Edges: []verdict.Edge{verdict.GoldenNetlist}, Opinions: []smt.Opinion{{Solver: z3, Alone: true}}, Jobs: 1})
	require.ErrorContains(t, err, "behind another one")
}

// A solver was wrong (Z3 6894, Bitwuzla 110 and 131), or a flag that should only have saved
// time made the proof false (Pono 457). No solver's word, and no strategy, proves a wrong
// circuit, and one solver that contradicts another leaves a failure.
func TestTrapWrongSolver(t *testing.T) {
	_, m, gate := hand(t)
	bad := rebuilt(t, gate, func(b *netlist.Module, y netlist.Value) netlist.Value {
		return b.Add(y, b.Zext(b.Eq(y, b.Const(b.Width(y), 7)), b.Width(y)))
	})
	yes, no := answers{smt.Result{Status: smt.Unsat}}, answers{smt.Result{Status: smt.Sat}}
	for name, panel := range map[string]smt.Panel{
		"nobody":  nil,
		"a liar":  {{Name: "yes", Checker: yes}},
		"two":     {{Name: "yes", Checker: yes}, {Name: "also", Checker: yes}},
		"parted":  {{Name: "yes", Checker: yes}, {Name: "no", Checker: no}},
		"refuser": {{Name: "no", Checker: no}},
	} {
		p := byForms(1)
		if panel != nil {
			p.conf = &equiv.Confirmer{Answers: equiv.NewAnswers(), Ints: panel, Bits: panel}
		}
		pt := judge(p, m, bad)
		if name == "refuser" || name == "parted" {
			// What the engines know before the witness is contradicted.
			require.Contains(t, []verdict.Verdict{verdict.Refuted, verdict.Failed}, pt.Verdict, name)
			continue
		}
		require.Equal(t, verdict.Refuted, pt.Verdict, name)
		require.True(t, replays(t, m, bad, pt.Witness), name)
	}
	for _, panel := range []smt.Panel{{{Name: "yes", Checker: yes}, {Name: "no", Checker: no}}, {{Name: "no", Checker: no}, {Name: "yes", Checker: yes}}} {
		p := byForms(1)
		p.conf = &equiv.Confirmer{Answers: equiv.NewAnswers(), Ints: panel, Bits: panel}
		pt := judge(p, m, gate)
		require.NotEqual(t, verdict.Proved, pt.Verdict)
		require.NotEqual(t, verdict.Refuted, pt.Verdict)
	}
}

// answers is a solver that always says the same.
type answers struct{ result smt.Result }

func (a answers) Check(context.Context, smt.Query) smt.Result { return a.result }

// A test bench passed after its expected outputs had been altered (hls4ml 459).
func TestTrapAlteredModel(t *testing.T) {
	l, _, gate := hand(t)
	for name, alter := range map[string]func(l *spec.Layer){
		"bias":     func(l *spec.Layer) { l.Op.(*spec.Conv).Bias[0]++ },
		"code":     func(l *spec.Layer) { l.Op.(*spec.Conv).Codes[2]-- },
		"sign":     func(l *spec.Layer) { l.Op.(*spec.Conv).Codes[0] *= -1 },
		"rounding": func(l *spec.Layer) { l.Out.Rounding = spec.RND },
		"overflow": func(l *spec.Layer) { l.Out.Overflow = spec.WRAP; l.Out.Clamp = nil },
		"clamp":    func(l *spec.Layer) { l.Out.Clamp = &spec.Range{Lo: 0, Hi: 21} },
	} {
		conv := *l.Op.(*spec.Conv)
		other := layer(t, l.InFormat(0), append([]spec.Code(nil), conv.Codes...), conv.Bias[0], l.Out)
		alter(other)
		m := equiv.ModelOf(other, shiftadd.Unit{Kind: shiftadd.KindChannel, Name: "conv_c0"})
		pt := judge(byForms(1), m, gate)
		require.Equal(t, verdict.Refuted, pt.Verdict, name)
		require.True(t, replays(t, m, gate, pt.Witness), name)
	}
}

// The vectors that run through a simulator fail when the model is another one (hls4ml 459).
func TestTrapAlteredModelInVectors(t *testing.T) {
	f := fileOf(t, open(t, "tiny"), "depthwise", shiftadd.Options{}, 0)
	task := f.chunk.task
	u := task.units[f.chunk.units[0]]
	m, mod := equiv.ModelOf(task.layer, u), task.gen.Module(u)
	p := byForms(1)
	c, err := newCircuit(u, m, mod, nil)
	require.NoError(t, err)
	c.sources = source.Of(f.source)
	rec, _, _ := p.vectors(context.Background(), c, true)
	require.Equal(t, verdict.Proved, rec.Verdict, "%s", rec.Detail)
	run := m.Run
	m.Run = func(xs []int64) int64 { return run(xs) ^ 1 }
	rec, _, _ = p.vectors(context.Background(), c, true)
	require.Equal(t, verdict.Failed, rec.Verdict)
}

// A tool on the way changed the design. What is proved on the RTL edge is what
// came back from the text, not what was meant (extract_fa of Yosys 0.23).
func TestTrapDesignChangedOnTheWay(t *testing.T) {
	net := open(t, "tiny")
	tampered := ""
	ctx := plant.With(context.Background(), plant.Hooks{
		Verilog: func(_ string, text []byte) []byte {
			body := strings.Index(string(text), ");\n") // past the comment above the module
			at := body + strings.Index(string(text[body:]), " + ")
			require.Greater(t, at, body)
			tampered = "yes"
			return append(append(bytes.Clone(text[:at]), " - "...), text[at+3:]...)
		},
	})
	res, err := Run(ctx, net, Options{
		Layers: []string{"expand"}, Edges: verdict.Edges(), Jobs: 1, Seed: 1,
	})
	require.NoError(t, err)
	require.Equal(t, "yes", tampered)
	verdicts := map[verdict.Edge]map[verdict.Verdict]int{verdict.GoldenNetlist: {}, verdict.GoldenRTL: {}}
	for _, pt := range res.Records[0].Points {
		verdicts[pt.Edge][pt.Verdict]++
		if pt.Verdict == verdict.Refuted {
			require.Equal(t, pt.Witness.Netlist, pt.Witness.Simulated)
			require.NotEqual(t, pt.Witness.Gold, pt.Witness.Simulated)
		}
	}
	require.Len(t, verdicts[verdict.GoldenNetlist], 1)
	require.NotZero(t, verdicts[verdict.GoldenNetlist][verdict.Proved])
	require.Equal(t, 1, verdicts[verdict.GoldenRTL][verdict.Refuted])
	require.False(t, res.Records[0].Proved())
}

// A wrong module in a language that the simulator does not read was said to have met a
// tool that failed. Nobody has executed it, so it is unknown. A tool that fails is no text
// that is refused.
func TestWitnessThatNobodyExecutesIsUnknown(t *testing.T) {
	pt := Point{Verdict: verdict.Refuted, Witness: &WitnessRecord{Gold: 3, Netlist: 4}}
	pt.unreplayed(fmt.Errorf("u: %w", &rtl.SourceError{Tool: "iverilog", Messages: []rtl.Message{{Text: "own.sv:9: error: not read"}}}))
	require.Equal(t, verdict.Unknown, pt.Verdict)
	require.Equal(t, verdict.NotSimulated, pt.Reason)
	require.Contains(t, pt.Detail, "own.sv:9: error: not read")
	require.Contains(t, pt.Detail, "--convert")
	require.Nil(t, pt.Witness)
	pt = Point{Verdict: verdict.Refuted, Witness: &WitnessRecord{Gold: 3, Netlist: 4}}
	pt.unreplayed(&rtl.ToolError{Tool: "iverilog", Err: context.DeadlineExceeded})
	require.Equal(t, verdict.Failed, pt.Verdict)
	require.Equal(t, verdict.ToolFailed, pt.Reason)
}
