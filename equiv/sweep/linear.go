package sweep

import (
	"container/heap"
	"maps"
	"slices"
)

// block is a sum of bits: the weighted sum of outs is that of ins, modulo 2^modulus, or
// exactly where that is 0. Nodes stand for the integers 0 and 1.
type block struct {
	outs, ins  form
	modulus    int
	level      int32 // the highest of a node of ins
	order      int32 // blocks of higher order are taken first
	cell       int   // that it is, or fullAdder or noCell
	sum, carry lit   // of an adder, and its operands
	of         []lit
	shown      bool // that it is one
	bounded    *bounded
}

// Blocks that are no cell.
const (
	fullAdder = -1 // or half adder
	noCell    = -2
)

// form is a sum of nodes with coefficients, and a constant.
type form struct {
	terms []monomial // by ascending node
	c     int64
}

type monomial struct {
	node int32
	coef int64
}

func (f *form) add(l lit, coef int64) {
	if l.flip() == 1 {
		f.c += coef
		coef = -coef
	}
	if l.node() == 0 {
		return
	}
	at, there := slices.BinarySearchFunc(f.terms, l.node(), func(m monomial, n int32) int { return int(m.node - n) })
	if there {
		f.terms[at].coef += coef
		return
	}
	f.terms = slices.Insert(f.terms, at, monomial{l.node(), coef})
}

// word is the number that bits stand for.
func (f *form) word(bits []lit, coef int64) {
	for i, l := range bits {
		f.add(l, coef<<i)
	}
}

// found is f over the representatives of its nodes.
func (f *form) found(find func(lit) lit) *form {
	same := true
	for _, m := range f.terms {
		if find(lit(2*m.node)) != lit(2*m.node) {
			same = false
			break
		}
	}
	if same {
		return f
	}
	g := &form{c: f.c}
	coefs := make(map[int32]int64, len(f.terms))
	for _, m := range f.terms {
		l := find(lit(2 * m.node))
		if l.flip() == 1 {
			g.c += m.coef
			m.coef = -m.coef
		}
		coefs[l.node()] += m.coef
	}
	delete(coefs, 0)
	for _, n := range slices.Sorted(maps.Keys(coefs)) {
		g.terms = append(g.terms, monomial{n, coefs[n]})
	}
	return g
}

// use is a block that a rewriting takes, so many times, with its bits as they were then
// known.
type use struct {
	*block
	outs, ins *form
	times     int64
}

// maxTaken is how often a rewriting may take one block.
const maxTaken = 32

// rewriting is a form modulo 2^width in which the outs of blocks are replaced.
type rewriting struct {
	width int
	coefs map[int32]int64
	c     int64
	todo  queue
	seen  map[*block]bool
	taken map[*block]int // how often each was used
	used  []use
	by    map[int32][]*block
	find  func(lit) lit
	level []int32
}

type queue []*block

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].order > q[j].order }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(*block)) }
func (q *queue) Pop() any {
	old := *q
	x := old[len(old)-1]
	*q = old[:len(old)-1]
	return x
}

func (r *rewriting) reduced(x int64) int64 {
	if r.width >= 64 {
		return x
	}
	return x & (1<<r.width - 1)
}

func (r *rewriting) add(f *form, times int64) {
	f = f.found(r.find)
	for _, m := range f.terms {
		v := r.reduced(r.coefs[m.node] + times*m.coef)
		if v == 0 {
			delete(r.coefs, m.node)
			continue
		}
		r.coefs[m.node] = v
		for _, b := range r.by[m.node] {
			if !r.seen[b] {
				r.seen[b] = true
				heap.Push(&r.todo, b)
			}
		}
	}
	r.c = r.reduced(r.c + times*f.c)
}

// rewrite replaces what sums are known of, the latest first.
//
// Nodes that were found equal may have made a circle of blocks. So each is taken a few times
// at most, and what then is left is not shown to be 0.
func (r *rewriting) rewrite() {
	for r.todo.Len() > 0 && len(r.coefs) > 0 {
		b := heap.Pop(&r.todo).(*block)
		// It may fit later, when more users of its outs are replaced.
		delete(r.seen, b)
		times, ok := r.times(b)
		if !ok {
			continue
		}
		// Blocks that are each other's ins would go round for ever.
		if r.taken[b]++; r.taken[b] > maxTaken {
			continue
		}
		u := use{b, b.outs.found(r.find), b.ins.found(r.find), times}
		r.used = append(r.used, u)
		r.add(u.outs, -times)
		r.add(u.ins, times)
	}
}

// times is how often b's outs are in the form: all of them, as often. An out of a word
// that is one of its ins as well, such as the lowest bit of a negation, may be there
// for other reasons.
func (r *rewriting) times(b *block) (times int64, ok bool) {
	outs := b.outs.found(r.find)
	for _, exact := range []bool{false, true} {
		for _, m := range outs.terms {
			if b.modulus != 0 && r.level[m.node] <= b.level {
				continue
			}
			switch {
			case exact && r.reduced(times*m.coef) != r.coefs[m.node]:
				return 0, false
			case !exact && times == 0 && m.coef != 0:
				times = r.quotient(r.coefs[m.node], m.coef)
			}
		}
		if times == 0 {
			return 0, false
		}
	}
	return times, b.modulus == 0 || r.reduced(times<<b.modulus) == 0
}

// quotient is the factor that makes b the coefficient a, of least magnitude; 0: none.
func (r *rewriting) quotient(a, b int64) int64 {
	if r.width < 64 && a >= 1<<(r.width-1) {
		a -= 1 << r.width
	}
	if a%b != 0 {
		return 0
	}
	return a / b
}
