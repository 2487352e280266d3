package head

import (
	"math"
	"math/rand"

	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
)

// source makes random steps for a head. All choices come from Rand.
type source struct {
	*rand.Rand
	p npu.Params
}

func (r source) chance(percent int) bool { return r.Intn(100) < percent }

// among is one of the given values.
func among[T any](r source, vs ...T) T { return vs[r.Intn(len(vs))] }

// mask is the ready pattern of a partner: always, mostly, seldom, or long pauses. It is
// never all zeros.
func (r source) mask() uint64 {
	switch r.Intn(5) {
	case 0, 1:
		return always
	case 2:
		return r.Uint64() | r.Uint64()
	case 3:
		return r.Uint64()&r.Uint64()&r.Uint64() | 1<<r.Intn(64)
	}
	return always << r.Intn(64)
}

func (r source) delay() uint8 {
	if r.chance(70) {
		return 0
	}
	return uint8(r.Intn(6))
}

// weight is one byte, often an extreme one.
func (r source) weight() int8 {
	if r.chance(30) {
		return among(r, -128, 127, -1, 0, 1, int8(-127))
	}
	return int8(r.Uint32())
}

func (r source) bias() int32 {
	switch r.Intn(10) {
	case 0:
		return among(r, int32(math.MaxInt32), math.MinInt32, math.MaxInt32-1000, math.MinInt32+1000)
	case 1, 2:
		return int32(r.Uint32())
	}
	return int32(r.Intn(4000) - 2000)
}

func (r source) words(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.weight())
	}
	return b
}

// dataWrite writes a weight word or a bias.
func (r source) dataWrite() BusWrite {
	if r.chance(25) {
		return r.write(npu.Address(npu.RegionBiases, r.Intn(r.p.Biases)), uint32(r.bias()))
	}
	b := r.words(4)
	w := r.write(npu.Address(npu.RegionWeights, r.Intn(r.p.Rows)*r.p.RowWords()+r.Intn(r.p.RowWords())),
		uint32(b[0])|uint32(b[1])<<8|uint32(b[2])<<16|uint32(b[3])<<24)
	if r.chance(30) {
		w.Strobe = uint8(r.Intn(16))
	}
	return w
}

func (r source) write(address, data uint32) BusWrite {
	return BusWrite{npu.Write{Address: address, Data: data, Strobe: 0xf}, r.delay(), r.delay()}
}

// layers is a program that fits.
func (r source) layers() []npu.Layer {
	for {
		ls := make([]npu.Layer, 1+r.Intn(r.p.Layers))
		in := among(r, 1, r.p.Features, 1+r.Intn(r.p.Features), 1+r.Intn(min(4, r.p.Features)))
		for k := range ls {
			l := &ls[k]
			l.In = in
			l.Out = 1 + r.Intn(2*r.p.Lanes+1)
			l.Row, l.Bias = r.Intn(r.p.Rows), r.Intn(r.p.Biases)
			if r.chance(30) { // flush with the end
				l.Row, l.Bias = r.p.Rows-l.Groups(r.p.Lanes)*l.In, r.p.Biases-l.Out
			}
			r.tail(l, k == len(ls)-1)
			in = l.Out
		}
		if fits(r.p, ls) {
			return ls
		}
	}
}

func fits(p npu.Params, ls []npu.Layer) bool {
	for _, l := range ls {
		if l.Row < 0 || l.Bias < 0 {
			return false
		}
	}
	return p.Fit(ls) == nil
}

func (r source) tail(l *npu.Layer, last bool) {
	l.Shift = among(r, r.Intn(10), r.Intn(10), r.Intn(10), 1, 0, r.Intn(65)-31, 31, 32, 33, -31, -r.Intn(4))
	l.Rounding = among(r, spec.Roundings()...)
	l.Overflow = among(r, spec.Overflows()...)
	l.Signed = r.chance(50)
	l.ReLU = r.chance(30)
	l.Width = among(r, 8, 8, 1+r.Intn(8))
	if last {
		l.Width = among(r, 8, 16, 31, 1+r.Intn(31))
		if l.Signed && r.chance(30) {
			l.Width = 32
		}
	}
}

// descriptors writes a program's descriptors in any order, then their number.
func (r source) descriptors(ls []npu.Layer) []BusWrite {
	var ws []BusWrite
	for k, l := range ls {
		for f, w := range l.Words() {
			ws = append(ws, r.write(npu.Descriptor(k, f), w))
		}
	}
	count := uint32(len(ls))
	if r.chance(50) {
		count |= 1 << npu.LayersSigned
	}
	ws = append(ws, r.write(npu.Register(npu.RegLayers), count))
	r.Shuffle(len(ws), func(i, j int) { ws[i], ws[j] = ws[j], ws[i] })
	return ws
}

