package repair

import (
	"cmp"
	"context"
	"math/rand"
	"slices"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/netlist"
)

// Problem is a refuted compare point.
type Problem struct {
	Question *equiv.Question
	Witness  []int64 // by variable of the model
	// Form is the form of a net if it is linear in the inputs, which are the atoms. Acc
	// is the form of the model's accumulator; HasAcc says that it is linear.
	Form   func(netlist.Value) (term.Form, bool)
	Acc    term.Form
	HasAcc bool
	// Lacks is the difference of the accumulators, the model's minus the circuit's; nil
	// if it is not known.
	Lacks *term.Form
	// Constants are the differences of nets that equal the accumulator up to a
	// constant.
	Constants []int64
}

// Kind is the kind of a repair.
type Kind uint8

// The kinds.
const (
	Constant  Kind = iota + 1 // another constant
	Operator                  // another operator, or its operands the other way round
	Shift                     // other bits of a word
	Sign                      // the negative, or the complement
	Extension                 // extended otherwise
	Width                     // the value that did not fit
	Input                     // another input
	Net                       // another net
	Lacking                   // something is added
	Surplus                   // something is left out
	Rounding                  // rounded as specified
	Clamp                     // clamped as specified
	Moved                     // left out here and added there
	Swapped                   // two inputs for one another
	Function                  // another function, of which only values are known
)

// Repair is a change after which the circuit is right.
type Repair struct {
	Kind  Kind
	Cell  netlist.Value   // that is changed, the first of them
	Arg   int             // its operand that is changed, or -1 for its result
	Cells []netlist.Value // all that are changed
	// Was and Is are the actual and the correct number: for Constant the value, for
	// Shift the lowest bit that is read. For Moved, Was is removed at Cell and Is added
	// at Net.
	Was, Is int64
	Words   string // what should replace what
	// Net is, for Width, the net that is too narrow; for Net, the net that should be
	// read; for Lacking and Moved, the net that is added or at which something is
	// added; 0: none.
	Net netlist.Value
	// Inputs are the model's variables of the repair, if any: for Input the one that is
	// read and the one that should be, for Lacking the missing one.
	Inputs []int
	Cost   int
	// Expected has the values of nets on the witness after the repair, if they change.
	// AtRest has them with all inputs at rest.
	Expected, AtRest map[netlist.Value]uint64
}

// Limits of a search, in visited cells and not in time, so that a slow machine finds
// the same repair.
const (
	maxWork = 400e6
	// maxFound is the largest number of repairs kept from one pass.
	maxFound = 400
)

// seed is the seed of the random inputs on which repairs are tried.
const seed = 1

// Search returns the repairs, the smallest first. Finding none is no error. It returns
// an error if the circuit cannot be executed.
func Search(p Problem) ([]Repair, error) {
	t, err := newTrial(p.Question, Vectors(p.Question, p.Witness))
	if err != nil {
		return nil, err
	}
	if len(t.failing) == 0 || t.failing[0] != 0 {
		return nil, nil
	}
	s := &search{Problem: p, t: t}
	s.prepare()
	s.sites(true, func(cells []netlist.Value) {
		if s.op(cells[0]) == netlist.OpConst {
			s.shared(cells)
		}
	})
	s.extensions()
	for _, pass := range [][]func([]netlist.Value){
		{s.operands, s.cells, s.inserted, s.moved},
		{s.nets, s.every},
		{s.functions},
	} {
		for _, each := range pass {
			s.sites(false, each)
		}
		if len(s.found) > 0 {
			break
		}
	}
	slices.SortStableFunc(s.found, func(a, b Repair) int { return cmp.Compare(a.Cost, b.Cost) })
	return s.found, nil
}

