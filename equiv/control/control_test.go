package control

import (
	"context"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

func opinions(t *testing.T) []smt.Opinion {
	t.Helper()
	z, err := smt.Z3()
	require.NoError(t, err)
	return []smt.Opinion{{Solver: z}}
}

// twoLayers is the instance that faults are planted in; single is quicker to prove.
var (
	twoLayers = Instances[0]
	single    = npu.Params{Lanes: 3, Features: 2, Rows: 3, Biases: 2, Layers: 1}
	// fullSize has the room that the classifier of MobileNetV2 at 1.0 needs, 1280 features
	// and 1000 outputs, for up to three layers.
	fullSize = npu.Params{Lanes: 16, Features: 1280, Rows: 80640, Biases: 1000, Layers: 3}
)

func requireProved(t *testing.T, p npu.Params) {
	t.Helper()
	requireAll(t, p, Options{Opinions: opinions(t), Jobs: 2, Instances: []npu.Params{p}})
}

func requireAll(t *testing.T, p npu.Params, o Options) []equiv.Fact {
	t.Helper()
	var done, of []int
	o.Progress = func(n, total int) { done, of = append(done, n), append(of, total) }
	facts, err := Prove(context.Background(), o)
	require.NoError(t, err)
	require.IsIncreasing(t, done)
	require.Equal(t, of[0], done[len(done)-1])
	seen := make(map[verdict.ID]bool)
	for _, f := range facts {
		require.Equal(t, verdict.Proved, f.Verdict, "%s: %s: %s", f.Name, f.Claim, f.Detail)
		require.NotEmpty(t, f.Method, f.Name)
		require.False(t, seen[f.ID()], f.ID())
		seen[f.ID()] = true
	}
	want := 2 // of the netlist itself
	for i := range monitored {
		if monitored[i].kind != goal || slices.Contains(o.Instances, p) {
			want += bit(monitored[i].possible(p))
		}
	}
	want += len(agreements)
	require.Equal(t, want, len(facts))
	return facts
}

func TestEveryClaimIsProved(t *testing.T) { requireProved(t, single) }

// asked asks the solver for the named claims of a head.
func asked(t *testing.T, p npu.Params, sources []rtl.Source, names ...string) []proof {
	t.Helper()
	ctx := context.Background()
	s, err := build(ctx, rtl.Yosys{}, npu.Map{}, p, sources)
	require.NoError(t, err)
	two, err := s.pair()
	require.NoError(t, err)
	panel, err := smt.NewPanel(ctx, opinions(t), logic, smt.Limits{}, 2)
	require.NoError(t, err)
	defer panel.Close()
	j := &judge{o: Options{}.withDefaults(), panel: panel}
	var some []proof
	for _, of := range []*system{s, two} {
		var these []proof
		for _, x := range of.proofs() {
			if slices.Contains(names, x.name) {
				these = append(these, x)
			}
		}
		j.prove(ctx, of, these)
		some = append(some, these...)
	}
	require.Len(t, some, len(names))
	return some
}

func requireSome(t *testing.T, p npu.Params, names ...string) {
	t.Helper()
	sources, err := npu.Sources(p)
	require.NoError(t, err)
	for _, x := range asked(t, p, sources, names...) {
		require.Equal(t, verdict.Proved, x.fact.Verdict, "%s: %s", x.name, x.fact.Detail)
	}
}

// Rows of lanes and the monitor's ports are wider than a word; the claims are the same.
func TestHeadsOfManyLanesAreRead(t *testing.T) {
	requireSome(t, npu.Params{Lanes: 256, Features: 1280, Rows: 5120, Biases: 1000, Layers: 1}, "check_count", "layer", "product", "sum")
}

// What was a sum over all groups does not grow with them. All claims of this head, with
// those about products, are proved at night.
func TestHeadOfFullSizeCountsItsRows(t *testing.T) {
	requireSome(t, fullSize, "group_needed", "check_rows", "check_count", "check_below", "check_verdict", "groups", "rows")
}

// A head in which the products are wrong is not proved by forgetting what they are.
func TestProductsAreNotForgotten(t *testing.T) {
	ctx := context.Background()
	sources, err := npu.Sources(single)
	require.NoError(t, err)
	s, err := build(ctx, rtl.Yosys{}, npu.Map{}, single, sources)
	require.NoError(t, err)
	panel, err := smt.NewPanel(ctx, opinions(t), logic, smt.Limits{}, 1)
	require.NoError(t, err)
	defer panel.Close()
	check := func(name string) smt.Status {
		p := property{kind: invariant, name: name}
		for _, q := range s.byGroup(s.lemmas(name), s.out[p.output()]) {
			if r := panel.Check(ctx, q); r.Status != smt.Unsat {
				return r.Status
			}
		}
		return smt.Unsat
	}
	require.Equal(t, smt.Unsat, check("product_need"))
	for v := range s.m.Cells { // now each product is a conjunction
		if c := &s.m.Cells[v]; c.Op == netlist.OpMul {
			*c = netlist.Cell{Op: netlist.OpAnd, Width: c.Width, Args: c.Args, Src: c.Src}
		}
	}
	require.Equal(t, smt.Sat, check("product_need"))
	require.Equal(t, smt.Sat, check("product_next"))
}

// The table of what claims follow from names invariants, and has a row for each claim
// that is asked.
func TestTableOfLemmas(t *testing.T) {
	known := map[string]bool{}
	asked := map[string]bool{}
	all := slices.Clone(monitored)
	for _, a := range agreements {
		all = append(all, a.property)
	}
	for _, p := range all {
		known[p.name] = p.kind == invariant
		asked[p.name] = p.kind != goal
	}
	order := map[string]int{} // of lemmas
	for i, p := range all {
		if p.lemma {
			order[p.name] = i + 1
		}
	}
	for claim, some := range from {
		require.True(t, asked[claim], claim)
		for _, name := range some {
			require.True(t, known[name], "%s: %s", claim, name)
			require.True(t, order[claim] == 0 || order[name] < order[claim], "%s follows from %s, which is not before it", claim, name)
		}
	}
	for name, is := range asked {
		_, has := from[name]
		require.Equal(t, is, has, name)
	}
}

// The parts of a claim are those that it is the conjunction of, whatever they are given.
func TestParts(t *testing.T) {
	m := netlist.New("m")
	var all, bits []netlist.Value
	for i := range 50 {
		x := m.Input("x"+strconv.Itoa(i), 1)
		all = append(all, x)
		bits = append(bits, x)
	}
	word := m.Input("word", 3)
	choice := m.Or(m.Input("a", 1), m.Input("b", 1))
	cat := func(vs []netlist.Value) netlist.Value {
		c := vs[0]
		for _, v := range vs[1:] {
			c = m.Concat(v, c)
		}
		return c
	}
	v := m.And(m.And(m.RedAnd(cat(bits[:30])), m.RedAnd(word)), m.And(choice, m.And(m.RedAnd(cat(bits[30:])), bits[0])))
	var got []netlist.Value
	for _, part := range parts(m, v) {
		require.LessOrEqual(t, len(part), together)
		got = append(got, part...)
	}
	require.Len(t, got, len(all)+2)
	for _, x := range append(all, choice) {
		require.Contains(t, got, x)
	}
	require.Equal(t, [][]netlist.Value{{choice}}, parts(m, choice), "what is no conjunction is one part")
	small := m.And(all[0], all[1])
	require.Equal(t, [][]netlist.Value{{small}}, parts(m, small), "and so is one of a few")
}
