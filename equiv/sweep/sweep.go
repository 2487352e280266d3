package sweep

import (
	"maps"
	"math/rand"
	"slices"

	"github.com/hashiflex/hashiflex/netlist"
)

// Circuit is a module with its nets' bits.
type Circuit struct {
	m     *netlist.Module
	cone  []bool // of its output
	words [][]lit
}

// Sweep is several circuits over the same inputs in one graph, in which nodes that
// were shown to be equal are one.
type Sweep struct {
	g        *graph
	sim      simulated
	inputs   map[string][]lit
	reps     []lit // by node
	classes  map[string][]lit
	adders   adders
	blocks   map[int32][]*block
	level    []int32
	circuits []*Circuit
	inside   bool               // an adder is being blasted, which is one block
	member   map[int32][]member // by node: the sums that it is a bit of
	touched  map[*sum]bool
	shut     map[int32]bool // bits of sums that were found again, where windows may end

	// Solve, if set, reports whether a query in QF_BV has no model, in a short time.
	Solve func(text string) bool
	// Stopped, if set, reports that nobody waits any more: what is not swept then is not
	// there.
	Stopped func() bool
	gates   bool // the circuit is no reference
	lost    int  // times that it did not

	steps []step
	Stats Stats
}

// Stats counts what was found.
type Stats struct {
	Nodes   int // conjunctions and exclusive ors, of all circuits
	Merged  int // of which so many are others
	Windows int
	Sums    int // words that are the same sum
	Open    int // nodes that have the values of others, and were not shown to be equal
}

// sum is a word of a reference that arithmetic gives.
type sum struct {
	owner *Circuit
	bits  []lit
	twin  []lit // by bit: what has its values in another circuit
}

type member struct {
	sum *sum
	bit int
}

// step is an equality that was found: of two nodes, or of two words.
type step struct {
	window   *window
	identity *identity
}

// Input is a port that all circuits have, or some of them, with its values in
// simulation, at most Vectors of them.
type Input struct {
	Name   string
	Width  int
	Values []uint64
}

// New is a sweep without circuits.
func New(inputs []Input) *Sweep {
	const seed = 1 // of nets that nobody looks into
	s := &Sweep{
		g: newGraph(), inputs: map[string][]lit{}, classes: map[string][]lit{}, blocks: map[int32][]*block{},
		member: map[int32][]member{}, touched: map[*sum]bool{}, shut: map[int32]bool{},
	}
	s.sim.rng = rand.New(rand.NewSource(seed))
	s.sim.values = append(s.sim.values, values{})
	s.adders = adders{g: s.g, sums: map[[3]int32]lit{}, carry: map[[3]int32][]carry{}, found: s.adder}
	s.adders.cuts = append(s.adders.cuts, nil)
	s.reps = append(s.reps, zero)
	s.level = append(s.level, 0)
	s.g.added = func(n int32) {
		s.sim.add(s.g, n)
		s.reps = append(s.reps, lit(2*n))
		l := int32(0)
		if x := s.g.nodes[n]; x.kind != source {
			l = 1 + max(s.level[x.a.node()], s.level[x.b.node()])
		}
		s.level = append(s.level, l)
		s.adders.add(n)
	}
	for _, in := range inputs {
		var bits []lit
		for range in.Width {
			bits = append(bits, s.g.source())
		}
		s.sim.vectors(bits, in.Values)
		s.inputs[in.Name] = bits
	}
	sig, _ := s.sim.signature(zero)
	s.classes[sig] = []lit{zero}
	return s
}

func (s *Sweep) find(l lit) lit {
	r := s.reps[l.node()]
	if r.node() == l.node() {
		return l
	}
	r = s.find(r)
	s.reps[l.node()] = r
	return r ^ l.flip()
}

func (s *Sweep) adder(sum lit, leaves []lit, carry lit) {
	if s.inside {
		return
	}
	for _, l := range leaves {
		if l.node() >= min(sum.node(), carry.node()) {
			// Known only by what was merged: it would lead from one circuit to another.
			return
		}
	}
	b := &block{cell: fullAdder, sum: sum, carry: carry, of: leaves}
	b.outs.add(sum, 1)
	b.outs.add(carry, 2)
	for _, l := range leaves {
		b.ins.add(l, 1)
		b.level = max(b.level, s.level[l.node()])
	}
	b.order = b.level
	s.block(b)
}