// bus is a step on the bus alone.
func (r source) bus(note string, ws []BusWrite, rs []BusRead) Step {
	s := Plain(note)
	s.Writes, s.Reads = ws, rs
	s.Take = 0
	if r.chance(40) {
		s.B, s.R = r.mask(), r.mask()
	}
	s.Linger = r.Intn(3)
	return s
}

func (r source) program() Step {
	var ws []BusWrite
	for range r.Intn(12) {
		ws = append(ws, r.dataWrite())
	}
	ws = append(ws, r.descriptors(r.layers())...)
	r.Shuffle(len(ws), func(i, j int) { ws[i], ws[j] = ws[j], ws[i] })
	ws = append(ws, r.write(npu.Register(npu.RegControl), npu.ControlCommit))
	return r.bus("program", ws, nil)
}

func (r source) data() Step {
	var ws []BusWrite
	for range 1 + r.Intn(24) {
		ws = append(ws, r.dataWrite())
	}
	return r.bus("rewrite data", ws, nil)
}

// misfit commits a program in which one value may have been changed.
func (r source) misfit(m *Model) Step {
	ls := r.layers()
	if m.Ready && r.chance(50) {
		ls = m.program()
	}
	l := &ls[r.Intn(len(ls))]
	count := -1
	switch r.Intn(11) {
	case 0:
		l.In = among(r, 0, l.In+1, r.p.Features, r.p.Features+1, 65535)
	case 1:
		l.Out = among(r, 0, l.Out+1, 65535)
	case 2:
		l.Row = among(r, r.p.Rows-l.Groups(r.p.Lanes)*l.In+1, r.p.Rows, 1<<20-1, l.Row+1)
	case 3:
		l.Bias = among(r, r.p.Biases-l.Out+1, r.p.Biases, 65535, l.Bias+1)
	case 4:
		l.Shift = among(r, 34, -32, 63, -64, 33, -31)
	case 5:
		l.Rounding = 7
	case 6, 7:
		l.Width = among(r, 0, 9, 32, 33, 63)
	case 8, 9:
		count = among(r, 0, r.p.Layers, r.p.Layers+1, 255, len(ls)-1)
	}
	ws := r.descriptors(ls)
	if count >= 0 {
		ws = append(ws, r.write(npu.Register(npu.RegLayers), uint32(count)))
	}
	ws = append(ws, r.write(npu.Register(npu.RegControl), npu.ControlCommit))
	return r.bus("misfit", ws, []BusRead{{Address: npu.Register(npu.RegStatus), Delay: 40}})
}

// anyAddress is mapped or not, in any region.
func (r source) anyAddress() uint32 {
	var word int
	region := r.Intn(4)
	switch region {
	case npu.RegionRegisters:
		word = among(r, r.Intn(npu.RegValue+1), r.Intn(npu.RegValue+1), r.Intn(npu.RegValue+1), npu.RegValue+1, r.Intn(1<<20))
	case npu.RegionDescriptors:
		word = among(r, r.Intn(8*r.p.Layers), r.Intn(8*r.p.Layers), 8*r.p.Layers, 1<<11+r.Intn(8), r.Intn(1<<20))
	case npu.RegionBiases:
		word = among(r, r.Intn(r.p.Biases), r.Intn(r.p.Biases), r.p.Biases, r.p.Biases-1, 1<<16+r.Intn(r.p.Biases))
	case npu.RegionWeights:
		n := r.p.Rows * r.p.RowWords()
		word = among(r, r.Intn(n), r.Intn(n), n, n-1, 1<<19+r.Intn(n))
	}
	a := npu.Address(region, word)
	if r.chance(6) {
		a |= uint32(1 + r.Intn(3))
	}
	return a
}

func (r source) anyWrite() BusWrite {
	w := r.write(r.anyAddress(), among(r, 0, 1, 2, 3, r.Uint32(), 1<<r.Intn(32), ^uint32(0), uint32(r.Intn(600))))
	if r.chance(20) {
		w.Strobe = uint8(r.Intn(16))
	}
	return w
}

func (r source) read(address uint32) BusRead { return BusRead{address, r.delay()} }

// look reads registers, memories and unmapped addresses.
func (r source) look() Step {
	var rs []BusRead
	for range 1 + r.Intn(16) {
		rs = append(rs, r.read(r.anyAddress()))
	}
	return r.bus("look", nil, rs)
}

