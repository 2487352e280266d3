package head

import (
	"errors"
	"fmt"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/rtl/npu"
)

// Model is the reference of the head: the programmer's view, one access or stream beat after
// the other. Its arithmetic is golden's.
type Model struct {
	P       npu.Params
	Ready   bool
	Layers  uint32 // the register
	Errors  uint32
	Images  uint32
	Class   uint32
	Value   uint32
	Descs   []descriptor
	Weights []int8 // [row][lane]; nil in a sketch
	Biases  []int32

	flight  flight
	loaded  []int64 // features of the image in flight
	logits  []int32 // not taken yet
	taken   int
	last    []int32 // of the image that completed last
	class   uint32
	value   uint32
	flooded bool   // a sum of the image in flight exceeded 32 bits
	sides   []int8 // of each logit; see side
	rounds  []int8 // of each logit: its bin of rounding, or -1
	bins    *Bins  // nil: not counted

	// Of a bare sequence: which weights and biases it has written, and whether it used another.
	weighed, biased []bool // nil: all are known
	guessed         bool
}

// descriptor is the words of one, as they were written.
type descriptor [5]uint32

// flight is the state of an image.
type flight uint8

const (
	idle     flight = iota
	loading         // some features are in
	skipping        // the rest of a frame that is too long is being dropped
	leaving         // all features are in, not all logits out
)

// Responses of the bus.
const (
	respOKAY   = 0
	respSLVERR = 2
)

// NewModel is a head after its first reset. Its memories hold zeros until they
// are written; the hardware's hold anything.
func NewModel(p npu.Params) *Model {
	m := NewSketch(p)
	m.Weights = make([]int8, p.Rows*p.Lanes)
	m.Biases = make([]int32, p.Biases)
	return m
}

// forget says that nothing is known of what the memories hold.
func (m *Model) forget() {
	m.weighed, m.biased = make([]bool, len(m.Weights)), make([]bool, len(m.Biases))
}

// NewSketch is a model without memories. Everything but results is exact.
func NewSketch(p npu.Params) *Model {
	return &Model{P: p, Descs: make([]descriptor, p.Layers)}
}

// Sketch is an independent copy without memories.
func (m *Model) Sketch() *Model {
	c := *m
	c.Weights, c.Biases, c.bins = nil, nil, nil
	c.weighed, c.biased = nil, nil
	c.Descs = append([]descriptor(nil), m.Descs...)
	c.loaded = append([]int64(nil), m.loaded...)
	c.logits = append([]int32(nil), m.logits...)
	return &c
}

// Reset clears everything but the memories.
func (m *Model) Reset() {
	was := *m
	*m = *NewSketch(m.P)
	m.Weights, m.Biases, m.bins = was.Weights, was.Biases, was.bins
	m.weighed, m.biased, m.guessed = was.weighed, was.biased, was.guessed
}

// Busy reports whether an image is in flight.
func (m *Model) Busy() bool { return m.flight != idle }

// program is the descriptors that LAYERS counts.
func (m *Model) program() []npu.Layer {
	n := min(int(m.Layers&0xff), len(m.Descs))
	ls := make([]npu.Layer, n)
	for i := range ls {
		ls[i] = npu.LayerOf(m.Descs[i])
	}
	return ls
}

// place is the meaning of an address.
type place struct {
	region, word int
	layer, field int // descriptors
	row, sub     int // weights: the row and the word of it
	ok           bool
}

func (m *Model) decode(address uint32) place {
	p := place{region: int(address >> 22), word: int(address >> 2 & (1<<20 - 1))}
	if address&3 != 0 {
		return p
	}
	switch p.region {
	case npu.RegionRegisters:
		p.ok = p.word <= npu.RegValue
	case npu.RegionDescriptors:
		p.layer, p.field = p.word/8, p.word%8
		p.ok = p.layer < m.P.Layers && p.field <= npu.FieldTail
	case npu.RegionBiases:
		p.ok = p.word < m.P.Biases
	case npu.RegionWeights:
		p.row, p.sub = p.word/m.P.RowWords(), p.word%m.P.RowWords()
		p.ok = p.row < m.P.Rows
	}
	return p
}

// refuse sets an error bit.
func (m *Model) refuse(bit int) uint32 {
	m.Errors |= 1 << bit
	return respSLVERR
}

// reservedOf is the bits that a descriptor's word must not set.
var reservedOf = [5]uint32{^uint32(0xffff), ^uint32(0xffff), ^uint32(0xfffff), ^uint32(0xffff), ^uint32(0x033f377f)}

