package stream

import (
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/words"
)

// chip is the top level as it was read: how the blocks hang together.
type chip struct {
	mp  *stream.Map
	net wires
	// feeds is, by block and input, the stream that comes in there; takers, by block
	// and output, who takes it.
	feeds  [][]end
	takers [][]end
	width  int     // of the design's input
	widths [][]int // by block and output
	beats  []int   // by block: items that it gives of a frame; see carried
	signed bool    // features have a sign
	ends   []end   // who feeds the programmable heads, or the last stream
}

// end is one side of a block: block index, or outside, and which stream of it.
type end struct{ block, stream int }

const (
	outside = -1 // of the design
	toHead  = -2
	nobody  = -3
)

// every says for a block of how many frames it gets one in a round of its own control: a
// deal has a round for each turn.
func (c *chip) every(i int) int {
	if b := &c.mp.Blocks[i]; b.Kind == stream.KindDeal {
		return len(b.Outs)
	}
	if from := c.feeds[i][0].block; from >= 0 && c.mp.Blocks[from].Kind == stream.KindDeal {
		return len(c.mp.Blocks[from].Outs)
	}
	return 1
}

// wires is a netlist that should be nothing but wiring between cuts.
type wires struct {
	m    *netlist.Module
	cuts []rtl.Cut
}

// origin follows wiring to the bit that drives b: an input, a cut's output, or a
// constant. Anything that computes is where it ends.
func (w *wires) origin(b bit) bit {
	for {
		cell := &w.m.Cells[b.v]
		a := cell.Args[0]
		switch cell.Op {
		case netlist.OpSlice:
			b = bit{a, b.at + uint8(cell.Aux)}
		case netlist.OpConcat:
			if n := uint8(w.m.Width(a)); b.at >= n {
				b = bit{cell.Args[1], b.at - n}
			} else {
				b = bit{a, b.at}
			}
		case netlist.OpSext, netlist.OpZext:
			n := uint8(w.m.Width(a))
			if b.at >= n && cell.Op == netlist.OpZext {
				return b
			}
			b = bit{a, min(b.at, n-1)}
		default:
			return b
		}
	}
}

func (w *wires) zero(b bit) bool {
	cell := &w.m.Cells[b.v]
	if cell.Op == netlist.OpZext {
		return true // a bit above: origin ends nowhere else on one
	}
	k, ok := w.m.ConstOf(b.v)
	return ok && k>>b.at&1 == 0
}

func (w *wires) bits(vs []netlist.Value) (bs []bit) {
	for _, v := range vs {
		for i := range w.m.Width(v) {
			bs = append(bs, bit{v, uint8(i)})
		}
	}
	return bs
}

// origins follows each bit of a port to what drives it.
func (w *wires) origins(vs []netlist.Value) []bit {
	bs := w.bits(vs)
	for i := range bs {
		bs[i] = w.origin(bs[i])
	}
	return bs
}

func (w *wires) cut(path string) *rtl.Cut {
	for i := range w.cuts {
		if w.cuts[i].Path == path {
			return &w.cuts[i]
		}
	}
	return nil
}

func port(ports []rtl.CutPort, name string) []netlist.Value {
	for _, p := range ports {
		if p.Name == name {
			return p.Fields
		}
	}
	return nil
}

// offer is a stream as the one who offers it drives it, and as he sees its ready.
type offer struct {
	who                      string
	valid, data, first, last []bit
	ready                    []bit // what drives the ready that he sees
}

// demand is a stream as the one who takes it sees it, and drives its ready.
type demand struct {
	who                      string
	valid, data, first, last []bit // what drives them
	ready                    []bit
	head                     bool // it is a programmable head
}

