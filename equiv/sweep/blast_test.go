package sweep

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
)

// shapes are all instances of an operator over small words.
func shapes(op netlist.Op) (all []rule) {
	const most = 4
	for w := uint8(1); w <= most; w++ {
		switch op {
		case netlist.OpSlice:
			for n := uint8(1); n <= w; n++ {
				for at := range int64(w-n) + 1 {
					all = append(all, rule{op: op, width: n, aux: at, a: w})
				}
			}
		case netlist.OpConcat:
			for v := uint8(1); v <= most; v++ {
				all = append(all, rule{op: op, width: v + w, a: v, b: w})
			}
		case netlist.OpZext, netlist.OpSext:
			for v := w + 1; v <= w+3; v++ {
				all = append(all, rule{op: op, width: v, a: w})
			}
		case netlist.OpShl, netlist.OpShr, netlist.OpSar:
			for v := uint8(1); v <= most; v++ {
				all = append(all, rule{op: op, width: w, a: w, b: v})
			}
		case netlist.OpNeg, netlist.OpNot:
			all = append(all, rule{op: op, width: w, a: w})
		case netlist.OpRedAnd, netlist.OpRedOr, netlist.OpRedXor:
			all = append(all, rule{op: op, width: 1, a: w})
		case netlist.OpEq, netlist.OpUlt, netlist.OpSlt:
			all = append(all, rule{op: op, width: 1, a: w, b: w})
		case netlist.OpMux:
			all = append(all, rule{op: op, width: w, a: 1, b: w, c: w})
		case netlist.OpMul:
			all = append(all, rule{op: op, width: w, a: w, b: w})
			for k := range uint64(1) << w {
				all = append(all, rule{op: op, width: w, a: w, b: w, constant: 1, is: k}, rule{op: op, width: w, a: w, b: w, constant: 2, is: k})
			}
		default:
			all = append(all, rule{op: op, width: w, a: w, b: w})
		}
	}
	return all
}

// TestBlasted: what each operator is blasted to is what it computes, for all values of
// words of up to four bits.
func TestBlasted(t *testing.T) {
	for _, op := range netlist.Computed() {
		all := shapes(op)
		require.NotEmpty(t, all)
		for _, r := range all {
			m := r.module()
			cell, bits := outcomes(t, m)
			require.Equal(t, cell, bits, "%v %+v", op, r)
		}
	}
}

// outcomes are both outputs of a module of a rule, for all inputs.
func outcomes(t *testing.T, m *netlist.Module) (cell, bits []uint64) {
	t.Helper()
	total := 0
	for _, p := range m.Inputs {
		total += p.Width
	}
	in := make([][]uint64, len(m.Inputs))
	for x := range uint64(1) << total {
		at := 0
		for i, p := range m.Inputs {
			in[i] = append(in[i], x>>at&(1<<p.Width-1))
			at += p.Width
		}
	}
	e, err := netlist.NewEvaluator(m)
	require.NoError(t, err)
	out := e.Eval(in)
	return out[0], out[1]
}

// TestWrongBlasting: an operator that is blasted as another one is not what it computes.
func TestWrongBlasting(t *testing.T) {
	for _, pair := range [][2]netlist.Op{
		{netlist.OpAdd, netlist.OpSub}, {netlist.OpAnd, netlist.OpOr}, {netlist.OpUlt, netlist.OpSlt}, {netlist.OpShr, netlist.OpSar}, {netlist.OpZext, netlist.OpSext},
	} {
		r := shapes(pair[0])[len(shapes(pair[0]))-1]
		own := blasted[r.op]
		blasted[r.op] = blasted[pair[1]]
		cell, bits := outcomes(t, r.module())
		blasted[r.op] = own
		require.NotEqual(t, cell, bits, "%v as %v", pair[0], pair[1])
	}
}

// TestIdentity: an identity of sums has a text only if it is one.
func TestIdentity(t *testing.T) {
	// s + 2k = a + b + c.
	adder := &block{}
	for n, coef := range map[int32]int64{1: 1, 2: 2} {
		adder.outs.add(lit(2*n), coef)
	}
	for _, n := range []int32{3, 4, 5} {
		adder.ins.add(lit(2*n), 1)
	}
	form := func(nodes ...int32) (f form) {
		for _, n := range nodes {
			f.add(lit(2*n), 1)
		}
		return f
	}
	ours := form(1)
	ours.add(4, 2)
	x := &identity{width: 4, ours: ours, theirs: form(3, 4, 5), used: []use{{adder, &adder.outs, &adder.ins, 1}}}
	text, ok := x.text()
	require.True(t, ok)
	require.Contains(t, text, "(assert (not (=")
	x.theirs = form(3, 4)
	_, ok = x.text()
	require.False(t, ok)
	// Modulo 2^3, a word's adder may be taken 2 times modulo 2^2 and not once.
	word := &block{modulus: 2, outs: form(1), ins: form(2)}
	y := &identity{width: 3, ours: form(1, 1), theirs: form(2, 2), used: []use{{word, &word.outs, &word.ins, 2}}}
	_, ok = y.text()
	require.True(t, ok)
	y = &identity{width: 3, ours: form(1), theirs: form(2), used: []use{{word, &word.outs, &word.ins, 1}}}
	_, ok = y.text()
	require.False(t, ok)
}
