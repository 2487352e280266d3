package npu

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/hashiflex/hashiflex/spec"
)

// Layer is a descriptor: where a layer's data lies and how its sums become
// outputs.
type Layer struct {
	In, Out  int
	Row      int // the first weight row
	Bias     int // the first bias
	Shift    int // places to the right; negative is to the left
	Rounding spec.Rounding
	Overflow spec.Overflow
	Width    int
	Signed   bool
	ReLU     bool
}

// Words are the descriptor's words in the order of their fields. Values that a
// field has no room for are cut.
func (l Layer) Words() [fieldCount]uint32 {
	var tail uint32
	put := func(b span, v int) { tail |= uint32(v) << b.lo & b.mask() }
	put(tailShift, l.Shift)
	put(tailRounding, int(l.Rounding))
	put(tailOverflow, int(l.Overflow))
	put(tailWidth, l.Width)
	put(tailSigned, flag(l.Signed))
	put(tailReLU, flag(l.ReLU))
	return [fieldCount]uint32{uint32(l.In), uint32(l.Out), uint32(l.Row), uint32(l.Bias), tail}
}

// LayerOf reads a descriptor's words; it is the inverse of Words.
func LayerOf(w [fieldCount]uint32) Layer {
	get := func(b span) int { return int(w[FieldTail] & b.mask() >> b.lo) }
	return Layer{
		In: int(w[FieldIn]), Out: int(w[FieldOut]), Row: int(w[FieldWeights]), Bias: int(w[FieldBias]),
		Shift:    int(int8(get(tailShift)<<1)) >> 1,
		Rounding: spec.Rounding(get(tailRounding)),
		Overflow: spec.Overflow(get(tailOverflow)),
		Width:    get(tailWidth),
		Signed:   get(tailSigned) == 1,
		ReLU:     get(tailReLU) == 1,
	}
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Requant is the tail in the form that golden.Requantize takes.
func (l Layer) Requant() spec.Requant {
	f := spec.Format{Signed: l.Signed, Width: l.Width}
	q := spec.Requant{Format: f, Rounding: l.Rounding, Overflow: l.Overflow}
	if l.ReLU {
		q.Clamp = &spec.Range{Lo: 0, Hi: f.Max()}
	}
	return q
}

// Groups is the number of passes of the lanes over the layer's features.
func (l Layer) Groups(lanes int) int { return (l.Out + lanes - 1) / lanes }

// Program is what a head executes: descriptors and the contents of its memories,
// from their first word on.
type Program struct {
	Params Params
	Signed bool // features of an image are signed
	Layers []Layer
	Rows   [][]int8 // per weight row, a weight for each lane
	Biases []int32
}

// Limits of a tail.
const (
	minShift = -31
	maxShift = 33
)

// Assemble places the dense layers of a network, in their order, in the memories
// of a head. All of them must come from a validated network. It reports
// everything that does not fit, each with its layer.
func Assemble(layers []*spec.Layer, p Params) (*Program, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	if len(layers) == 0 {
		return nil, errors.New("npu: no dense layer")
	}
	prog := &Program{Params: p}
	var errs []error
	fail := func(l *spec.Layer, format string, args ...any) {
		errs = append(errs, fmt.Errorf("npu: layer %s: %s", l.Name, fmt.Sprintf(format, args...)))
	}
	for i, l := range layers {
		d, ok := l.Op.(*spec.Dense)
		if !ok {
			fail(l, "is a %s, not dense", l.Kind())
			continue
		}
		s := l.InShape(0)
		in := s.C * s.H * s.W
		if in > p.Features {
			fail(l, "%d features: the head holds %d", in, p.Features)
		}
		if l.InFormat(0).Width > 8 {
			fail(l, "features of format %v: the head has 8 bits", l.InFormat(0))
		}
		if i == 0 {
			prog.Signed = l.InFormat(0).Signed
		} else if before := layers[i-1]; l.Inputs[0] != before.Name {
			fail(l, "reads %s: the head feeds it %s", l.Inputs[0], before.Name)
		}
		desc, err := describe(l)
		if err != nil {
			fail(l, "%v", err)
			continue
		}
		desc.In, desc.Out, desc.Row, desc.Bias = in, d.OutN, len(prog.Rows), len(prog.Biases)
		prog.Layers = append(prog.Layers, desc)
		prog.place(d, desc)
	}
	if n := len(layers); n > p.Layers {
		errs = append(errs, fmt.Errorf("npu: %d layers: the head has descriptors for %d", n, p.Layers))
	}
	if n := len(prog.Rows); n > p.Rows {
		errs = append(errs, fmt.Errorf("npu: %d weight rows: the head has %d", n, p.Rows))
	}
	if n := len(prog.Biases); n > p.Biases {
		errs = append(errs, fmt.Errorf("npu: %d biases: the head has %d", n, p.Biases))
	}
	return prog, errors.Join(errs...)
}

// place appends a layer's weights and biases.
func (p *Program) place(d *spec.Dense, l Layer) {
	lanes := p.Params.Lanes
	for g := range l.Groups(lanes) {
		for i := range l.In {
			row := make([]int8, lanes)
			for lane := range lanes {
				if o := g*lanes + lane; o < l.Out {
					row[lane] = d.Weights[o*l.In+i]
				}
			}
			p.Rows = append(p.Rows, row)
		}
	}
	p.Biases = append(p.Biases, d.Bias...)
}

// describe translates a layer's tail.
func describe(l *spec.Layer) (Layer, error) {
	q := l.Out
	d := Layer{
		// Beyond 33 places no mode can tell two shifts of 32 bits apart; see
		// golden.Round.
		Shift:    min(l.Shift(0), maxShift),
		Rounding: q.Rounding, Overflow: q.Overflow,
		Width: q.Format.Width, Signed: q.Format.Signed,
	}
	if d.Shift < minShift {
		return d, fmt.Errorf("a left shift by %d places: the head has %d", -d.Shift, -minShift)
	}
	if !d.Signed && d.Width > 31 {
		return d, fmt.Errorf("output format %v: a logit is 32 bits signed", q.Format)
	}
	if c := q.Clamp; c != nil {
		switch {
		case c.Hi < q.Format.Max():
			return d, fmt.Errorf("clamp %v: the head has only a ReLU", *c)
		case c.Lo == 0:
			d.ReLU = true
		case c.Lo > q.Format.Min():
			return d, fmt.Errorf("clamp %v: the head has only a ReLU", *c)
		}
	}
	return d, nil
}

// Write is one write over the bus.
type Write struct {
	Address uint32
	Data    uint32
	Strobe  uint8
}

// Writes loads the program and commits it.
func (p *Program) Writes() []Write {
	var ws []Write
	full := func(address, data uint32) { ws = append(ws, Write{address, data, 0xf}) }
	words := p.Params.RowWords()
	var word [4]byte
	for r, row := range p.Rows {
		for at := 0; at < len(row); at += 4 {
			clear(word[:])
			for i, w := range row[at:min(at+4, len(row))] {
				word[i] = byte(w)
			}
			full(Address(RegionWeights, r*words+at/4), binary.LittleEndian.Uint32(word[:]))
		}
	}
	for i, b := range p.Biases {
		full(Address(RegionBiases, i), uint32(b))
	}
	for k, l := range p.Layers {
		for f, w := range l.Words() {
			full(Descriptor(k, f), w)
		}
	}
	full(Register(RegLayers), uint32(len(p.Layers)|flag(p.Signed)<<LayersSigned))
	full(Register(RegControl), ControlCommit)
	return ws
}

// Room is the smallest head with the given number of lanes that fits these dense layers.
func Room(layers []*spec.Layer, lanes int) (Params, error) {
	if len(layers) == 0 {
		return Params{}, errors.New("npu: no dense layer")
	}
	if lanes < 1 || lanes > maxLanes {
		return Params{}, fmt.Errorf("npu: LANES = %d: want 1 to %d", lanes, maxLanes)
	}
	p := Params{Lanes: lanes, Rows: 3, Biases: 2, Layers: len(layers)}
	rows, biases := 0, 0
	for _, l := range layers {
		d, ok := l.Op.(*spec.Dense)
		if !ok {
			return Params{}, fmt.Errorf("npu: layer %s: is a %s, not dense", l.Name, l.Kind())
		}
		s := l.InShape(0)
		in := s.C * s.H * s.W
		p.Features = max(p.Features, in)
		rows += Layer{Out: d.OutN}.Groups(lanes) * in
		biases += d.OutN
	}
	p.Rows, p.Biases = max(p.Rows, rows), max(p.Biases, biases)
	return p, p.Check()
}
