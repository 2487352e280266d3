package witness

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/equiv/explain"
	"github.com/hashiflex/hashiflex/fuzz/mutant"
	"github.com/hashiflex/hashiflex/internal/plant"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// planted is one fault of a kind in the Verilog of a channel of tiny, refuted.
func planted(t testing.TB, layer string, kind mutant.Kind) (*fault, *Folder) {
	t.Helper()
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	s := newSubject(t, net.Layer(layer), shiftadd.Options{}, 0)
	for _, f := range s.textFaults(rand.New(rand.NewSource(corpusSeed)), 100) {
		if f.kind != kind {
			continue
		}
		fs := []fault{f}
		read(t, fs)
		w, _ := refute(t, s.model, fs[0].mod)
		if w == nil {
			continue
		}
		b, err := Build(context.Background(), fs[0].witness(w))
		require.NoError(t, err)
		return &fs[0], b
	}
	t.Fatalf("no %s in %s", kind, layer)
	return nil, nil
}

func save(t testing.TB, f *Folder) string {
	t.Helper()
	dir := t.TempDir()
	for _, c := range append(f.Files, Content{WordsFile, f.Witness.Explain(nil)}) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, c.Name), c.Text, 0o644))
	}
	return dir
}

// TestLinearFaultsNeedOneInput: a wrong coefficient shows with one input moved,
// by the least that tells the sides apart, in every kind of linear fault.
func TestLinearFaultsNeedOneInput(t *testing.T) {
	for _, kind := range []mutant.Kind{mutant.Shift, mutant.Sign, mutant.Dropped, mutant.Extra, mutant.SwappedOperands} {
		f, b := planted(t, "project", kind)
		m := b.Witness.Minimal
		require.LessOrEqual(t, m.Moved, 1, "%s: %s", f.words, m.Words)
		require.True(t, m.Fewest && m.Smallest, "%s: %s", f.words, m.Words)
		// Nothing smaller fails.
		for i, in := range b.Witness.Inputs {
			for v := range in.Value {
				xs := make([]int64, len(b.Witness.Inputs))
				xs[i] = v
				require.Equal(t, f.of.model.Run(xs), gateOf(t, f, xs), "%s: %s=%d fails too", f.words, in.Port, v)
			}
		}
	}
}

func gateOf(t testing.TB, f *fault, xs []int64) int64 {
	t.Helper()
	var ins []Input
	for i, v := range f.of.model.Vars {
		ins = append(ins, Input{Port: v.Port, Value: xs[i]})
	}
	got, err := point{design: source.One(f.origin(), f.text), module: f.mod}.simulate(context.Background(), rtl.Limits{}, ins, f.of.model.Signed(), 0)
	require.NoError(t, err)
	return got
}

// TestScriptNeedsOnlyIcarus runs repro.sh where the path leads to Icarus and the
// shell's own tools: 1 while it fails, 0 with the mended design.
func TestScriptNeedsOnlyIcarus(t *testing.T) {
	f, b := planted(t, "expand", mutant.Shift)
	dir, bin := save(t, b), t.TempDir()
	for _, name := range []string{"iverilog", "vvp", "sh", "dirname", "mktemp", "rm", "cat"} {
		at, err := exec.LookPath(name)
		require.NoError(t, err)
		require.NoError(t, os.Symlink(at, filepath.Join(bin, name)))
	}
	run := func(args ...string) (int, string) {
		cmd := exec.Command(filepath.Join(bin, "sh"), append([]string{filepath.Join(dir, ScriptFile)}, args...)...)
		cmd.Env = []string{"PATH=" + bin, "TMPDIR=" + t.TempDir()}
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		return cmd.ProcessState.ExitCode(), string(out)
	}
	code, out := run()
	require.Equal(t, 1, code, out)
	require.Contains(t, out, "FAIL")
	mended := filepath.Join(t.TempDir(), "mended.v")
	require.NoError(t, os.WriteFile(mended, f.of.text, 0o644))
	code, out = run(mended)
	require.Equal(t, 0, code, out)
	require.Contains(t, out, "PASS")
}

