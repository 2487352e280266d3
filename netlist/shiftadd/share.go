package shiftadd

import (
	"strconv"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// plan has the sums of two inputs that a layer computes once.
//
// Candidates are only the j-th terms of neighbouring taps 2i and 2i+1. With a window of a
// few exponents, two taps can combine in a few dozen ways at most. So among hundreds of
// channels most pairs occur more than once. A search over all pairs of taps would cost
// the square of the fan-in per channel and gain little.
type plan struct {
	pairs []pair
	index map[pairKey]int
}

// pairKey identifies x_lo ± (x_hi << shift) over taps 2·slot and 2·slot+1 of a
// group.
type pairKey struct {
	group, slot int
	swapped     bool // the higher tap is the one that is not shifted
	shift       int
	minus       bool
}

// pair is a shared term s<id>. Its word lacks the constant `missing`, the carry
// of an inverted operand, which every channel adds to its own bias.
type pair struct {
	id      int
	key     pairKey
	lo, hi  string // ports
	r       spec.Range
	missing int64
}

func (p pair) name() string { return "s" + strconv.Itoa(p.id) }

// use is a channel's use of a pair: code is the weight of the pair as a whole.
type use struct {
	pair int
	code spec.Code
}

// cover is a channel's uses, by slot and term.
type cover struct {
	perWeight int
	uses      []use
}

// at is the pair that covers term j of tap t.
func (c cover) at(t, j int) (use, bool) {
	i := t/2*c.perWeight + j
	if i >= len(c.uses) || c.uses[i].code == 0 {
		return use{}, false
	}
	return c.uses[i], true
}

// keyOf is the key of two non-zero codes, and the weight of the pair.
func keyOf(group, slot int, a, b spec.Code) (pairKey, spec.Code) {
	k := pairKey{group: group, slot: slot, minus: a.Sign() != b.Sign()}
	k.shift = b.Shift() - a.Shift()
	if k.shift < 0 {
		k.shift, k.swapped = -k.shift, true
		return k, b
	}
	return k, a
}

func groupOf(l *spec.Layer, oc int) int {
	conv := l.Op.(*spec.Conv)
	return oc / (conv.OutC / conv.Groups)
}

// planPairs shares every pair that is used at least twice. It is nil if there is none.
func planPairs(l *spec.Layer, o Options) *plan {
	conv := l.Op.(*spec.Conv)
	if constant(l.InRange(0)) {
		return nil
	}
	p := &plan{index: map[pairKey]int{}}
	count := map[pairKey]int{}
	each := func(f func(oc, t int, k pairKey)) {
		for oc := range conv.OutC {
			for t := 0; t+1 < l.Taps(); t += 2 {
				x, y := l.Weight(oc, t), l.Weight(oc, t+1)
				for j := range min(len(x), len(y)) {
					k, _ := keyOf(groupOf(l, oc), t/2, x[j], y[j])
					f(oc, t, k)
				}
			}
		}
	}
	each(func(_, _ int, k pairKey) { count[k]++ })
	each(func(oc, t int, k pairKey) {
		if _, known := p.index[k]; known || count[k] < 2 {
			return
		}
		s := pair{id: len(p.pairs), key: k, lo: TapName(l, oc, t), hi: TapName(l, oc, t+1)}
		if k.swapped {
			s.lo, s.hi = s.hi, s.lo
		}
		x := l.InRange(0)
		hi := times(x, 1<<k.shift)
		if k.minus {
			hi = minus(hi)
			if o.Subtract == InvertCarry {
				s.missing = 1 << k.shift
			}
		}
		s.r = plus(plus(x, hi), spec.Range{Lo: -s.missing, Hi: -s.missing})
		p.index[k] = s.id
		p.pairs = append(p.pairs, s)
	})
	if len(p.pairs) == 0 {
		return nil
	}
	return p
}

// cover finds the pairs that output channel oc takes.
func (p *plan) cover(l *spec.Layer, oc int) cover {
	if p == nil {
		return cover{}
	}
	n := l.Op.(*spec.Conv).PerWeight()
	c := cover{n, make([]use, l.Taps()/2*n)}
	for slot := range l.Taps() / 2 {
		x, y := l.Weight(oc, 2*slot), l.Weight(oc, 2*slot+1)
		for j := range min(len(x), len(y)) {
			k, code := keyOf(groupOf(l, oc), slot, x[j], y[j])
			if id, ok := p.index[k]; ok {
				c.uses[slot*n+j] = use{id, code}
			}
		}
	}
	return c
}

// Shared builds the module of the terms that several channels of a convolution share. Its
// inputs are like those of a channel, its outputs s0, s1, …. Each output has the width of
// its interval, whatever Options.Widths, since channels have different accumulators.
// Shared is nil if nothing is shared.
func (g *Generator) Shared() *netlist.Module {
	if g.shared == nil {
		return nil
	}
	b := g.builder(g.l.Name+"_shared", 5*len(g.shared.pairs))
	b.m.Doc = g.sharedDoc()
	ports := map[string]word{}
	port := func(name string) word {
		w, ok := ports[name]
		if !ok {
			w = g.input(b, 0, name)
			ports[name] = w
		}
		return w
	}
	for _, s := range g.shared.pairs {
		lo := port(s.lo)
		hi, _ := b.leaf(port(s.hi), s.key.shift, s.key.minus)
		sum := b.add(lo, hi)
		b.m.Output(s.name(), b.m.Label(sum.v, s.name()))
	}
	return b.m
}