func (s *Sweep) block(b *block) {
	for _, m := range b.outs.terms {
		s.blocks[m.node] = append(s.blocks[m.node], b)
	}
}

// Add takes a circuit in, of one output. gate says that it is no reference.
func (s *Sweep) Add(m *netlist.Module, gate bool) *Circuit {
	c := &Circuit{m: m, words: make([][]lit, len(m.Cells))}
	s.circuits = append(s.circuits, c)
	s.lost, s.gates = 0, gate
	for _, p := range m.Inputs {
		bits, ok := s.inputs[p.Name]
		if !ok || len(bits) != p.Width {
			panic("sweep: no input " + p.Name)
		}
		c.words[p.Value] = bits
	}
	c.cone = netlist.InCone(m, []netlist.Value{m.Outputs[0].Value})
	for i := 1; i < len(m.Cells); i++ {
		v := netlist.Value(i)
		if s.Stopped != nil && s.Stopped() {
			return c
		}
		if c.cone[v] && c.words[v] == nil {
			s.cell(c, v, gate)
		}
	}
	return c
}

// equal looks for a window in which l and r are equal, and asks the solver if it may.
func (s *Sweep) equal(l, r lit, ask bool) *window {
	w := s.g.same(l, r, maxLeaves, s.shut)
	if w == nil {
		w = s.g.same(l, r, maxLeaves, nil)
	}
	if w == nil && s.Solve != nil && ask {
		w = s.solved(l, r)
	}
	return w
}

// solved asks the solver where windows are too small.
func (s *Sweep) solved(l, r lit) *window {
	for _, shut := range []map[int32]bool{s.shut, nil} {
		w := s.g.whole(l, r, maxWhole, shut)
		if w == nil || s.lost >= s.mayLose() {
			return nil
		}
		x := writer{g: s.g}
		x.window(w)
		if s.Solve(x.text()) {
			w.solved = true
			return w
		}
		s.lost++
		if len(shut) == 0 {
			return nil
		}
	}
	return nil
}

// The solver is asked about windows of so many nodes, until so many were in vain.
const (
	maxWhole = 1500
	maxLost  = 40
)

// mayLose is less for a reference: what it lacks is found by sums, if at all.
func (s *Sweep) mayLose() int {
	if !s.gates {
		return maxLost / 8
	}
	return maxLost
}

func (s *Sweep) cell(c *Circuit, v netlist.Value, gate bool) {
	cell := &c.m.Cells[v]
	begin := int32(len(s.g.nodes))
	var args [3][]lit
	for k, a := range cell.Args[:cell.Op.Arity()] {
		args[k] = make([]lit, len(c.words[a]))
		for i, l := range c.words[a] {
			args[k][i] = s.find(l)
		}
	}
	var word []lit
	switch f := blasted[cell.Op]; {
	case cell.Op == netlist.OpConst:
		word = each(cell, func(i int) lit { return lit(cell.Aux >> i & 1) })
	case f != nil:
		s.inside = sums(cell.Op)
		word = f(s.g, cell, args[0], args[1], args[2])
		s.inside = false
	default:
		word = each(cell, func(int) lit { return s.g.source() })
	}
	c.words[v] = word
	if sums(cell.Op) {
		s.arithmetic(c, v, args, begin, gate)
	}
	for n := begin; n < int32(len(s.g.nodes)); n++ {
		s.merge(n, gate, sums(cell.Op))
	}
	for t := range s.touched {
		if sums(cell.Op) {
			s.aligned(t, word)
		} else {
			s.twins(t)
		}
	}
	clear(s.touched)
	if sums(cell.Op) {
		s.exactly(word)
	}
}

// maxSum is the widest word that is a sum of bits with coefficients of 64 bits.
const maxSum = 62

// sums reports whether op gives a sum of its operands.
func sums(op netlist.Op) bool { return op.IsSum() || op == netlist.OpNeg }