// TestReplay: the witness fails again, the mended design passes, and another
// network's model is told apart.
func TestReplay(t *testing.T) {
	f, b := planted(t, "project", mutant.Sign)
	w, design, err := Load(save(t, b))
	require.NoError(t, err)
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	replay := func(n *spec.Network, design rtl.Sources, mended bool) (Outputs, error) {
		return Replay(context.Background(), "w", w, n, design, mended, rtl.Limits{}, rtl.Limits{})
	}
	out, err := replay(net, design, false)
	require.NoError(t, err)
	require.False(t, out.Agree())
	out, err = replay(net, source.One("d.v", f.of.text), true)
	require.NoError(t, err)
	require.True(t, out.Agree())
	_, err = replay(net, source.One("d.v", f.of.text), false)
	requireField(t, err, "netlist")

	other, err := networks.Open("tiny")
	require.NoError(t, err)
	conv := other.Layer("project").Op.(*spec.Conv)
	conv.Bias[0] += 1 << 12
	_, err = replay(other, design, false)
	requireField(t, err, "gold")
	w.Layer = "nowhere"
	_, err = replay(net, design, false)
	requireField(t, err, "layer")
}

func requireField(t *testing.T, err error, field string) {
	t.Helper()
	var bad *FieldError
	require.ErrorAs(t, err, &bad)
	require.Equal(t, field, bad.Field, "%v", err)
}

// TestDamagedWitness changes every field in turn, and cuts the file anywhere.
func TestDamagedWitness(t *testing.T) {
	_, b := planted(t, "expand", mutant.Bias)
	dir := save(t, b)
	at := filepath.Join(dir, File)
	text, err := os.ReadFile(at)
	require.NoError(t, err)
	_, _, err = Load(at)
	require.NoError(t, err)

	var fields map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(text, &fields))
	for name, old := range fields {
		if name == "sums" {
			continue
		}
		edited := map[string]json.RawMessage{}
		for k, v := range fields {
			edited[k] = v
		}
		// The last digit or letter of the value becomes another one.
		v := bytes.Clone(old)
		i := len(v) - 1
		for ; i > 0 && !(v[i] >= '0' && v[i] <= '9' || v[i] >= 'a' && v[i] <= 'z'); i-- {
		}
		if v[i] == '1' || v[i] == 'e' {
			v = bytes.Replace(v, []byte("true"), []byte("false"), 1)
			if bytes.Equal(v, old) {
				v[i]++
			}
		} else {
			v[i] = '1'
		}
		edited[name] = v
		out, err := json.Marshal(edited)
		if err != nil {
			continue // the edit is no JSON any more: covered below
		}
		require.NoError(t, os.WriteFile(at, out, 0o644))
		_, _, err = Load(dir)
		require.Error(t, err, name)
		var bad *FieldError
		require.ErrorAs(t, err, &bad)
		require.True(t, bad.Field == name, "%s was edited: %v", name, err)

		delete(edited, name)
		out, err = json.Marshal(edited)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(at, out, 0o644))
		_, _, err = Load(dir)
		requireField(t, err, name)
	}
	for _, n := range []int{0, 1, len(text) / 2, len(text) - 3} {
		require.NoError(t, os.WriteFile(at, text[:n], 0o644))
		_, _, err = Load(dir)
		requireField(t, err, "")
	}
	require.NoError(t, os.WriteFile(at, text, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, DesignFile), []byte("module other; endmodule\n"), 0o644))
	_, _, err = Load(dir)
	requireField(t, err, "design.files[0].sha256")
}

// TestFolderIsTheSameAgain: nothing in a folder depends on time or chance.
func TestFolderIsTheSameAgain(t *testing.T) {
	_, a := planted(t, "depthwise", mutant.Tie)
	_, b := planted(t, "depthwise", mutant.Tie)
	require.Equal(t, a.Files, b.Files)
	require.Equal(t, a.Witness.Explain(nil), b.Witness.Explain(nil))
}

// tampered runs the chain on a layer of a network with changed Verilog and returns
// the witnesses of what is refuted; channels nil is all.
func tampered(t *testing.T, network, layer string, knobs shiftadd.Options, channels []int, change func(text string) string) map[string]*Witness {
	t.Helper()
	net, err := networks.Open(network)
	require.NoError(t, err)
	found := map[string]*Witness{}
	var mu sync.Mutex
	ctx := plant.With(context.Background(), plant.Hooks{Verilog: func(_ string, text []byte) []byte { return []byte(change(string(text))) }})
	_, err = chain.Run(ctx, net, chain.Options{
		Layers: []string{layer}, Channels: channels, Edges: []verdict.Edge{verdict.GoldenRTL}, Jobs: 2, Seed: 1, Knobs: knobs,
		Refuted: func(ctx context.Context, r *chain.Refutation) error {
			f, err := Build(ctx, Case{
				Obligation: verdict.ID(r.Unit.Name), Layer: r.Layer, Unit: r.Unit, Edge: r.Edge, Model: r.Model, Sources: r.Sources,
				Module: r.Module, Shared: r.Shared, Gate: r.Gate, Reference: r.Reference, Inputs: r.Inputs, Sibling: r.Sibling,
			})
			if err == nil {
				mu.Lock()
				found[r.Unit.Name] = f.Witness
				mu.Unlock()
			}
			return err
		},
	})
	require.NoError(t, err)
	return found
}

