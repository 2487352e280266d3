package lift

import (
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// randomSums has inputs x and y of 3 and 4 bits and mostly cells of which sums are made.
// Their widths grow, so that many do not wrap.
func randomSums(rng *rand.Rand, cells int) *netlist.Module {
	m := netlist.New("sums")
	vs := []netlist.Value{m.Input("x", 3), m.Input("y", 4), m.Const(1+rng.Intn(6), rng.Int63n(64))}
	cell := func(op netlist.Op, width int, args ...netlist.Value) netlist.Value {
		c := netlist.Cell{Op: op, Width: uint8(width)}
		copy(c.Args[:], args)
		m.Cells = append(m.Cells, c)
		return netlist.Value(len(m.Cells) - 1)
	}
	pick := func() netlist.Value { return vs[rng.Intn(len(vs))] }
	fit := func(v netlist.Value, w int) netlist.Value {
		switch n := m.Width(v); {
		case n > w:
			return cell(netlist.OpSlice, w, v)
		case n < w:
			return cell([]netlist.Op{netlist.OpZext, netlist.OpSext, netlist.OpSext}[rng.Intn(3)], w, v)
		}
		return v
	}
	for range cells {
		a, b := pick(), pick()
		w := min(max(m.Width(a), m.Width(b))+rng.Intn(3), 30)
		switch rng.Intn(12) {
		case 0:
			vs = append(vs, cell(netlist.OpNot, m.Width(a), a))
		case 1:
			vs = append(vs, cell(netlist.OpNeg, w, fit(a, w)))
		case 2, 3:
			if m.Width(a)+3 <= 30 {
				vs = append(vs, cell(netlist.OpConcat, m.Width(a)+3, m.Const(3, rng.Int63n(8)), a))
			}
		case 4:
			if n := m.Width(a) + m.Width(b); n <= 30 {
				vs = append(vs, cell(netlist.OpConcat, n, a, b))
			}
		case 5:
			vs = append(vs, cell(netlist.OpUlt, 1, fit(a, w), fit(b, w)))
		case 6, 7:
			vs = append(vs, cell(netlist.OpSub, w, fit(a, w), fit(b, w)))
		default:
			vs = append(vs, cell(netlist.OpAdd, w, fit(a, w), fit(b, w)))
		}
	}
	return m
}

// TestSumsAreTheirNets: what is lifted at once has the net's bits for all inputs, in its
// interval, and the integers that must not wrap do not. So does whatever is lifted after
// it, by the rules of single cells.
func TestSumsAreTheirNets(t *testing.T) {
	const seed = 7
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewSource(seed))
	ranges := []spec.Range{{Lo: 0, Hi: 7}, {Lo: -8, Hi: 7}}
	const lanes = 8 * 16
	sums, lemmas, moved, equal := 0, 0, 0, 0
	for round := range 25 {
		m := randomSums(rng, 14)
		var nets, ins []netlist.Value
		for i := 1; i < len(m.Cells); i++ {
			nets = append(nets, netlist.Value(i))
		}
		for _, p := range m.Inputs {
			ins = append(ins, p.Value)
		}
		prog, err := netlist.Compile(m, ins, nets)
		require.NoError(t, err)
		in := [][]uint64{make([]uint64, lanes), make([]uint64, lanes)}
		out := make([][]uint64, len(nets))
		for i := range out {
			out[i] = make([]uint64, lanes)
		}
		for j := range lanes {
			in[0][j], in[1][j] = uint64(j%8), uint64(j/8)
		}
		prog.Run(lanes, in, out)
		lifter := func(sp *term.Space, sums bool) *Lifter {
			l := New(sp, m, []Net{{Form: sp.Input(0), Range: ranges[0]}, {Form: sp.Input(1), Range: ranges[1]}})
			l.Sums = sums
			return l
		}
		check := func(sp *term.Space, l *Lifter, v netlist.Value) {
			w := m.Width(v)
			n, u := l.Net(v), l.Exact(v, false)
			for j := range lanes {
				x := []int64{int64(j % 8), int64(j/8<<60) >> 60}
				bits := int64(out[v-1][j])
				got, ok := sp.Eval(n.Form, x)
				if !ok {
					return // opaque
				}
				require.Zero(t, (got-bits)&(1<<w-1), "%v of round %d at %v: %v", m.Cells[v].Op, round, x, n.Form)
				require.True(t, n.Range.Lo <= got && got <= n.Range.Hi, "%v of round %d: %d outside %v", m.Cells[v].Op, round, got, n.Range)
				exact, ok := sp.Eval(u.Form, x)
				require.True(t, ok)
				require.Equal(t, bits, exact, "%v of round %d, without sign", m.Cells[v].Op, round)
			}
		}
		for _, root := range nets {
			sp := term.NewSpace(ranges)
			l := lifter(sp, true)
			n, ok := l.Sum(root)
			plain := lifter(sp, false).Net(root)
			if ok {
				sums++
				require.True(t, n.Form.EqualMod(plain.Form, m.Width(root)), "round %d: %v and %v", round, n.Form, plain.Form)
				if n.Form.Equal(plain.Form) {
					equal++
				}
			}
			for _, v := range nets {
				for _, signed := range []bool{false, true} {
					lemma, ok := l.Lemma(v, signed)
					if !ok {
						continue
					}
					lemmas++
					if lemma.Offset != 0 {
						moved++
					}
					for j := range lanes {
						bits := int64(out[v-1][j])
						if signed {
							bits = bits << (64 - m.Width(v)) >> (64 - m.Width(v))
						}
						require.True(t, lemma.Range.Lo <= bits && bits <= lemma.Range.Hi, "round %d, net %d: %d is outside of %v", round, v, bits, lemma.Range)
					}
				}
			}
			check(sp, l, root)
			for _, v := range nets {
				check(sp, l, v)
			}
		}
	}
	t.Logf("%d sums, %d of them of the same form as by single cells, %d lemmas, %d of them moved", sums, equal, lemmas, moved)
	require.Greater(t, sums, 200)
	require.Greater(t, equal, sums/2)
	require.NotZero(t, moved)
}

// TestSumSeesAPlantedFault: the rule of an operator that is wrong by one is so within a
// sum, too, and a sum that wraps before it is extended is left to the single cells.
func TestSumSeesAPlantedFault(t *testing.T) {
	m := netlist.New("m")
	x := m.Input("x", 4)
	sum := m.Add(m.Zext(x, 6), m.ShlConst(x, 2))
	sp := term.NewSpace([]spec.Range{{Lo: 0, Hi: 15}})
	nets := []Net{{Form: sp.Input(0), Range: spec.Range{Hi: 15}}}
	l := New(sp, m, nets)
	l.Sums = true
	n, ok := l.Sum(sum)
	require.True(t, ok)
	require.Equal(t, sp.Input(0).Scale(5), n.Form)
	for _, op := range []netlist.Op{netlist.OpAdd, netlist.OpZext, netlist.OpConcat} {
		l = New(sp, m, nets)
		l.Sums = true
		l.PlantFault(op)
		n, ok = l.Sum(sum)
		require.True(t, ok)
		require.Equal(t, sp.Input(0).Scale(5).AddConst(1), n.Form, op)
	}
	wraps := m.Zext(sum, 9) // 75 needs seven bits
	l = New(sp, m, nets)
	l.Sums = true
	_, ok = l.Sum(wraps)
	require.False(t, ok)
	require.NotEqual(t, sp.Input(0).Scale(5), l.Net(wraps).Form)
}