// wire reads the top level back.
func wire(d *rtl.Design, mp *stream.Map, net *spec.Network) (*chip, error) {
	var paths []string
	for i := range mp.Blocks {
		paths = append(paths, mp.Blocks[i].Instance)
	}
	for _, h := range mp.Heads {
		paths = append(paths, h.Instance)
	}
	m, cuts, err := d.ModuleWithCuts(mp.Top, paths...)
	if err != nil {
		return nil, unsupported{err}
	}
	c := &chip{mp: mp, net: wires{m, cuts}, widths: make([][]int, len(mp.Blocks))}
	for _, l := range net.Layers {
		if _, dense := l.Op.(*spec.Dense); !dense {
			c.signed = l.Out.Format.Signed
		}
	}
	if len(m.Regs) > 0 {
		return nil, fmt.Errorf("the top level has a register of its own, %s, which belongs to no block of the map", m.Regs[0].Name)
	}
	for i := range cuts {
		if cuts[i].Module == "" {
			return nil, fmt.Errorf("the top level has a memory of its own, %s, which belongs to no block of the map", cuts[i].Path)
		}
		for _, name := range []string{mp.Clock, mp.ResetN} {
			if err := c.through(&cuts[i], name); err != nil {
				return nil, err
			}
		}
	}
	var offers []offer
	var at []end
	offers = append(offers, c.entering())
	c.width = len(offers[0].data)
	at = append(at, end{outside, 0})
	c.feeds, c.takers = make([][]end, len(mp.Blocks)), make([][]end, len(mp.Blocks))
	for i := range mp.Blocks {
		b := &mp.Blocks[i]
		cut := c.net.cut(b.Instance)
		if cut.Module != b.Module {
			return nil, fmt.Errorf("instance %s is a %s, the map says %s", b.Instance, cut.Module, b.Module)
		}
		for j := range b.Outs {
			offers = append(offers, c.offered(cut, &b.Outs[j]))
			at = append(at, end{i, j})
			c.widths[i] = append(c.widths[i], len(offers[len(offers)-1].data))
			c.takers[i] = append(c.takers[i], end{nobody, 0})
		}
	}
	taken := make([]bool, len(offers))
	join := func(dm demand, to end) (end, error) {
		for k := range offers {
			o := &offers[k]
			if len(o.valid) != 1 || len(dm.valid) != 1 || o.valid[0] != dm.valid[0] {
				continue
			}
			if taken[k] {
				return end{}, fmt.Errorf("%s is taken twice, by %s as well", o.who, dm.who)
			}
			taken[k] = true
			if err := c.same(o, &dm); err != nil {
				return end{}, err
			}
			if at[k].block >= 0 {
				c.takers[at[k].block][at[k].stream] = to
			}
			return at[k], nil
		}
		return end{}, fmt.Errorf("%s comes from no block of the map", dm.who)
	}
	for i := range mp.Blocks {
		b := &mp.Blocks[i]
		cut := c.net.cut(b.Instance)
		for j := range b.Ins {
			from, err := join(c.demanded(cut, &b.Ins[j]), end{i, j})
			if err != nil {
				return nil, err
			}
			c.feeds[i] = append(c.feeds[i], from)
		}
	}
	for i, h := range mp.Heads {
		cut := c.net.cut(h.Instance)
		d := c.demanded(cut, &headStream)
		d.head = true
		from, err := join(d, end{toHead, i})
		if err != nil {
			return nil, err
		}
		if err := c.passed(cut, h); err != nil {
			return nil, err
		}
		c.ends = append(c.ends, from)
	}
	if len(mp.Heads) == 0 {
		from, err := join(c.result(), end{outside, 0})
		if err != nil {
			return nil, err
		}
		c.ends = append(c.ends, from)
	}
	for k, ok := range taken {
		if !ok {
			return nil, fmt.Errorf("%s is taken by nobody", offers[k].who)
		}
	}
	return c, nil
}

// headStream is the programmable head's input, as package npu names it.
var headStream = stream.Stream{Valid: "s_axis_tvalid", Ready: "s_axis_tready", Data: "s_axis_tdata", Last: "s_axis_tlast", Lanes: 1}

// through checks that a cut has the design's own clock or reset.
func (c *chip) through(cut *rtl.Cut, name string) error {
	in := fields(c.net.m.Inputs, name)
	at := c.net.origins(port(cut.Takes, name))
	if len(in) != 1 || len(at) != 1 || at[0] != (bit{in[0], 0}) {
		return fmt.Errorf("port %s of %s is not the design's %s", name, cut.Path, name)
	}
	return nil
}