// Write is a write access; the result is its response.
func (m *Model) Write(w npu.Write) uint32 {
	p := m.decode(w.Address)
	register := p.ok && p.region == npu.RegionRegisters
	isError := register && p.word == npu.RegError
	switch {
	case !p.ok, register && p.word != npu.RegControl && p.word != npu.RegError && p.word != npu.RegLayers:
		return m.refuse(npu.ErrorAddress)
	case m.Busy() && !isError:
		return m.refuse(npu.ErrorBusy)
	case p.region == npu.RegionWeights:
		m.writeWeights(p, w)
		return respOKAY
	case w.Strobe != 0xf:
		return m.refuse(npu.ErrorValue)
	case p.region == npu.RegionBiases:
		if m.Biases != nil {
			m.Biases[p.word] = int32(w.Data)
			if m.biased != nil {
				m.biased[p.word] = true
			}
		}
		return respOKAY
	case p.region == npu.RegionDescriptors:
		if w.Data&reservedOf[p.field] != 0 {
			return m.refuse(npu.ErrorValue)
		}
		m.Descs[p.layer][p.field] = w.Data
		m.Ready = false
		return respOKAY
	}
	return m.writeRegister(p.word, w.Data)
}

func (m *Model) writeWeights(p place, w npu.Write) {
	if m.Weights == nil {
		return
	}
	for b := range 4 {
		if lane := 4*p.sub + b; lane < m.P.Lanes && w.Strobe>>b&1 == 1 {
			m.Weights[p.row*m.P.Lanes+lane] = int8(w.Data >> (8 * b))
			if m.weighed != nil {
				m.weighed[p.row*m.P.Lanes+lane] = true
			}
		}
	}
}

func (m *Model) writeRegister(reg int, data uint32) uint32 {
	switch {
	case reg == npu.RegError && data>>6 == 0:
		m.Errors &^= data
	case reg == npu.RegLayers && data>>9 == 0:
		m.Layers, m.Ready = data, false
	case reg == npu.RegControl && data == npu.ControlHalt:
		m.Ready = false
	case reg == npu.RegControl && data == npu.ControlCommit:
		m.Ready = int(m.Layers&0xff) <= m.P.Layers && m.P.Fit(m.program()) == nil
		if !m.Ready {
			return m.refuse(npu.ErrorProgram)
		}
	default:
		return m.refuse(npu.ErrorValue)
	}
	return respOKAY
}

// Read is a read access: its data and response.
func (m *Model) Read(address uint32) (data, resp uint32) {
	p := m.decode(address)
	switch {
	case !p.ok:
		return 0, m.refuse(npu.ErrorAddress)
	case p.region == npu.RegionRegisters:
		return m.register(p.word), respOKAY
	case p.region == npu.RegionDescriptors:
		return m.Descs[p.layer][p.field], respOKAY
	case m.Busy():
		return 0, m.refuse(npu.ErrorBusy)
	case m.Weights == nil:
		return 0, respOKAY
	case p.region == npu.RegionBiases:
		m.guessed = m.guessed || m.biased != nil && !m.biased[p.word]
		return uint32(m.Biases[p.word]), respOKAY
	}
	for b := range 4 {
		if lane := 4*p.sub + b; lane < m.P.Lanes {
			m.guessed = m.guessed || m.weighed != nil && !m.weighed[p.row*m.P.Lanes+lane]
			data |= uint32(uint8(m.Weights[p.row*m.P.Lanes+lane])) << (8 * b)
		}
	}
	return data, respOKAY
}

func (m *Model) register(reg int) uint32 {
	switch reg {
	case npu.RegID:
		return npu.ID
	case npu.RegLanes:
		return uint32(m.P.Lanes)
	case npu.RegFeatures:
		return uint32(m.P.Features)
	case npu.RegRows:
		return uint32(m.P.Rows)
	case npu.RegBiases:
		return uint32(m.P.Biases)
	case npu.RegMaxLayers:
		return uint32(m.P.Layers)
	case npu.RegStatus:
		var s uint32
		if m.Ready {
			s |= 1 << npu.StatusReady
		}
		if m.Busy() {
			s |= 1 << npu.StatusBusy
		}
		return s
	case npu.RegError:
		return m.Errors
	case npu.RegLayers:
		return m.Layers
	case npu.RegImages:
		return m.Images
	case npu.RegClass:
		return m.Class
	case npu.RegValue:
		return m.Value
	}
	return 0
}

var (
	errNotReady = errors.New("a feature was taken though no image can begin")
	errLeaving  = errors.New("a feature was taken while the image before is in flight")
	errNoLogit  = errors.New("a logit came out that no image explains")
)