// search is the state of one Search.
type search struct {
	Problem
	t     *trial
	found []Repair
	// Numbers of the specification: the constants added to the sum, and the ends of the
	// output's range, after and before the shift.
	added, ends []int64
	both        []int64 // sums of two of them
	top, low    int64
	bias        int64
	complements int64 // how many words are complemented
	rounding    []int64
	rest        int // the lane with all inputs at rest, or -1
	leaves      []leaf
	dead        []netlist.Value // that have a name and that the output does not depend on
	deadCone    [][]bool
}

// Vectors are inputs to execute, the witness first.
func Vectors(q *equiv.Question, witness []int64) [][]int64 {
	rng := rand.New(rand.NewSource(seed))
	all := [][]int64{witness, resting(q.Model)}
	all = append(all, equiv.Vectors(q.Model, rng, 160)...)
	if s, err := q.NewStimulus(context.Background(), equiv.StimulusOptions{Seed: seed, Random: 64}); err == nil {
		if len(s.Inputs) > maxLanes {
			rng.Shuffle(len(s.Inputs), func(i, j int) { s.Inputs[i], s.Inputs[j] = s.Inputs[j], s.Inputs[i] })
			s.Inputs = s.Inputs[:maxLanes]
		}
		all = append(all, s.Inputs...)
	}
	// Around the witness, where the sides differ.
	for range 96 {
		x := slices.Clone(witness)
		for range 1 + rng.Intn(3) {
			i := rng.Intn(len(x))
			r := q.Model.Vars[i].Range
			if rng.Intn(2) == 0 {
				x[i] = min(max(x[i]+rng.Int63n(9)-4, r.Lo), r.Hi)
			} else {
				x[i] = r.Lo + rng.Int63n(r.Hi-r.Lo+1)
			}
		}
		all = append(all, x)
	}
	return all
}

// maxLanes is the largest number of executed inputs of the stimulus.
const maxLanes = 700

func resting(m *equiv.Model) []int64 {
	x := make([]int64, len(m.Vars))
	for i, v := range m.Vars {
		x[i] = min(max(0, v.Range.Lo), v.Range.Hi)
	}
	return x
}

// sites calls f with every cell of the cone alone, and with all cells of one operator
// that one place of the text became.
func (s *search) sites(constants bool, f func(cells []netlist.Value)) {
	type place struct {
		src int32
		op  netlist.Op
	}
	groups := map[place][]netlist.Value{}
	var order []place
	for v := netlist.Value(1); v <= s.t.out; v++ {
		c := &s.t.m.Cells[v]
		if !s.t.cone[v] {
			continue
		}
		if c.Op == netlist.OpConst {
			if constants {
				f([]netlist.Value{v})
			}
			continue
		}
		if p := (place{c.Src, c.Op}); c.Src != 0 {
			if groups[p] == nil {
				order = append(order, p)
			}
			groups[p] = append(groups[p], v)
		}
		if s.t.work > maxWork {
			return
		}
		f([]netlist.Value{v})
	}
	for _, p := range order {
		if s.t.work > maxWork {
			return
		}
		if len(groups[p]) > 1 {
			f(groups[p])
		}
	}
}

// try executes a change, and keeps it if it mends the circuit.
func (s *search) try(r Repair, edits []edit) bool {
	if len(s.found) >= maxFound {
		return false
	}
	edits = sorted(edits)
	t := s.t
	if t.run(0, edits) != t.gold[0] || !t.mends(edits) {
		return false
	}
	t.run(0, edits)
	r.Expected = t.changed()
	if s.rest >= 0 {
		t.run(s.rest, edits)
		r.AtRest = t.changed()
	}
	s.found = append(s.found, r)
	return true
}

// changed are the nets that the last run changed.
func (t *trial) changed() map[netlist.Value]uint64 {
	m := map[netlist.Value]uint64{}
	for v := range t.stamp {
		if t.stamp[v] == t.epoch {
			m[netlist.Value(v)] = t.now[v]
		}
	}
	return m
}