// arithmetic makes a block of an addition, and of a reference's a sum to find again.
func (s *Sweep) arithmetic(c *Circuit, v netlist.Value, args [3][]lit, begin int32, gate bool) {
	cell, word := &c.m.Cells[v], c.words[v]
	if cell.Width > maxSum {
		return
	}
	b := &block{cell: int(v), modulus: int(cell.Width)}
	b.outs.word(word, 1)
	switch cell.Op {
	case netlist.OpAdd:
		b.ins.word(args[0], 1)
		b.ins.word(args[1], 1)
	case netlist.OpSub:
		b.ins.word(args[0], 1)
		b.ins.word(args[1], -1)
	default:
		b.ins.word(args[0], -1)
	}
	for _, m := range b.ins.terms {
		b.level = max(b.level, s.level[m.node])
	}
	for n := begin; n < int32(len(s.g.nodes)); n++ {
		s.level[n] = b.level
	}
	for _, m := range b.outs.terms {
		if m.node >= begin {
			s.level[m.node] = b.level + 1
		}
	}
	b.order = b.level + 1<<20
	s.block(b)
	if gate {
		return
	}
	t := &sum{owner: c, bits: word, twin: make([]lit, len(word))}
	for i, l := range word {
		if l.node() != 0 {
			s.member[l.node()] = append(s.member[l.node()], member{t, i})
		}
		t.twin[i] = -1
	}
}

// merge looks for an earlier node that n is equal to.
func (s *Sweep) merge(n int32, gate, arithmetic bool) {
	s.Stats.Nodes++
	sig, flip := s.sim.signature(lit(2 * n))
	l := lit(2*n) ^ flip
	var equal []member
	for _, r := range s.classes[sig] {
		w := s.equal(l, r, gate || !arithmetic && s.Stats.Sums > 0)
		if w != nil {
			s.join(l, r)
			s.steps = append(s.steps, step{window: w})
			s.Stats.Windows++
			return
		}
		equal = append(equal, s.member[r.node()]...)
	}
	s.twin(l, equal)
	if len(s.classes[sig]) > 0 {
		s.Stats.Open++
	}
	s.classes[sig] = append(s.classes[sig], l)
}

// twin makes l the twin of the lowest bit that lacks one, in each sum of other circuits
// that has some of the given bits. Several bits may have the same values, such as copies
// of a sign that nobody knows to be copies.
func (s *Sweep) twin(l lit, equal []member) {
	lowest := map[*sum]int{}
	for _, m := range equal {
		if m.sum.owner == s.circuits[len(s.circuits)-1] || m.sum.twin[m.bit] >= 0 {
			continue
		}
		if at, ok := lowest[m.sum]; !ok || m.bit < at {
			lowest[m.sum] = m.bit
		}
	}
	for t, i := range lowest {
		b := s.find(t.bits[i])
		t.twin[i] = l ^ lit(s.sim.values[l.node()][0]^s.sim.values[b.node()][0])&1 ^ l.flip() ^ b.flip()
		s.touched[t] = true
	}
}

func (s *Sweep) join(l, r lit) {
	s.member[r.node()] = append(s.member[r.node()], s.member[l.node()]...)
	s.adders.join(l.node(), r.node(), l.flip() != r.flip())
	s.blocks[r.node()] = append(s.blocks[r.node()], s.blocks[l.node()]...)
	s.reps[l.node()] = r ^ l.flip()
	s.Stats.Merged++
}

// twins looks whether the bits that have a sum's values are that sum. A bit that nobody
// else has stands for itself. From where several bits have the same values, it is not
// known which is which, so that the bits below are tried, too.
func (s *Sweep) twins(t *sum) {
	w := min(len(t.bits))
	for w > 0 && t.twin[w-1] < 0 {
		w--
	}
	clear := 0
	for clear < w-1 && s.sim.values[s.find(t.bits[clear]).node()] != s.sim.values[s.find(t.bits[clear+1]).node()] {
		clear++
	}
	twin := slices.Clone(t.twin[:w])
	for i := range twin {
		if twin[i] < 0 {
			twin[i] = t.bits[i]
		}
	}
	if !s.summed(t, twin) && clear+1 < w {
		s.summed(t, twin[:clear+1])
	}
}