// entering is the stream that comes from outside.
func (c *chip) entering() offer {
	s, m := &c.mp.In, c.net.m
	o := offer{who: "the design's input"}
	o.valid, o.data = c.net.bits(fields(m.Inputs, s.Valid)), c.net.bits(fields(m.Inputs, s.Data))
	o.first, o.last = c.net.bits(fields(m.Inputs, s.First)), c.net.bits(fields(m.Inputs, s.Last))
	o.ready = c.net.origins(fields(m.Outputs, s.Ready))
	return o
}

// result is the stream that goes outside.
func (c *chip) result() demand {
	s, m := &c.mp.Out, c.net.m
	d := demand{who: "the design's output"}
	d.valid, d.data = c.net.origins(fields(m.Outputs, s.Valid)), c.net.origins(fields(m.Outputs, s.Data))
	d.last = c.net.origins(fields(m.Outputs, s.Last))
	d.ready = c.net.bits(fields(m.Inputs, s.Ready))
	return d
}

func (c *chip) offered(cut *rtl.Cut, s *stream.Stream) offer {
	drive := func(name string) []bit { return c.net.bits(port(cut.Drives, name)) }
	return offer{
		who:   cut.Path + "." + s.Data,
		valid: drive(s.Valid), data: drive(s.Data), first: drive(s.First), last: drive(s.Last),
		ready: c.net.origins(port(cut.Takes, s.Ready)),
	}
}

func (c *chip) demanded(cut *rtl.Cut, s *stream.Stream) demand {
	take := func(name string) []bit { return c.net.origins(port(cut.Takes, name)) }
	return demand{
		who:   cut.Path + "." + s.Data,
		valid: take(s.Valid), data: take(s.Data), first: take(s.First), last: take(s.Last),
		ready: c.net.bits(port(cut.Drives, s.Ready)),
	}
}

// same checks, bit by bit, that a consumer's input is the producer's output. The head's
// features may be narrower than its port. The other bits are zeros, or copies of the
// sign if features are signed.
func (c *chip) same(o *offer, d *demand) error {
	if len(d.ready) != 1 || !slices.Equal(o.ready, d.ready) {
		return fmt.Errorf("the ready that %s sees is not that of %s", o.who, d.who)
	}
	for _, mark := range []struct {
		name     string
		from, to []bit
	}{{"mark of a first item", o.first, d.first}, {"mark of a last item", o.last, d.last}} {
		if len(mark.to) > 0 && !slices.Equal(mark.from, mark.to) {
			return fmt.Errorf("the %s that %s sees is not that of %s", mark.name, d.who, o.who)
		}
	}
	n := len(o.data)
	if len(d.data) < n || n == 0 {
		return fmt.Errorf("%s has %s, %s has %d", o.who, words.Count(n, "bit"), d.who, len(d.data))
	}
	for i, b := range d.data {
		switch {
		case i < n && b == o.data[i]:
		case i >= n && d.head && (!c.signed && c.net.zero(b) || c.signed && b == o.data[n-1]):
		default:
			return fmt.Errorf("bit %d of %s is not bit %d of %s", i, d.who, i, o.who)
		}
	}
	return nil
}

// passed checks that all other ports of a head are the ports of the design that the map
// says.
func (c *chip) passed(cut *rtl.Cut, h stream.Head) error {
	m := c.net.m
	own := []string{headStream.Valid, headStream.Data, headStream.Last, headStream.Ready}
	for _, p := range cut.Takes {
		if !slices.Contains(own, p.Name) && !slices.Equal(c.net.origins(p.Fields), c.net.bits(fields(m.Inputs, h.Port(p.Name)))) {
			return fmt.Errorf("port %s of %s is not %s of the design", p.Name, h.Instance, h.Port(p.Name))
		}
	}
	for _, p := range cut.Drives {
		if !slices.Contains(own, p.Name) && !slices.Equal(c.net.bits(p.Fields), c.net.origins(fields(m.Outputs, h.Port(p.Name)))) {
			return fmt.Errorf("output %s of the design is not %s of %s", h.Port(p.Name), p.Name, h.Instance)
		}
	}
	return nil
}
