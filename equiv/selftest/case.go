package selftest

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/fuzz/mutant"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
)

// Change is what was done to a generated circuit.
type Change string

// The changes.
const (
	Kept      Change = "as generated"
	Rewritten Change = "rewritten" // built otherwise, same function
	Faulty    Change = "changed"   // by a fault of the catalogue, which may not show
	Pipelined Change = "pipelined" // any of these, with registers, and often with one too many
	Own       Change = "own text"  // another circuit: Verilog in somebody's style, often with a fault
)

// Changes lists them.
func Changes() []Change { return []Change{Kept, Rewritten, Faulty, Pipelined, Own} }

// Case is a compare point of which all inputs can be tried.
type Case struct {
	Seed   uint64
	Net    *spec.Network
	Layer  *spec.Layer
	Unit   shiftadd.Unit
	Knobs  shiftadd.Options
	Change Change
	What   string // the change in words
	Gate   *netlist.Module
	Whole  *netlist.Module // before the change
	Text   string          // of a case with own Verilog, in place of Gate
}

// maxBits bounds the inputs of a case. One of wideRate cases has a single input, of up to
// wideBits: tails are tried in blocks, and more than one block has edges.
const (
	maxBits  = 12
	wideBits = 14
	wideRate = 50
	// Registers are in one of pipeRate cases, and one of ownRate is Verilog, which Yosys reads
	// and Icarus simulates: that takes as long as twenty other cases.
	pipeRate = 8
	ownRate  = 500
)

// block is how many values of a tail package equiv tries at a time. The values at the edges
// of blocks are drawn as often as all others.
const block = 4096

// draw makes the case of a seed. Equal seeds make equal cases.
func draw(seed uint64) (*Case, error) {
	rng := rand.New(rand.NewPCG(seed, 0x5e1f7e57))
	c := &Case{Seed: seed}
	wide := rng.IntN(wideRate) == 0
	for c.Net == nil {
		if wide {
			c.Net = wideNetwork(rng)
		} else {
			c.Net = network(rng)
		}
		if c.Net.Validate() != nil {
			c.Net = nil // drawn formats may not hold what they are asked to
		}
	}
	c.Layer = c.Net.Layers[len(c.Net.Layers)-1]
	acc := spec.Accumulator{}
	if conv, ok := c.Layer.Op.(*spec.Conv); ok {
		acc = conv.Acc
	}
	all := shiftadd.Combinations()
	for c.Knobs = all[rng.IntN(len(all))]; shiftadd.Check(acc, c.Knobs) != nil; {
		c.Knobs = all[rng.IntN(len(all))]
	}
	g, err := shiftadd.New(c.Layer, c.Knobs)
	if err != nil {
		return nil, err
	}
	units := g.Modules()
	for c.Unit = units[rng.IntN(len(units))]; c.Unit.Kind == shiftadd.KindShared; {
		c.Unit = units[rng.IntN(len(units))]
	}
	c.Gate = g.Module(c.Unit)
	if shared := g.Shared(); shared != nil && takes(c.Gate, shared) {
		if c.Gate, err = netlist.Link(c.Gate, shared); err != nil {
			return nil, err
		}
	}
	c.Change, c.Whole = Kept, c.Gate
	if rng.IntN(ownRate) == 0 {
		return c, c.own(rng)
	}
	c.change(rng, wide)
	if rng.IntN(pipeRate) == 0 {
		c.pipeline(rng)
	}
	return c, nil
}

// change plants a fault, or builds the circuit otherwise, or leaves it.
func (c *Case) change(rng *rand.Rand, wide bool) {
	n := rng.IntN(8)
	if wide && n < 6 || n == 7 {
		if gate, u, ok := c.otherAt(rng); ok {
			c.Gate, c.Change, c.What = gate, Faulty, fmt.Sprintf("another output for u = %d", u)
			return
		}
	}
	switch {
	case n >= 3:
		if faults := mutant.Faults(c.Gate); len(faults) > 0 {
			f := faults[rng.IntN(len(faults))]
			c.Gate, c.Change, c.What = f.Apply(), Faulty, f.String()
		}
	case n >= 1:
		c.Gate, c.What = rewrite(rng, c.Gate)
		c.Change = Rewritten
	}
}

