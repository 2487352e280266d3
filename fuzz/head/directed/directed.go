package directed

import (
	"math/rand"
	"slices"

	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
)

// maker makes the sequences for a head.
type maker struct {
	p     npu.Params
	brief bool
	aims  []head.Aim
}

// families are all kinds of sequences. On a large head, where every sequence takes long to
// begin, only those that depend on its sizes run.
var families = []struct {
	add   func(*maker)
	sized bool
}{
	{(*maker).aliases, true}, {(*maker).pairsOfBits, false}, {(*maker).march, true},
	{(*maker).strobes, false}, {(*maker).bits, true}, {(*maker).errors, false},
	{(*maker).products, false},
	{(*maker).roundings, false}, {(*maker).inner, false}, {(*maker).formats, false}, {(*maker).fields, false},
	{(*maker).shapes, true}, {(*maker).fits, true}, {(*maker).layers, true}, {(*maker).middles, true},
	{(*maker).greatest, true}, {(*maker).sums, false}, {(*maker).images, false},
	{(*maker).resets, false}, {(*maker).accesses, false}, {(*maker).late, false},
	{(*maker).counts, true}, {(*maker).crossings, true},
}

// large is the number of memory words above which a head is large.
const large = 4096

func (m *maker) large() bool { return Large(m.p) }

// huge is a head whose memories, or lanes, are so many that only addresses and carries are
// looked for, most of them by sequences that are bare.
func (m *maker) huge() bool { return m.p.Rows > marched || m.p.Lanes > 128 }

// Large reports whether a head has so many words that a sequence takes long to begin.
func Large(p npu.Params) bool { return p.Rows*p.RowWords()+p.Biases > large }

// many is the number of items in a sequence: n, and more for a large head.
func (m *maker) many(n int) int {
	if m.large() {
		return 64 * n
	}
	return n
}

// Aims lists the sequences for a head, in the order in which they are run. They
// are the same at every call.
func Aims(p npu.Params) []head.Aim { return (&maker{p: p}).all() }

// Brief lists fewer sequences than Aims: all that depend on the head's sizes, and a part
// of the others, such as products and tails.
func Brief(p npu.Params) []head.Aim { return (&maker{p: p, brief: true}).all() }

func (m *maker) all() []head.Aim {
	if m.huge() {
		m.aliases()
		m.crossings()
		m.counts()
		m.most()
		return m.aims
	}
	for _, f := range families {
		if f.sized || !m.large() {
			f.add(m)
		}
	}
	return m.aims
}

// Sizes are heads with sizes at the ends of their ranges, and some between: the smallest,
// rows with partial and full words, powers of two, and the most features, biases and
// layers.
func Sizes() []npu.Params {
	return []npu.Params{
		{Lanes: 1, Features: 1, Rows: 3, Biases: 2, Layers: 1},
		{Lanes: 4, Features: 16, Rows: 64, Biases: 32, Layers: 2},
		{Lanes: 9, Features: 20, Rows: 65, Biases: 33, Layers: 4},
		{Lanes: 70, Features: 5, Rows: 18, Biases: 300, Layers: 2},
		{Lanes: 2, Features: 4, Rows: 300, Biases: 20, Layers: 255},
		// Not of many layers, too: that long would it have to be watched until it is
		// known to hang.
		{Lanes: 1, Features: 65535, Rows: 65600, Biases: 65535, Layers: 3},
		// The most rows, and many lanes.
		{Lanes: 1, Features: 16, Rows: 1<<20 - 1, Biases: 65535, Layers: 1},
		{Lanes: 300, Features: 2, Rows: 3, Biases: 302, Layers: 1},
	}
}

// small is the largest number of words of a memory that is probed word by word.
const small = 512

// aim adds a sequence. The result is valid until the next one is added.
func (m *maker) aim(name string, fill func(*steps)) *head.Aim {
	n := int64(len(m.aims))
	m.aims = append(m.aims, head.Aim{Name: name, Steps: func() []head.Step {
		s := &steps{maker: m, Rand: rand.New(rand.NewSource(n)), note: name}
		fill(s)
		return s.done()
	}})
	return &m.aims[n]
}

// steps is a sequence under construction. It collects bus accesses in one step until
// another kind of step follows.
type steps struct {
	*maker
	*rand.Rand // the same numbers for a sequence at every call
	list       []head.Step
	note       string
	writes     []head.BusWrite
	reads      []head.BusRead
}

