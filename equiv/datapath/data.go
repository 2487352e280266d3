package datapath

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/equiv/unroll"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
)

// data is the words of a run: variables, or, with values, constants. So the same code
// does symbolic and concrete runs.
type data struct {
	g      *unroll.Graph
	t      *golden.Terms
	k      *known
	words  []datum
	powers []datum              // words that no rule determines
	values values               // nil: symbolic
	cuts   map[golden.Term]bool // terms that have a cut; nil: none may have
}

// datum is a word of the data.
type datum struct {
	name   string
	width  int
	signed bool
	net    netlist.Value
}

// values gives a word its bits.
type values func(name string, width int) uint64

func newData(name string, v values, cutting bool) *data {
	var cuts map[golden.Term]bool
	if cutting {
		cuts = map[golden.Term]bool{}
	}
	d := &data{g: unroll.NewGraph(name), t: golden.NewTerms(), values: v, cuts: cuts}
	d.k = newKnown(d.g, d.t)
	return d
}

// word is a new word of the data, which is a number: its net and its term.
func (d *data) word(name string, width int, signed bool) (netlist.Value, golden.Term) {
	term := d.t.Var(len(d.words))
	var net netlist.Value
	if d.values != nil {
		net = d.g.Const(width, d.values(name, width))
	} else {
		net = d.g.Input(name, width)
		d.k.add(word(net, term, width, signed))
	}
	d.words = append(d.words, datum{name, width, signed, net})
	return net, term
}

// cut replaces the net of a claim by a new variable, which equals the term once the
// claim is proved. It returns the net to use from then on: the same one if the data are
// concrete or a cut has no benefit.
func (d *data) cut(c *claim) netlist.Value {
	net := c.link.net
	op := d.g.M.Cells[net].Op
	if d.cuts == nil || d.cuts[c.link.term] || op == netlist.OpInput || op == netlist.OpConst {
		return net
	}
	d.cuts[c.link.term] = true
	c.cut = d.g.Input(c.name, d.g.M.Width(net))
	return c.cut
}

// unknown is a word that no rule determines.
func (d *data) unknown(name string, width int) netlist.Value {
	if d.values != nil {
		v := d.g.Const(width, d.values(name, width))
		d.powers = append(d.powers, datum{name, width, false, v})
		return v
	}
	v := d.g.Undef(width, netlist.UndefX, name)
	d.powers = append(d.powers, datum{name, width, false, v})
	return v
}

// machine is a circuit at power-up.
func (d *data) machine(m *netlist.Module) *unroll.Machine {
	x := unroll.NewMachine(m, d.g)
	x.Start(d.unknown)
	return x
}

// named are the values of a solver's model by the names of the data; others are 0.
func (d *data) named(q *question, model map[string]*big.Int) values {
	byNet := map[netlist.Value]uint64{}
	for _, v := range q.read {
		if b, ok := model[v.name]; ok && b.IsUint64() {
			byNet[v.net] = b.Uint64()
		}
	}
	byName := map[string]uint64{}
	for _, w := range slices.Concat(d.words, d.powers) {
		byName[w.name] = byNet[w.net]
	}
	return func(name string, width int) uint64 { return byName[name] }
}

// drawn are values at random, a third of them at the ends of their range, from a
// seed that a trace prints.
func drawn(seed uint64) values {
	rng := rand.New(rand.NewPCG(seed, 0))
	drawn := map[string]uint64{}
	return func(name string, width int) uint64 {
		if _, ok := drawn[name]; !ok {
			v := rng.Uint64()
			if top := uint64(1) << (width - 1); rng.IntN(3) == 0 {
				v = []uint64{0, 1, top - 1, top, top + 1, ^uint64(0)}[rng.IntN(6)]
			}
			drawn[name] = v & (^uint64(0) >> (64 - width))
		}
		return drawn[name]
	}
}

// numbers are the words of a concrete run as integers, in the order of the model's
// variables.
func (d *data) numbers() []int64 {
	xs := make([]int64, len(d.words))
	for i, w := range d.words {
		k, ok := d.g.Known(w.net)
		if !ok {
			panic("datapath: " + w.name + " of a concrete run has no value")
		}
		xs[i] = number(k, w.width, w.signed)
	}
	return xs
}

// number reads bits as an integer.
func number(bits uint64, width int, signed bool) int64 {
	if s := 64 - width; signed {
		return int64(bits<<s) >> s
	}
	return int64(bits)
}

// print lists the data of a concrete run, and what is not 0 of the words that no
// rule determines.
func (d *data) print(b *strings.Builder) {
	xs := d.numbers()
	for i, w := range d.words {
		fmt.Fprintf(b, "  %s = %d\n", w.name, xs[i])
	}
	for _, w := range d.powers {
		if k, _ := d.g.Known(w.net); k != 0 {
			fmt.Fprintf(b, "  %s = 0x%x\n", w.name, k)
		}
	}
}