// otherAt is the circuit with another output where the sum before the tail has one value u:
// an end of its interval, the edge of a block, or any. ok is false where there is no tail.
func (c *Case) otherAt(rng *rand.Rand) (m *netlist.Module, u int64, ok bool) {
	q := c.question(c.Whole)
	s := q.Settle()
	p := s.Certificate(q, c.Unit.Name)
	if p == nil || len(p.Cuts) == 0 || p.Hi-p.Lo >= 1<<20 {
		return nil, 0, false
	}
	n := p.Hi - p.Lo + 1
	switch blocks := (n - 1) / block; {
	case blocks > 0 && rng.IntN(2) == 0:
		u = p.Lo + (1+rng.Int64N(blocks))*block - rng.Int64N(2)
	case rng.IntN(2) == 0:
		u = pick(rng, []int64{p.Lo, p.Hi})
	default:
		u = p.Lo + rng.Int64N(n)
	}
	out := c.Whole.Outputs[0]
	cut := p.Cuts[rng.IntN(len(p.Cuts))]
	if netlist.Value(cut.Net) == out.Value {
		return nil, 0, false
	}
	m, values := netlist.Cone(c.Whole, []netlist.Value{out.Value, netlist.Value(cut.Net)})
	y, at := values[out.Value], m.Slice(values[netlist.Value(cut.Net)], 0, cut.Width)
	delete(m.Names, y)
	m.Outputs = nil
	is := m.Eq(at, m.Const(cut.Width, cut.Mul*u+cut.Add))
	if w := m.Width(y); w > 1 {
		is = m.Zext(is, w)
	}
	m.Output(out.Name, m.Xor(y, is))
	return m, u, m.Check() == nil
}

// takes reports whether m has an input that shared provides.
func takes(m, shared *netlist.Module) bool {
	for _, in := range m.Inputs {
		for _, out := range shared.Outputs {
			if in.Name == out.Name {
				return true
			}
		}
	}
	return false
}

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }

func format(rng *rand.Rand, most int) spec.Format {
	f := spec.Format{Signed: rng.IntN(2) == 0, Width: 1 + rng.IntN(most), Frac: rng.IntN(6) - 1}
	if f.Signed {
		f.Width = max(f.Width, 2)
	}
	return f
}

// wideNetwork is a network of one layer whose hardware has one input of many bits.
func wideNetwork(rng *rand.Rand) *spec.Network {
	n := network(rng)
	l := n.Layers[0]
	n.Input.Format = spec.Format{Signed: rng.IntN(2) == 0, Width: maxBits + 1 + rng.IntN(wideBits-maxBits), Frac: rng.IntN(6)}
	n.Input.Shape = spec.Shape{C: 1, H: 1, W: 1}
	c := conv(rng, 1)
	if rng.IntN(4) > 0 {
		// Every integer of the sum's interval is one for some input.
		clear(c.Codes)
		for oc := range c.OutC {
			c.Codes[oc*c.PerWeight()] = spec.Code(1 - 2*rng.IntN(2))
		}
		c.Acc = spec.Accumulator{}
	}
	l.Inputs, l.Op = []string{spec.InputName}, c
	return n
}