// write is a write of a whole word. Reads of a step go beside its writes; what is
// read after a write is a step of its own.
func (s *steps) write(address, data uint32) { s.writeBytes(address, data, 0xf) }

func (s *steps) writeBytes(address, data uint32, strobe uint8) {
	if len(s.reads) > 0 {
		s.flush()
	}
	s.writes = append(s.writes, head.BusWrite{Write: npu.Write{Address: address, Data: data, Strobe: strobe}})
}

func (s *steps) read(address uint32) {
	if len(s.writes) > 0 {
		s.flush()
	}
	s.reads = append(s.reads, head.BusRead{Address: address})
}

// flush ends the current step of bus accesses.
func (s *steps) flush() {
	if len(s.writes)+len(s.reads) == 0 {
		return
	}
	step := head.Plain(s.note)
	step.Writes, step.Reads, step.Take = s.writes, s.reads, 0
	s.list = append(s.list, step)
	s.writes, s.reads = nil, nil
}

// add appends a step that has more than bus accesses.
func (s *steps) add(step head.Step) {
	s.flush()
	s.list = append(s.list, step)
}

func (s *steps) done() []head.Step {
	s.flush()
	return s.list
}

// program writes descriptors and commits them.
func (s *steps) program(signed bool, ls ...npu.Layer) {
	for k, l := range ls {
		s.descriptor(k, l)
	}
	s.commit(len(ls), signed)
}

func (s *steps) descriptor(k int, l npu.Layer) {
	for f, w := range l.Words() {
		s.write(npu.Descriptor(k, f), w)
	}
}

func (s *steps) commit(layers int, signed bool) {
	v := uint32(layers)
	if signed {
		v |= 1 << npu.LayersSigned
	}
	s.write(npu.Register(npu.RegLayers), v)
	s.write(npu.Register(npu.RegControl), npu.ControlCommit)
}

// row writes the weights of all lanes in a row.
func (s *steps) row(row int, weight func(lane int) int8) {
	for at := 0; at < s.p.Lanes; at += 4 {
		var w uint32
		for i := 0; i < 4 && at+i < s.p.Lanes; i++ {
			w |= uint32(uint8(weight(at+i))) << (8 * i)
		}
		s.write(npu.Address(npu.RegionWeights, row*s.p.RowWords()+at/4), w)
	}
}

func (s *steps) bias(at int, v int32) { s.write(npu.Address(npu.RegionBiases, at), uint32(v)) }

// image runs one frame and reads the registers that it sets.
func (s *steps) image(features ...uint8) { s.add(s.frame(features...)) }

// frame is the step of an image.
func (s *steps) frame(features ...uint8) head.Step {
	step := head.Plain(s.note)
	for i, x := range features {
		step.Beats = append(step.Beats, head.Beat{Data: x, Last: i == len(features)-1})
	}
	return step
}

// results reads the registers that an image sets, in the step that s ends with.
func (s *steps) results() {
	s.flush()
	for _, r := range []int{npu.RegClass, npu.RegValue, npu.RegImages, npu.RegError, npu.RegStatus} {
		s.read(npu.Register(r))
	}
	s.flush()
}

// random is n random features.
func (s *steps) random(n int) []uint8 {
	xs := make([]uint8, n)
	for i := range xs {
		xs[i] = uint8(s.Intn(256))
	}
	return xs
}

// plainly is the layer with a tail that passes a sum unchanged.
func plainly(l npu.Layer) npu.Layer {
	l.Shift, l.Rounding, l.Overflow, l.Width, l.Signed = 0, spec.TRN, spec.WRAP, 32, true
	return l
}

// around lists the values from lo to hi: all if they are most at most, and else the
// ends and those around powers of two.
func around(lo, hi, most int) (vs []int) {
	if hi-lo < most {
		for v := lo; v <= hi; v++ {
			vs = append(vs, v)
		}
		return vs
	}
	vs = append(vs, lo, lo+1, hi-1, hi)
	for b := 1; b <= hi+1; b <<= 1 {
		vs = append(vs, b-1, b, b+1)
	}
	vs = slices.DeleteFunc(vs, func(v int) bool { return v < lo || v > hi })
	slices.Sort(vs)
	return slices.Compact(vs)
}