// Takes is nil if the head accepts a feature in this state.
func (m *Model) Takes() error {
	switch {
	case m.flight == leaving:
		return errLeaving
	case m.flight == idle && !m.Ready:
		return errNotReady
	}
	return nil
}

// In is a beat of the input stream.
func (m *Model) In(data uint8, last bool) error {
	if err := m.Takes(); err != nil {
		return err
	}
	if m.flight == skipping {
		if last {
			m.drop()
		}
		return nil
	}
	x := int64(data)
	if m.Layers>>npu.LayersSigned&1 == 1 {
		x = int64(int8(data))
	}
	m.loaded = append(m.loaded, x)
	full := len(m.loaded) == npu.LayerOf(m.Descs[0]).In
	switch {
	case full && last:
		m.compute()
		m.flight, m.taken = leaving, 0
	case last:
		m.Errors |= 1 << npu.ErrorFrame
		m.drop()
	case full:
		m.Errors |= 1 << npu.ErrorFrame
		m.flight = skipping
	default:
		m.flight = loading
	}
	return nil
}

// drop ends an image that gives no logits.
func (m *Model) drop() { m.flight, m.loaded = idle, nil }

// compute fills in the logits of the loaded image. A sum is kept modulo 2^32, and
// becomes an output by golden's tail.
func (m *Model) compute() {
	layers := m.program()
	m.flooded = false
	xs := m.loaded
	m.loaded = nil
	if m.Weights == nil {
		m.logits = make([]int32, layers[len(layers)-1].Out)
		return
	}
	m.bins.program(m, layers)
	for _, l := range layers {
		ys := make([]int64, l.Out)
		tail := golden.Compile(l.Requant(), l.Shift)
		m.sides, m.rounds = m.sides[:0], m.rounds[:0]
		places := scaleOf(l)
		for o := range ys {
			exact := m.sum(l, o, xs)
			sum := int64(int32(exact))
			if sum != exact {
				m.flooded = true
				m.bins.flood(exact)
			}
			ys[o] = tail(sum)
			if m.bins != nil {
				m.bins.tail(l, sum, ys[o])
				m.bins.values.output(&places, exact-int64(m.Biases[l.Bias+o]), exact, sum)
				m.sides = append(m.sides, int8(side(l, sum)))
				m.rounds = append(m.rounds, int8(rounding(l, sum)))
			}
		}
		xs = ys
	}
	m.logits = make([]int32, len(xs))
	for o, y := range xs {
		m.logits[o] = int32(y)
		if o == 0 || m.logits[o] > int32(m.value) {
			m.class, m.value = uint32(o), uint32(m.logits[o])
		}
	}
	m.bins.logits(m.logits)
}

// sum is golden.DenseAccumulate of output o, read straight out of the memories.
func (m *Model) sum(l npu.Layer, o int, xs []int64) int64 {
	lanes := m.P.Lanes
	acc := int64(m.Biases[l.Bias+o])
	at := (l.Row+o/lanes*l.In)*lanes + o%lanes
	if g := m.bins.lane(o % lanes); g != nil {
		for i, x := range xs {
			g.hit(x, m.Weights[at+i*lanes])
		}
	}
	if m.weighed != nil {
		m.guessed = m.guessed || !m.biased[l.Bias+o]
		for i := range xs {
			m.guessed = m.guessed || !m.weighed[at+i*lanes]
		}
	}
	for _, x := range xs {
		acc += x * int64(m.Weights[at])
		at += lanes
	}
	return acc
}

// Logits is the number of logits of the image in flight that are still to come.
func (m *Model) Logits() int { return len(m.logits) - m.taken }

// Out is a beat of the output stream: the logit that is due, and whether it is
// the image's last.
func (m *Model) Out() (data uint32, last bool, err error) {
	if m.flight != leaving {
		return 0, false, errNoLogit
	}
	data = uint32(m.logits[m.taken])
	m.taken++
	if m.taken < len(m.logits) {
		return data, false, nil
	}
	m.flight, m.last, m.logits, m.taken = idle, m.logits, nil, 0
	m.Images++
	m.bins.image(m.Images)
	m.Class, m.Value = m.class, m.value
	if m.flooded {
		m.Errors |= 1 << npu.ErrorOverflow
	}
	return data, true, nil
}

// String is the control state in a line.
func (m *Model) String() string {
	return fmt.Sprintf("ready=%v flight=%d layers=%#x errors=%#x images=%d", m.Ready, m.flight, m.Layers, m.Errors, m.Images)
}