// on is the same edit of several cells.
func on(cells []netlist.Value, arg int, to func(x uint64, w int, at *lane) uint64) (edits []edit) {
	for _, v := range cells {
		edits = append(edits, edit{v, arg, to})
	}
	return edits
}

func (s *search) op(v netlist.Value) netlist.Op { return s.t.m.Cells[v].Op }

func (s *search) args(v netlist.Value) []netlist.Value {
	c := &s.t.m.Cells[v]
	return c.Args[:c.Op.Arity()]
}

// prepare collects what all passes ask for.
func (s *search) prepare() {
	s.rest = 1
	if s.HasAcc {
		s.bias = s.Acc.Const
		s.added = append(s.added, s.bias)
	}
	for v := range s.t.m.Cells {
		if s.t.cone[v] && s.op(netlist.Value(v)) == netlist.OpNot && s.t.m.Width(netlist.Value(v)) > 1 {
			s.complements++
		}
	}
	if t := s.Question.Model.Tail; t != nil {
		r := t.Out.Range()
		s.top, s.low = r.Hi, r.Lo
		s.ends = append(s.ends, s.top, s.low, s.top+1, s.low-1)
		if t.Shift > 0 && t.Shift < 40 {
			c := t.Out.Rounding.Constants(t.Shift)
			for _, n := range []int64{c.Pos, c.Neg} {
				if n != 0 && !slices.Contains(s.rounding, n) {
					s.rounding = append(s.rounding, n)
				}
			}
			if c.Even {
				s.rounding = append(s.rounding, c.Pos+1)
			}
			for _, n := range s.rounding {
				s.added = append(s.added, n)
				s.both = append(s.both, n+s.bias)
				s.ends = append(s.ends, s.top<<t.Shift-n, (s.top+1)<<t.Shift-n, s.low<<t.Shift-n)
			}
			s.ends = append(s.ends, s.top<<t.Shift, (s.top+1)<<t.Shift, (s.top+1)<<t.Shift-1, s.low<<t.Shift)
		}
	}
	// last are the nets that nothing reads.
	last := make([]bool, len(s.t.m.Cells))
	for v := range s.t.m.Cells {
		last[v] = true
		for _, a := range s.args(netlist.Value(v)) {
			last[a] = false
		}
	}
	for v := range s.t.m.Cells {
		v := netlist.Value(v)
		if v > 0 && !s.t.cone[v] && (s.t.m.Names[v] != "" || last[v]) && s.op(v) != netlist.OpConst && s.op(v) != netlist.OpUndef && len(s.dead) < maxDead {
			s.dead = append(s.dead, v)
			s.deadCone = append(s.deadCone, netlist.InCone(s.t.m, []netlist.Value{v}))
		}
	}
	s.leaves = make([]leaf, len(s.t.m.Cells))
	for v := netlist.Value(1); int(v) < len(s.leaves); v++ {
		s.leaves[v] = s.leafOf(v)
	}
}

// maxDead is the largest number of examined nets without readers.
const maxDead = 64

// leaf is the one input that a net is a function of.
type leaf struct {
	input netlist.Value // 0 is none, -1 several
	size  int           // cells in between
}

// maxLeaf is how many ways may lead from a net to its one input and to constants.
const maxLeaf = 250

func (s *search) leafOf(v netlist.Value) leaf {
	if s.op(v) == netlist.OpInput {
		return leaf{v, 1}
	}
	l := leaf{0, 1}
	for _, a := range s.args(v) {
		o := s.leaves[a]
		l.size += o.size
		switch {
		case o.input == 0:
		case l.input == 0:
			l.input = o.input
		case l.input != o.input:
			l.input = -1
		}
	}
	if l.size > maxLeaf {
		l.input = -1
	}
	return l
}

// variable is the model's variable of an input.
func (s *search) variable(v netlist.Value) int {
	bind, _ := s.Question.Bind()
	return bind[s.t.m.Cells[v].Aux]
}