// network is a network of one layer with few bits of input.
func network(rng *rand.Rand) *spec.Network {
	in := format(rng, 4)
	l := &spec.Layer{Name: "l", Inputs: []string{spec.InputName}, Out: spec.Requant{
		Format: format(rng, 6), Rounding: pick(rng, spec.Roundings()), Overflow: pick(rng, spec.Overflows()),
	}}
	if rng.IntN(3) == 0 {
		r := l.Out.Format.Range()
		a, b := r.Lo+rng.Int64N(r.Hi-r.Lo+1), r.Lo+rng.Int64N(r.Hi-r.Lo+1)
		l.Out.Clamp = &spec.Range{Lo: min(a, b), Hi: max(a, b)}
	}
	shape := spec.Shape{C: 1, H: 2, W: 2}
	taps := maxBits / in.Width
	switch rng.IntN(9) {
	case 0: // of one format, or of two
		second := spec.InputName
		if rng.IntN(2) == 0 {
			second = "p"
		}
		l.Op, l.Inputs = &spec.Add{}, []string{spec.InputName, second}
	case 8:
		l.Op, l.Inputs = &spec.Concat{}, []string{spec.InputName, "p"}
	case 1:
		l.Op = &spec.Pool{Recip: 1 + rng.Int64N(9), RecipFrac: 2 + rng.IntN(4)}
	case 2:
		w := spec.Window{Kernel: [2]int{1, 1 + min(taps, 3)/2}, Stride: [2]int{1, 1}}
		if rng.IntN(2) == 0 {
			l.Op = &spec.AvgPool{Window: w, Recip: 1 + rng.Int64N(9), RecipFrac: 2 + rng.IntN(4)}
		} else {
			l.Op = &spec.MaxPool{Window: w}
		}
	case 3:
		shape.C, l.Op = 3, &spec.Split{First: rng.IntN(2), Count: 1}
	default:
		n := 1 + rng.IntN(min(taps, 6))
		c := conv(rng, n)
		shape = spec.Shape{C: n, H: 1, W: 1}
		switch {
		case rng.IntN(4) == 0: // a window
			shape = spec.Shape{C: 1, H: 1, W: n}
			c.Kernel = [2]int{1, n}
		case rng.IntN(4) == 0: // a group for each output
			shape.C, c.Groups = n*c.OutC, c.OutC
		}
		l.Op = c
	}
	n := &spec.Network{Name: "n", Input: spec.Input{Shape: shape, Format: in}, Layers: []*spec.Layer{l}}
	if slices.Contains(l.Inputs, "p") { // the input in another format
		p := &spec.Layer{Name: "p", Inputs: []string{spec.InputName}, Op: same(shape.C), Out: spec.Requant{
			Format: format(rng, maxBits-in.Width), Rounding: pick(rng, spec.Roundings()), Overflow: pick(rng, spec.Overflows()),
		}}
		n.Layers = []*spec.Layer{p, l}
	}
	return n
}

// same is a convolution that gives its input.
func same(channels int) *spec.Conv {
	c := &spec.Conv{OutC: channels, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: channels, Bits: 4, Terms: 1}
	for range channels {
		c.Codes, c.Base, c.Bias = append(c.Codes, spec.Code(1)), append(c.Base, 0), append(c.Bias, 0)
	}
	return c
}

func conv(rng *rand.Rand, taps int) *spec.Conv {
	c := &spec.Conv{OutC: 2, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 4, Terms: 1 + rng.IntN(2)}
	for range c.OutC {
		base := int32(rng.IntN(4) - 2)
		for range taps {
			c.Codes = append(c.Codes, weight(rng, c.PerWeight())...)
		}
		c.Base = append(c.Base, base)
		c.Bias = append(c.Bias, int32(rng.IntN(41)-20))
	}
	switch rng.IntN(5) {
	case 0:
		c.Acc = spec.Accumulator{Mode: spec.AccWrap, Width: 4 + rng.IntN(6)}
	case 1:
		c.Acc = spec.Accumulator{Mode: spec.AccSaturate, Width: 4 + rng.IntN(6)}
	}
	if rng.IntN(5) == 0 {
		c.Acc.Drop, c.Acc.Order = 1+rng.IntN(2), pick(rng, spec.TermOrders())
	}
	return c
}

// weight is one weight in n codes: canonical signed digits, the largest first.
func weight(rng *rand.Rand, n int) []spec.Code {
	codes := make([]spec.Code, n)
	if n == 1 {
		codes[0] = spec.Code(rng.IntN(13) - 6)
		return codes
	}
	copy(codes, spec.Spell(rng.Int64N(25) - 12)[:])
	return codes
}

// question is the compare point that the engines decide, about the case's circuit or
// about the one before the change.
func (c *Case) question(gate *netlist.Module) *equiv.Question {
	return equiv.NewQuestion(equiv.ModelOf(c.Layer, c.Unit), gate)
}