// strange writes anywhere and clears some errors.
func (r source) strange() Step {
	var ws []BusWrite
	for range 1 + r.Intn(6) {
		ws = append(ws, r.anyWrite())
	}
	rs := []BusRead{r.read(npu.Register(npu.RegError)), r.read(npu.Register(npu.RegStatus)), r.read(r.anyAddress())}
	if r.chance(60) {
		ws = append(ws, r.write(npu.Register(npu.RegError), uint32(r.Intn(64))))
	}
	return r.bus("strange writes", ws, rs)
}

// image is one frame of features; extra beats make it too long, negative ones
// too short.
func (r source) image(n, extra int) []Beat {
	n = max(1, n+extra)
	beats := make([]Beat, n)
	for i := range beats {
		beats[i].Data = uint8(r.weight())
		if r.chance(10) {
			beats[i].Gap = r.delay()
		}
	}
	if r.chance(10) {
		beats[r.Intn(n)].Gap = uint8(r.Intn(60))
	}
	beats[n-1].Last = true
	return beats
}

// results reads the registers that software reads after an image.
func (r source) results() []BusRead {
	rs := []BusRead{r.read(npu.Register(npu.RegClass)), r.read(npu.Register(npu.RegValue)), r.read(npu.Register(npu.RegImages)), r.read(npu.Register(npu.RegError))}
	r.Shuffle(len(rs), func(i, j int) { rs[i], rs[j] = rs[j], rs[i] })
	return rs
}

// outputs is the number of logits per image of the committed program.
func outputs(m *Model) int {
	ls := m.program()
	return ls[len(ls)-1].Out
}

// images sends one image or several, back to back, and reads the result.
func (r source) images(m *Model) Step {
	s := Plain("images")
	in := npu.LayerOf(m.Descs[0]).In
	n := among(r, 1, 1, 2, 3)
	for range n {
		s.Beats = append(s.Beats, r.image(in, 0)...)
	}
	s.Out = r.mask()
	s.Reads = r.results()
	s.AfterIn, s.AfterOut = len(s.Beats), n*outputs(m)
	s.Linger = r.Intn(4)
	return s
}

// race sends images while the bus reads anything and rewrites data.
func (r source) race(m *Model) Step {
	s := r.images(m)
	s.Note = "images against the bus"
	s.AfterIn, s.AfterOut = r.Intn(len(s.Beats)+1), 0
	if r.chance(40) {
		s.AfterOut = r.Intn(outputs(m) + 1)
	}
	s.Reads = nil
	for range r.Intn(12) {
		a := r.anyAddress()
		if r.chance(40) {
			a = npu.Register(among(r, npu.RegStatus, npu.RegError, npu.RegImages, npu.RegClass, npu.RegValue))
		}
		s.Reads = append(s.Reads, BusRead{a, uint8(r.Intn(12))})
	}
	for range r.Intn(8) {
		w := r.dataWrite()
		w.AddressDelay = uint8(r.Intn(12))
		s.Writes = append(s.Writes, w)
	}
	if r.chance(30) {
		s.Writes = append(s.Writes, r.write(npu.Register(npu.RegError), uint32(r.Intn(64))))
	}
	s.B, s.R = r.mask(), r.mask()
	return s
}

// busy writes everywhere while an image is held in flight.
func (r source) busy(m *Model) Step {
	s := Plain("writes while busy")
	s.Beats = r.image(npu.LayerOf(m.Descs[0]).In, 0)
	s.AfterIn = 1
	if len(s.Beats) > 1 && r.chance(50) {
		s.HoldIn = 2 + r.Intn(len(s.Beats)-1)
		s.AfterIn = 1 + r.Intn(s.HoldIn-1)
	} else {
		s.HoldOut = outputs(m)
		s.AfterOut = r.Intn(s.HoldOut)
		s.AfterIn = 1 + r.Intn(len(s.Beats))
	}
	for range 1 + r.Intn(6) {
		w := r.anyWrite()
		if r.chance(30) {
			w = r.write(npu.Register(npu.RegControl), uint32(1+r.Intn(2)))
		}
		s.Writes = append(s.Writes, w)
	}
	for range r.Intn(6) {
		s.Reads = append(s.Reads, r.read(r.anyAddress()))
	}
	s.Out = r.mask()
	return s
}

