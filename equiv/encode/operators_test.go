package encode_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/encode"
	"github.com/hashiflex/hashiflex/equiv/lift"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec"
)

// use is an operator with the widths of its operands and result.
type use struct {
	op         netlist.Op
	args       []int
	width, aux int
}

func (u use) String() string {
	return fmt.Sprintf("%v of %v to %d bits, aux %d", u.op, u.args, u.width, u.aux)
}

// in puts the operator's cell into m as it is; constructors would fold it.
func (u use) in(m *netlist.Module, args ...netlist.Value) netlist.Value {
	c := netlist.Cell{Op: u.op, Width: uint8(u.width), Aux: int64(u.aux)}
	copy(c.Args[:], args)
	m.Cells = append(m.Cells, c)
	return netlist.Value(len(m.Cells) - 1)
}

// uses are all legal uses of op over operands of at most limit bits, by the
// netlist's own rules.
func uses(op netlist.Op, limit int) (all []use) {
	widths := [][]int{nil}
	for range op.Arity() {
		var longer [][]int
		for _, ws := range widths {
			for w := 1; w <= limit; w++ {
				longer = append(longer, append(append([]int(nil), ws...), w))
			}
		}
		widths = longer
	}
	for _, args := range widths {
		for width := 1; width <= 2*limit; width++ {
			for aux := range limit {
				u := use{op, args, width, aux}
				m := netlist.New("use")
				v := u.in(m, u.inputs(m)...)
				if m.Check() == nil && (op == netlist.OpSlice || aux == 0) {
					m.Output("y", v)
					all = append(all, u)
				}
			}
		}
	}
	return all
}

func (u use) inputs(m *netlist.Module) (vs []netlist.Value) {
	for i, w := range u.args {
		vs = append(vs, m.Input(string(rune('a'+i)), w))
	}
	return vs
}

// circuit is a use of which some operands are inputs and others constants, with
// what the netlist's evaluator gives at every point of the inputs.
type circuit struct {
	use
	m      *netlist.Module
	out    netlist.Value
	ports  []port
	values []int64
}

// circuitOf makes operand fixed the constant k; no operand where fixed is -1.
func circuitOf(t *testing.T, u use, signed bool, fixed int, k int64) circuit {
	c := circuit{use: u, m: netlist.New("use")}
	var args []netlist.Value
	for i, w := range u.args {
		if i == fixed {
			args = append(args, c.m.Const(w, k))
			continue
		}
		c.ports = append(c.ports, full(w, signed))
		args = append(args, c.m.Input(string(rune('a'+i)), w))
	}
	c.out = u.in(c.m, args...)
	c.m.Output("y", c.out)
	require.NoError(t, c.m.Check())
	e, err := netlist.NewEvaluator(c.m)
	require.NoError(t, err)
	lanes := make([][]uint64, len(c.ports))
	for _, x := range points(c.ports) {
		for i := range x {
			lanes[i] = append(lanes[i], uint64(x[i]))
		}
	}
	for _, y := range e.Eval(lanes)[0] {
		c.values = append(c.values, int64(y))
	}
	return c
}

// circuits are a use with free operands, and with each operand each constant.
func circuits(t *testing.T, u use, signed bool) []circuit {
	all := []circuit{circuitOf(t, u, signed, -1, 0)}
	for i, w := range u.args {
		for k := int64(0); len(u.args) > 1 && k < 1<<w; k++ {
			all = append(all, circuitOf(t, u, signed, i, k))
		}
	}
	return all
}

func (c circuit) lifted(deep bool) (*lift.Lifter, *term.Space) {
	var ranges []spec.Range
	for _, p := range c.ports {
		ranges = append(ranges, spec.Range(p.Range))
	}
	sp := term.NewSpace(ranges)
	var inputs []lift.Net
	for i, r := range ranges {
		inputs = append(inputs, lift.Net{Form: sp.Input(i), Range: r})
	}
	l := lift.New(sp, c.m, inputs)
	l.Deep = deep
	return l, sp
}

// integers is the query that the cell is values, modulo its width.
func (c circuit) integers(values []int64, strict bool) (*encode.Ints, string, error) {
	l, _ := c.lifted(false)
	l.Net(c.out)
	terms := golden.NewTerms()
	var xs []golden.Term
	var bounds []spec.Range
	for i, p := range c.ports {
		xs, bounds = append(xs, terms.Var(i)), append(bounds, p.Range)
	}
	model := lookup(terms, c.ports, values)
	nets, cuts := make([]encode.Variable, len(c.m.Cells)), make([]encode.Variable, len(terms.Nodes))
	for i := range nets {
		nets[i] = encode.None
	}
	for i := range cuts {
		cuts[i] = encode.None
	}
	for i, x := range xs {
		nets[c.m.Inputs[i].Value], cuts[x] = encode.Variable(i), encode.Variable(i)
	}
	q := encode.NewInts(l, c.m, nets, terms, cuts, bounds)
	if strict {
		q.Strict()
	}
	text, err := q.Prove(encode.Claim{Net: c.out, Scale: 1, Term: model, Modulus: c.width})
	return q, text, err
}