func keys(ws map[string]*Witness) (all []string) {
	for _, w := range ws {
		for _, c := range w.Explanation.Causes {
			all = append(all, CauseKey(w, c))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// TestTwoFaultsAreTwoCauses, and two in one channel are two as well.
func TestTwoFaultsAreTwoCauses(t *testing.T) {
	minus := func(text, module string, nth int) string {
		at := strings.Index(text, "module "+module+" ")
		require.GreaterOrEqual(t, at, 0)
		for range nth + 1 {
			at += strings.Index(text[at:], " + ") + 1
		}
		return text[:at] + "-" + text[at+1:]
	}
	ws := tampered(t, "tiny", "project", shiftadd.Options{}, nil, func(text string) string {
		return minus(minus(text, "project_c1", 0), "project_c3", 0)
	})
	require.Len(t, ws, 2)
	require.Len(t, keys(ws), 2)
	for _, w := range ws {
		require.Len(t, w.Explanation.Causes, 1)
	}
	ws = tampered(t, "tiny", "project", shiftadd.Options{}, nil, func(text string) string {
		return minus(minus(text, "project_c3", 0), "project_c3", 1)
	})
	require.Len(t, ws, 1)
	require.Len(t, ws["project_c3"].Explanation.Causes, 2, "%v", ws["project_c3"].Explanation.Causes)
}

// TestOneFaultInSharedTermsIsOneCause: a sum that twelve channels of MobileNetV2
// take is wrong in all of them, and mended once.
func TestOneFaultInSharedTermsIsOneCause(t *testing.T) {
	const network, layer, feeds = "mobilenet_v2_1.0_224", "block_3_expand", 12
	net, err := networks.Open(network)
	require.NoError(t, err)
	knobs := shiftadd.Options{Share: shiftadd.Pairs}
	g, err := shiftadd.New(net.Layer(layer), knobs)
	require.NoError(t, err)
	takes := map[string][]int{}
	term := ""
	for _, u := range g.Modules() {
		if u.Kind != shiftadd.KindChannel {
			continue
		}
		for _, p := range g.Module(u).Inputs {
			if strings.HasPrefix(p.Name, "s") {
				if takes[p.Name] = append(takes[p.Name], u.Channel); len(takes[p.Name]) == feeds && term == "" {
					term = p.Name
				}
			}
		}
	}
	require.NotEmpty(t, term, "no term feeds %d channels", feeds)
	ws := tampered(t, network, layer, knobs, takes[term][:feeds], func(text string) string {
		at := strings.Index(text, "module "+layer+"_shared ")
		require.GreaterOrEqual(t, at, 0)
		definition := strings.Index(text[at:], "assign "+term+" = ")
		require.Positive(t, definition)
		at += definition
		sign := at + strings.IndexAny(text[at:at+strings.Index(text[at:], ";")], "+-")
		require.Greater(t, sign, at)
		other := map[byte]string{'+': "-", '-': "+"}[text[sign]]
		return text[:sign] + other + text[sign+1:]
	})
	require.Len(t, ws, feeds)
	require.Len(t, keys(ws), 1, "%v", keys(ws))
	for _, w := range ws {
		require.Len(t, w.Explanation.Causes, 1)
		require.Equal(t, layer+"_shared", w.Explanation.Causes[0].Module)
	}
}

// TestSwappedModulesAreOneCause: two modules that have each other's name are two
// refuted points and one cause, in those words; seen alone, one computes the
// other.
func TestSwappedModulesAreOneCause(t *testing.T) {
	swap := func(text string) string {
		for _, f := range mutant.TextFaults([]byte(text)) {
			if f.Kind == mutant.SwappedChannels && f.Module == "project_c3" {
				return string(f.Apply())
			}
		}
		t.Error("no modules to swap")
		return text
	}
	ws := tampered(t, "tiny", "project", shiftadd.Options{}, nil, swap)
	require.Len(t, ws, 2)
	require.Len(t, keys(ws), 1)
	for name, is := range map[string]string{
		"project_c3": "module project_c3 computes output channel 4 instead of 3",
		"project_c4": "module project_c4 computes output channel 3 instead of 4",
	} {
		require.Len(t, ws[name].Explanation.Causes, 1)
		require.Equal(t, "channels 3 and 4 swapped: "+is, ws[name].Explanation.Causes[0].Words)
	}

	// One channel's logic twice is no swap.
	ws = tampered(t, "tiny", "project", shiftadd.Options{}, nil, func(text string) string {
		from, to := strings.Index(text, "module project_c4 "), strings.Index(text, "// Layer project, output channel 5")
		require.True(t, 0 < from && from < to)
		at := strings.Index(text, "module project_c3 ")
		return text[:at] + strings.Replace(text[from:to], "project_c4", "project_c3", 1) + text[from:]
	})
	require.Len(t, ws, 1)
	require.Equal(t, "module project_c3 computes output channel 4 instead of 3", ws["project_c3"].Explanation.Causes[0].Words)
}

// TestWitnessThatDoesNotReplay is an engine's failure and makes no folder.
func TestWitnessThatDoesNotReplay(t *testing.T) {
	f, b := planted(t, "project", mutant.Sign)
	inputs := &equiv.Counterexample{}
	for _, in := range b.Witness.Inputs {
		inputs.Inputs = append(inputs.Inputs, in.Value)
	}
	c := f.witness(inputs)
	c.Sources = source.One(f.origin(), f.of.text) // the simulator gets other hardware than the netlist
	_, err := Build(context.Background(), c)
	var bad *ReplayError
	require.ErrorAs(t, err, &bad)
	require.Equal(t, bad.Gold, bad.Simulated)
}

// BenchmarkFolder960 is the time from verdict to finished folder for faults of
// fan-in 960.
func BenchmarkFolder960(b *testing.B) {
	_, large := subjects(b)
	s := large[len(large)-1]
	fs := s.textFaults(rand.New(rand.NewSource(corpusSeed)), 1)
	fs = fs[:min(8, len(fs))]
	read(b, fs)
	var cases []Case
	for i := range fs {
		if w, _ := refute(b, s.model, fs[i].mod); w != nil {
			cases = append(cases, fs[i].witness(w))
		}
	}
	require.NotEmpty(b, cases)
	var took []time.Duration
	b.ResetTimer()
	for i := range b.N {
		begin := time.Now()
		_, err := Build(context.Background(), cases[i%len(cases)])
		require.NoError(b, err)
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2].Seconds(), "median-s")
}

// TestCauseKey: lines that read alike in two modules are two causes.
func TestCauseKey(t *testing.T) {
	w := &Witness{Layer: "l"}
	a := explain.Cause{Module: "l_c0", Text: "assign y = acc;", Source: "a.v:3"}
	b := a
	b.Source = "b.v:9"
	require.Equal(t, CauseKey(w, a), CauseKey(w, b), "one line on two edges")
	b.Module = "l_c1"
	require.NotEqual(t, CauseKey(w, a), CauseKey(w, b))
}

// TestShowIsInert: a witness is a file from outside, and nothing in it gives orders to
// the terminal.
func TestShowIsInert(t *testing.T) {
	bad := "\x1b]0;x\x07\u202e\r"
	w := &Witness{
		Obligation: verdict.ID(bad), Inputs: []Input{{Port: bad, Value: 1, Moved: true}}, Minimal: explain.Minimal{Words: bad},
		Explanation: explain.Explanation{
			Causes: []explain.Cause{{Words: bad, Text: bad}},
			Cone:   explain.Cone{Nodes: []explain.Node{{Name: bad, Source: bad, Op: bad, Root: true}, {Name: "x0", Op: "input"}}},
		},
	}
	require.NotContains(t, w.Show(false), "x0", "an input that is zero")
	require.Contains(t, w.Show(false), "the cause")
	for _, colours := range []bool{false, true} {
		text := w.Show(colours)
		for _, code := range []string{red, bold, faint, reset} {
			text = strings.ReplaceAll(text, code, "")
		}
		for _, s := range []string{"\x1b", "\x07", "\r", "\u202e"} {
			require.NotContains(t, text, s)
		}
	}
}
