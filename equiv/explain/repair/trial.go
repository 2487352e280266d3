package repair

import (
	"slices"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist"
)

// edit changes one cell: an operand or the result.
type edit struct {
	cell netlist.Value
	arg  int // the operand, or Result
	// to is the value in the place of x, which has w bits; what lies above them does
	// not count.
	to func(x uint64, w int, at *lane) uint64
}

// Result is the Arg of an edit of a cell's result.
const Result = -1

// lane is one set of inputs on which an edited circuit is executed.
type lane struct {
	t *trial
	i int
}

// value is a net upstream of the edit that asks.
func (l *lane) value(v netlist.Value) uint64 {
	if l.t.stamp[v] == l.t.epoch {
		return l.t.now[v]
	}
	return l.t.vals[v][l.i]
}

// input is the value of the model's variable i.
func (l *lane) input(i int) int64 { return l.t.inputs[l.i][i] }

// trial executes a circuit with edits on inputs, of which some are witnesses.
type trial struct {
	m      *netlist.Module
	out    netlist.Value
	cone   []bool
	users  [][]netlist.Value // within the cone
	inputs [][]int64
	vals   [][]uint64 // of every cell, by lane
	gold   []uint64
	// Witnesses, the given one first, and other inputs.
	failing, passing []int

	epoch int32
	stamp []int32 // epoch in which a cell's value differs from vals
	now   []uint64
	work  int64 // cells looked at so far
}

// newTrial executes both sides. vectors begin with a witness.
func newTrial(q *equiv.Question, vectors [][]int64) (*trial, error) {
	if _, err := q.Bind(); err != nil {
		return nil, err
	}
	m := q.Gate
	n := len(m.Cells)
	t := &trial{
		m: m, out: q.Out, cone: netlist.InCone(m, []netlist.Value{q.Out}), users: make([][]netlist.Value, n), inputs: vectors,
		vals: make([][]uint64, n), gold: make([]uint64, len(vectors)), stamp: make([]int32, n), now: make([]uint64, n),
	}
	backing := make([]uint64, n*len(vectors))
	ports := q.Lanes(vectors)
	for v := 1; v < n; v++ {
		c := &m.Cells[v]
		lanes := backing[v*len(vectors) : (v+1)*len(vectors)]
		t.vals[v] = lanes
		if t.cone[v] {
			for _, a := range c.Args[:c.Op.Arity()] {
				if s := t.users[a]; len(s) == 0 || s[len(s)-1] != netlist.Value(v) {
					t.users[a] = append(t.users[a], netlist.Value(v))
				}
			}
		}
		switch c.Op {
		case netlist.OpInput:
			copy(lanes, ports[c.Aux])
		case netlist.OpConst:
			for i := range lanes {
				lanes[i] = uint64(c.Aux) & mask(int(c.Width))
			}
		case netlist.OpUndef, netlist.OpReg:
			// Of a question's circuit no such cell is in the cone.
		default:
			arg := func(k, i int) uint64 {
				if k >= c.Op.Arity() {
					return 0
				}
				return t.vals[c.Args[k]][i]
			}
			for i := range lanes {
				lanes[i] = m.Compute(netlist.Value(v), arg(0, i), arg(1, i), arg(2, i))
			}
		}
	}
	width := m.Width(q.Out)
	for i, in := range vectors {
		t.gold[i] = uint64(q.Model.Run(in)) & mask(width)
		if t.vals[q.Out][i] != t.gold[i] {
			t.failing = append(t.failing, i)
		} else {
			t.passing = append(t.passing, i)
		}
	}
	return t, nil
}

func mask(width int) uint64 { return ^uint64(0) >> (64 - uint(width)) }

// signed is the two's complement reading of w bits.
func signed(x uint64, w int) int64 { return int64(x) << (64 - w) >> (64 - w) }

// run is the output on a lane, with edits, which are in the order of their cells.
// What the edits change can be read through the lane until the next run.
func (t *trial) run(i int, edits []edit) uint64 {
	t.epoch++
	at := &lane{t, i}
	k := 0
	for v := edits[0].cell; v <= t.out; v++ {
		if !t.cone[v] {
			continue
		}
		c := &t.m.Cells[v]
		args := c.Args[:c.Op.Arity()]
		edited := k < len(edits) && edits[k].cell == v
		dirty := edited
		for _, a := range args {
			dirty = dirty || t.stamp[a] == t.epoch
		}
		if !dirty {
			continue
		}
		t.work++
		var in [3]uint64
		for j, a := range args {
			in[j] = at.value(a)
		}
		from := k
		for k < len(edits) && edits[k].cell == v {
			if j := edits[k].arg; j != Result {
				w := t.m.Width(args[j])
				in[j] = edits[k].to(in[j], w, at) & mask(w)
			}
			k++
		}
		x := t.vals[v][i]
		if len(args) > 0 {
			x = t.m.Compute(v, in[0], in[1], in[2])
		}
		for _, e := range edits[from:k] {
			if e.arg == Result {
				x = e.to(x, int(c.Width), at) & mask(int(c.Width))
			}
		}
		if x != t.vals[v][i] {
			t.stamp[v], t.now[v] = t.epoch, x
		}
	}
	return at.value(t.out)
}

// mends reports whether the edited circuit gives the model's output on every lane.
func (t *trial) mends(edits []edit) bool {
	for _, lanes := range [][]int{t.failing, t.passing} {
		for _, i := range lanes {
			if t.run(i, edits) != t.gold[i] {
				return false
			}
		}
	}
	return true
}

// sorted puts edits in the order of their cells.
func sorted(edits []edit) []edit {
	slices.SortStableFunc(edits, func(a, b edit) int { return int(a.cell) - int(b.cell) })
	return edits
}