// TestOperatorsMeanOneThing walks the netlist's table: every engine that reads an
// operator reads what the evaluator computes, at all values of small widths, as a
// cell of free operands and with each operand constant. A wrong value at one point
// is found by every writer of queries. What an engine cannot say it has to refuse.
func TestOperatorsMeanOneThing(t *testing.T) {
	bits := bitsSession(t)
	z3, err := smt.Z3()
	require.NoError(t, err)
	ints, err := smt.Start(context.Background(), z3, smt.Limits{})
	require.NoError(t, err)
	defer ints.Close()
	wrong := func(values []int64, at int) []int64 {
		w := append([]int64(nil), values...)
		w[at%len(w)] ^= 1
		return w
	}
	forms, tables, queries := map[netlist.Op]int{}, map[netlist.Op]int{}, map[netlist.Op]int{}
	for _, op := range netlist.Computed() {
		all := uses(op, 2)
		require.NotEmpty(t, all, "%v", op)
		for n, u := range all {
			for _, signed := range []bool{false, true} {
				for k, c := range circuits(t, u, signed) {
					for _, deep := range []bool{false, true} {
						l, sp := c.lifted(deep)
						f := l.Net(c.out).Form
						for i, x := range points(c.ports) {
							if y, ok := sp.Eval(f, x); ok {
								require.Equal(t, c.values[i], y&(1<<u.width-1), "lifted: %v of %v", u, x)
								forms[op]++
							}
						}
					}
					for i, values := range [][]int64{c.values, wrong(c.values, n+k)} {
						want := []smt.Status{smt.Unsat, smt.Sat}[i]
						terms := golden.NewTerms()
						for i := range c.ports {
							terms.Var(i)
						}
						require.Equal(t, want, differ(t, bits, c.m, c.out, c.ports, terms, lookup(terms, c.ports, values)), "bit-vectors: %v", u)
						// What says less than the cells may leave open what is right, and
						// must not prove what is wrong.
						if q, text, err := c.integers(values, false); err == nil && q.Lenient() {
							r := ints.Check(context.Background(), smt.Query{Text: []byte(text)})
							require.True(t, r.Status == smt.Sat || i == 0 && r.Status == smt.Unsat, "integers: %v\n%s", u, text)
							for _, table := range q.Tables() {
								tables[op]++
								text, err := encode.EqualTable(c.m, table)
								require.NoError(t, err)
								require.Equal(t, smt.Unsat, bits.Check(context.Background(), smt.Query{Text: []byte(text)}).Status, "table: %v\n%s", u, text)
							}
						}
						_, text, err := c.integers(values, true)
						if err != nil {
							continue
						}
						queries[op]++
						r := ints.Check(context.Background(), smt.Query{Text: []byte(text)})
						require.Equal(t, want, r.Status, "integers: %v\n%s", u, text)
					}
				}
			}
		}
	}
	require.NotEmpty(t, tables)
	for _, op := range netlist.Computed() {
		require.NotZero(t, forms[op], "%v is never lifted", op)
		silent := op.Class() == netlist.ClassShift || op == netlist.OpRedXor // but for tables
		require.Equal(t, silent, queries[op] == 0, "%v is in %d queries in integers", op, queries[op])
	}
}

// TestOperatorsMeanOneThingInVerilog is the same of the text that is written: one
// module with every use of every operator, run by Icarus and read back by Yosys.
func TestOperatorsMeanOneThingInVerilog(t *testing.T) {
	const limit = 3
	m := netlist.New("operators")
	words := []netlist.Value{m.Input("a", limit), m.Input("b", limit), m.Input("c", limit)}
	var all []use
	for _, op := range netlist.Computed() {
		for _, u := range uses(op, limit) {
			var args []netlist.Value
			for i, w := range u.args {
				args = append(args, m.Slice(words[i], 0, w))
			}
			m.Output(fmt.Sprintf("y%d", len(all)), u.in(m, args...))
			all = append(all, u)
		}
	}
	require.NoError(t, m.Check())
	lanes := make([][]uint64, 3)
	for v := range uint64(1 << (3 * limit)) {
		for i := range lanes {
			lanes[i] = append(lanes[i], v>>(i*limit)&(1<<limit-1))
		}
	}
	eval := func(m *netlist.Module) [][]uint64 {
		e, err := netlist.NewEvaluator(m)
		require.NoError(t, err)
		return e.Eval(lanes)
	}
	want := eval(m)

	var text bytes.Buffer
	require.NoError(t, rtl.WriteVerilog(&text, m))
	files := source.One("operators.v", text.Bytes())
	signals := func(ps []netlist.Port) (all []rtl.Signal) {
		for _, p := range ps {
			all = append(all, rtl.Signal{Name: p.Name, Width: p.Width})
		}
		return all
	}
	run, err := rtl.Icarus{}.Run(context.Background(), files, m.Name, signals(m.Inputs), signals(m.Outputs), lanes)
	require.NoError(t, err)
	d, _, err := rtl.Yosys{}.Read(context.Background(), files)
	require.NoError(t, err)
	back, err := d.Module(m.Name)
	require.NoError(t, err)
	read := eval(back)
	for i, u := range all {
		for lane, y := range want[i] {
			at := []uint64{lanes[0][lane], lanes[1][lane], lanes[2][lane]}
			require.Equal(t, rtl.Bits{Value: y}, run[i][lane], "Icarus: %v at %v", u, at)
			require.Equal(t, y, read[i][lane], "Yosys: %v at %v", u, at)
		}
	}
}
