package encode_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/encode"
	"github.com/hashiflex/hashiflex/equiv/lift"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// TestMasks: a word with its low bits kept, extended either way, is what its cells
// compute, for every mask of every small width, and nothing else. With a mask of
// the whole word the query is that of the word.
func TestMasks(t *testing.T) {
	z3, err := smt.Z3()
	require.NoError(t, err)
	s, err := smt.Start(context.Background(), z3, smt.Limits{})
	require.NoError(t, err)
	defer s.Close()
	status := func(text string) smt.Status {
		return s.Check(context.Background(), smt.Query{Text: []byte(text)}).Status
	}
	for w := 1; w <= 4; w++ {
		for kept := range w + 1 {
			for i, extend := range []netlist.Op{netlist.OpZext, netlist.OpSext, netlist.OpZext, netlist.OpSext} {
				for _, moved := range []int64{0, 3} {
					in := full(w, i >= 2)
					m := netlist.New("mask")
					cell := func(op netlist.Op, width int, a, b netlist.Value) netlist.Value {
						m.Cells = append(m.Cells, netlist.Cell{Op: op, Width: uint8(width), Args: [3]netlist.Value{a, b}})
						return netlist.Value(len(m.Cells) - 1)
					}
					a, ones := m.Input("a", w), m.Const(w, 1<<kept-1)
					word := m.Add(a, m.Const(w, moved))
					args := []netlist.Value{word, ones}
					out := cell(extend, w+2, cell(netlist.OpAnd, w, args[i%2], args[1-i%2]), 0)
					values := make([]int64, 1<<w)
					for j := range values {
						x := (in.Lo + int64(j) + moved) & (1<<kept - 1)
						if extend == netlist.OpSext {
							x = x << (64 - w) >> (64 - w)
						}
						values[j] = x
					}
					right := claimed(t, m, out, in, values)
					require.Equal(t, smt.Unsat, status(right), "%d of %d bits", kept, w)
					if kept == w && w > 1 {
						require.Equal(t, claimed(t, m, cell(extend, w+2, word, 0), in, values), right)
					}
					values[len(values)-1]++
					require.Equal(t, smt.Sat, status(claimed(t, m, out, in, values)), "%d of %d bits", kept, w)
				}
			}
		}
	}
}

// claimed is the query that net v is values of the one input, modulo its width.
func claimed(t *testing.T, m *netlist.Module, v netlist.Value, in port, values []int64) string {
	sp := term.NewSpace([]spec.Range{spec.Range(in.Range)})
	l := lift.New(sp, m, []lift.Net{{Form: sp.Input(0), Range: spec.Range(in.Range)}})
	l.Net(v)
	terms := golden.NewTerms()
	x := terms.Var(0)
	model := lookup(terms, []port{in}, values)
	nets, cuts := make([]encode.Variable, len(m.Cells)), make([]encode.Variable, len(terms.Nodes))
	for i := range nets {
		nets[i] = encode.None
	}
	for i := range cuts {
		cuts[i] = encode.None
	}
	nets[m.Inputs[0].Value], cuts[x] = 0, 0
	q := encode.NewInts(l, m, nets, terms, cuts, []spec.Range{in.Range}).Strict()
	text, err := q.Prove(encode.Claim{Net: v, Scale: 1, Term: model, Modulus: m.Width(v)})
	require.NoError(t, err)
	return text
}