// badFrame sends an image that is too short or too long, then perhaps a good one.
func (r source) badFrame(m *Model) Step {
	s := Plain("bad frame")
	in := npu.LayerOf(m.Descs[0]).In
	s.Beats = r.image(in, among(r, -1, -r.Intn(in+1), 1, 1+r.Intn(6)))
	if r.chance(60) {
		s.Beats = append(s.Beats, r.image(in, 0)...)
	}
	s.Reads = []BusRead{r.read(npu.Register(npu.RegError)), r.read(npu.Register(npu.RegImages)), r.read(npu.Register(npu.RegStatus))}
	s.AfterIn = len(s.Beats)
	if r.chance(40) {
		s.AfterIn = r.Intn(len(s.Beats) + 1)
		for range 1 + r.Intn(3) {
			s.Writes = append(s.Writes, r.write(npu.Register(npu.RegError), 63))
		}
	}
	s.Out = r.mask()
	return s
}

// part sends the beginning of an image, or takes some logits of one.
func (r source) part(m *Model) Step {
	s := Plain("part of an image")
	s.Take = 0
	switch m.flight {
	case leaving:
		s.Take = r.Intn(m.Logits() + 1)
	case skipping:
		s.Beats = r.image(1+r.Intn(3), 0)
		s.Beats[len(s.Beats)-1].Last = r.chance(60)
	default:
		left := npu.LayerOf(m.Descs[0]).In - len(m.loaded)
		s.Beats = r.image(left, 0)
		switch r.Intn(4) {
		case 0:
			s.Take = r.Intn(outputs(m) + 1)
		case 1: // one too many, and more to come
			s.Beats[left-1].Last = false
			s.Beats = append(s.Beats, r.image(1+r.Intn(2), 0)...)
			s.Beats[len(s.Beats)-1].Last = false
		default:
			s.Beats = s.Beats[:r.Intn(left+1)]
		}
	}
	s.Out = r.mask()
	s.Linger = r.Intn(50)
	return s
}

// finish completes an image in flight.
func (r source) finish(m *Model) Step {
	s := Plain("finish the image")
	switch m.flight {
	case loading:
		s.Beats = r.image(npu.LayerOf(m.Descs[0]).In-len(m.loaded), 0)
	case skipping:
		s.Beats = r.image(1+r.Intn(2), 0)
	}
	s.Out = r.mask()
	s.Reads, s.AfterIn = r.results(), len(s.Beats)
	return s
}

// reset cuts any other step off.
func (r source) reset(s Step) Step {
	s.Note += ", cut off by a reset"
	s.Reset = &Reset{At: among(r, 0, r.Intn(8), r.Intn(40), r.Intn(150)), For: 1 + r.Intn(3)}
	return s
}

// offer presents a feature while nothing may take it.
func (r source) offer() Step {
	s := Plain("offer a feature while not ready")
	s.Beats = r.image(1+r.Intn(3), 0)
	return s
}

// next is a step that is valid in m's state. The first two program the head and run an
// image, so that every sequence checks something.
func (r source) next(m *Model, index int) Step {
	switch {
	case index == 0:
		return r.program()
	case index == 1 && m.Ready:
		return r.images(m)
	}
	s := r.free(m)
	if r.chance(5) {
		s = r.reset(s)
	}
	return s
}

func (r source) free(m *Model) Step {
	if m.Busy() {
		return [](func() Step){
			func() Step { return r.finish(m) }, func() Step { return r.part(m) },
			r.look, r.strange, r.data, func() Step { return r.finish(m) },
			func() Step { return r.reset(r.finish(m)) },
		}[r.Intn(7)]()
	}
	if !m.Ready {
		switch r.Intn(10) {
		case 0:
			return r.reset(r.offer())
		case 1:
			return r.look()
		case 2:
			return r.misfit(m)
		case 3:
			return r.bus("commit", []BusWrite{r.write(npu.Register(npu.RegControl), npu.ControlCommit)}, nil)
		}
		return r.program()
	}
	switch r.Intn(16) {
	case 0, 1, 2:
		return r.images(m)
	case 3, 4:
		return r.race(m)
	case 5:
		return r.busy(m)
	case 6:
		return r.badFrame(m)
	case 7:
		return r.part(m)
	case 8:
		return r.look()
	case 9:
		return r.strange()
	case 10, 11:
		return r.data()
	case 12:
		return r.misfit(m)
	case 13:
		return r.program()
	case 14:
		return r.bus("halt", []BusWrite{r.write(npu.Register(npu.RegControl), among[uint32](r, npu.ControlHalt, npu.ControlCommit))}, nil)
	}
	s := r.race(m)
	// Before a reset the program may change at any time.
	for range r.Intn(4) {
		s.AfterIn, s.AfterOut = 0, 0
		s.Writes = append([]BusWrite{among(r, r.anyWrite(), r.write(npu.Register(npu.RegControl), npu.ControlHalt), r.write(npu.Register(npu.RegControl), npu.ControlCommit))}, s.Writes...)
	}
	return r.reset(s)
}
