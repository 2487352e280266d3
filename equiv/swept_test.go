package equiv

import (
	"context"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/fuzz/everyday"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// synthesized is a module after a script of Yosys.
func synthesized(t testing.TB, m *everyday.Module, script string) []byte {
	t.Helper()
	yosys, err := tool.Yosys.Find()
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "rtl.v"), m.Text, 0o600))
	cmd := exec.Command(yosys.Path, "-q", "-p", "read_verilog rtl.v; "+script+"; write_verilog -noattr gates.v")
	cmd.Dir = dir
	said, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", said)
	text, err := os.ReadFile(filepath.Join(dir, "gates.v"))
	require.NoError(t, err)
	return text
}

func readModule(t testing.TB, text []byte, name string) *netlist.Module {
	t.Helper()
	d, _, err := rtl.Yosys{}.Read(context.Background(), source.One("m.v", text))
	require.NoError(t, err)
	m, err := d.Module(name)
	require.NoError(t, err)
	return netlist.Decided(m)
}

// TestGates: netlists of gates of the corpus are proved by the RTL that they were made of,
// and not with one gate changed.
func TestGates(t *testing.T) {
	ms, err := everyday.Modules(16)
	require.NoError(t, err)
	c := z3(t)
	z, err := smt.Z3()
	require.NoError(t, err)
	solver, err := smt.Pairs(context.Background(), z, smt.Limits{}, 1)
	require.NoError(t, err)
	defer solver.Close()
	for _, name := range []string{"tree-16", "sat_compare", "csa_tree-12"} {
		for i := range ms {
			m := &ms[i]
			if m.Name != name {
				continue
			}
			for k, script := range []string{
				"synth -top layer_c0",
				"synth -flatten -top layer_c0; abc -g AND,OR,XOR,MUX,NAND,NOR,XNOR; opt_clean",
			} {
				t.Run(fmt.Sprintf("%s/%d", name, k), func(t *testing.T) {
					begin := time.Now()
					l := m.Network.Layer(everyday.Layer)
					g, err := shiftadd.New(l, shiftadd.For(l.Op.(*spec.Conv).Acc))
					require.NoError(t, err)
					model := ModelOf(l, g.Modules()[0])
					gate := readModule(t, synthesized(t, m, script), "layer_c0")
					near, err := rtl.Yosys{}.Synthesized(context.Background(), source.One("m.v", m.Text))
					require.NoError(t, err)
					like, err := near.Module("layer_c0")
					require.NoError(t, err)
					q := NewQuestion(model, gate)
					refs := []*netlist.Module{readModule(t, m.Text, "layer_c0"), netlist.Decided(like)}
					x, err := q.Sweep(context.Background(), refs, solver)
					require.NoError(t, err)
					t.Log(time.Since(begin), x.Detail)
					require.True(t, x.Equal, x.Detail)
					a := c.Swept(context.Background(), x)
					require.Equal(t, verdict.Proved, a.Verdict, a.Detail)
					t.Log(time.Since(begin), len(a.Also)+1, "queries")
					require.Equal(t, verdict.Proved, x.Reference.Settle().Verdict)
				})
			}
		}
	}
}

// TestWrongGates: a netlist with one operator changed is never equal where a vector tells
// it from the model.
func TestWrongGates(t *testing.T) {
	ms, err := everyday.Modules(16)
	require.NoError(t, err)
	const seed = 5
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewSource(seed))
	at := slices.IndexFunc(ms, func(m everyday.Module) bool { return m.Name == "sat_compare" })
	m := &ms[at]
	l := m.Network.Layer(everyday.Layer)
	g, err := shiftadd.New(l, shiftadd.For(l.Op.(*spec.Conv).Acc))
	require.NoError(t, err)
	model := ModelOf(l, g.Modules()[0])
	text := string(synthesized(t, m, "synth -flatten -top layer_c0; abc -g AND,OR,XOR,NAND,NOR,XNOR; opt_clean"))
	places := regexp.MustCompile(` [&|^] `).FindAllStringIndex(text, -1)
	wrong := 0
	for range 30 {
		p := places[rng.Intn(len(places))]
		op := map[byte]string{'&': "|", '|': "^", '^': "&"}[text[p[0]+1]]
		q := NewQuestion(model, readModule(t, []byte(text[:p[0]+1]+op+text[p[1]-1:]), "layer_c0"))
		w, err := q.Search(seed)
		require.NoError(t, err)
		if w == nil {
			continue
		}
		wrong++
		x, err := q.Sweep(context.Background(), []*netlist.Module{readModule(t, m.Text, "layer_c0")}, nil)
		require.NoError(t, err)
		require.False(t, x.Equal)
	}
	t.Log(wrong, "of 30 refuted")
	require.Greater(t, wrong, 20)
}