// aligned looks whether the low bits of a word are a sum's.
func (s *Sweep) aligned(t *sum, word []lit) {
	w := 0
	for w < min(len(word), len(t.bits)) && s.sim.of(s.find(word[w])) == s.sim.of(s.find(t.bits[w])) {
		w++
	}
	s.summed(t, word[:w])
}

// summed makes bits those of a sum if they are, which rewriting shows.
func (s *Sweep) summed(t *sum, bits []lit) bool {
	open := false
	var ours, theirs form
	for i, l := range bits {
		l, b := s.find(l), s.find(t.bits[i])
		open = open || l != b
		ours.add(l, 1<<i)
		theirs.add(b, 1<<i)
	}
	if !open {
		return true
	}
	// Each side by itself: bits that both have would cancel out, and leave a part of an
	// adder's word that is no longer one.
	x, y := s.rewritten(&ours, len(bits)), s.rewritten(&theirs, len(bits))
	if x.c != y.c || !maps.Equal(x.coefs, y.coefs) {
		return false
	}
	if !s.adding(x) || !s.adding(y) {
		return false
	}
	s.steps = append(s.steps, step{identity: x.identity(y, ours.found(s.find), theirs.found(s.find))})
	for i, l := range bits {
		l, b := s.find(l), s.find(t.bits[i])
		if l.node() < b.node() {
			l, b = b, l
		}
		if l != b {
			s.join(l, b)
		}
		s.shut[b.node()] = true
	}
	s.Stats.Sums++
	return true
}

// adding shows that the full and half adders of a rewriting are some.
func (s *Sweep) adding(r *rewriting) bool {
	for _, u := range r.used {
		if u.cell != fullAdder || u.shown {
			continue
		}
		var third lit
		if len(u.of) == 3 {
			third = u.of[2]
		}
		sum, carry := s.g.full(u.of[0], u.of[1], third)
		for _, pair := range [][2]lit{{u.sum, sum}, {u.carry, carry}} {
			if pair[0] == pair[1] {
				continue
			}
			w := s.equal(pair[0], pair[1], true)
			if w == nil {
				return false
			}
			s.steps = append(s.steps, step{window: w})
		}
		u.shown = true
	}
	return true
}

func (s *Sweep) rewritten(f *form, width int) *rewriting {
	r := &rewriting{width: width, coefs: map[int32]int64{}, seen: map[*block]bool{}, taken: map[*block]int{}, by: s.blocks, find: s.find, level: s.level}
	r.add(f, 1)
	r.rewrite()
	return r
}

// Outputs says for each bit of the output of a and b, lowest first, whether they are
// shown to be equal. Each module has one output, of one width.
func (s *Sweep) Outputs(a, b *Circuit) []bool {
	x, y := a.words[a.m.Outputs[0].Value], b.words[b.m.Outputs[0].Value]
	same := make([]bool, len(x))
	for i := range x {
		l, r := s.find(x[i]), s.find(y[i])
		if l.node() < r.node() {
			l, r = r, l
		}
		if l != r && s.sim.of(l) == s.sim.of(r) {
			if w := s.equal(l, r, true); w != nil {
				s.join(l, r)
				s.steps = append(s.steps, step{window: w})
			}
		}
		same[i] = s.find(x[i]) == s.find(y[i])
	}
	return same
}

// Claims are queries in QF_BV. If none has a model, and none of Sums, all that was merged is
// equal, as long as cells are what Rules says. A window is a claim for all values of its leaves. Small ones
// share a query. All values of the leaves were tried for those of tried; those of asked are
// what Solve said.
func (s *Sweep) Claims() (tried, asked []string) {
	const most = 4000 // nodes
	w, nodes := writer{g: s.g}, 0
	flush := func() {
		if nodes > 0 {
			tried = append(tried, w.text())
		}
		w, nodes = writer{g: s.g}, 0
	}
	for _, x := range s.steps {
		if x.window == nil {
			continue
		}
		if x.window.solved {
			alone := writer{g: s.g}
			alone.window(x.window)
			asked = append(asked, alone.text())
			continue
		}
		if nodes > most {
			flush()
		}
		w.window(x.window)
		nodes += len(x.window.cone) + 1
	}
	flush()
	return tried, asked
}
