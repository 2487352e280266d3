package control

import (
	"math/rand/v2"

	"github.com/hashiflex/hashiflex/rtl/npu"
)

// master plays at random on the head's pins: programs that fit and some that do not,
// images of the right length and some of the wrong one, accesses near and beyond the
// valid addresses, stalls on every channel, resets. It holds an offer on a channel
// until the head accepts it. With a hint, it often uses the hint's values, in any order
// and at any time.
type master struct {
	rng  *rand.Rand
	p    npu.Params
	hint *hint // may be nil

	// Probabilities in 1/256 for a cycle.
	offer, respond, take, stray, reset int

	writes   []write // to come
	aw, w    bool    // shown
	awNow    write
	wNow     write
	awDone   int // addresses taken of writes
	wDone    int
	ar       bool
	arNow    uint64
	in       bool
	last     bool
	beats    int // taken of the frame
	features int // of the program that was written last
}

type write struct{ address, data, strobe uint64 }

// drive is the master's outputs in a cycle.
type drive struct {
	resetn, awvalid, wvalid, bready, arvalid, rready, tvalid, tlast, mready bool
	awaddr, wdata, wstrb, araddr                                            uint64
}

// seen are the head's ready and valid pins, as in the monitor's see_pins.
type seen uint64

func (s seen) awready() bool { return s&1 != 0 }
func (s seen) wready() bool  { return s&2 != 0 }
func (s seen) arready() bool { return s&4 != 0 }
func (s seen) tready() bool  { return s&8 != 0 }
func (s seen) bvalid() bool  { return s&16 != 0 }
func (s seen) rvalid() bool  { return s&32 != 0 }
func (s seen) mvalid() bool  { return s&64 != 0 }

// newMaster is a master with one of the hints, if there are any.
func newMaster(p npu.Params, rng *rand.Rand, hints []hint) *master {
	pick := func(v ...int) int { return v[rng.IntN(len(v))] }
	m := &master{
		rng: rng, p: p,
		offer: pick(256, 128, 40), respond: pick(256, 128, 20), take: pick(256, 256, 128, 20),
		stray: pick(0, 10, 60), reset: pick(0, 0, 2),
	}
	if len(hints) > 0 {
		m.hint = &hints[rng.IntN(len(hints))]
	}
	return m
}

// told is sometimes one of the values of a hint, and otherwise v.
func (m *master) told(hints []uint64, v uint64) uint64 {
	if len(hints) > 0 && m.chance(128) {
		return hints[m.rng.IntN(len(hints))]
	}
	return v
}

func (m *master) chance(of256 int) bool { return m.rng.IntN(256) < of256 }

// next is the master's outputs, given the head's in the same cycle.
func (m *master) next(s seen) drive {
	if m.awDone > 0 && m.wDone > 0 {
		n := min(m.awDone, m.wDone)
		m.writes = m.writes[n:]
		m.awDone, m.wDone = m.awDone-n, m.wDone-n
	}
	for len(m.writes) <= max(m.awDone, m.wDone) {
		m.plan()
	}
	if !m.aw && m.chance(m.offer) {
		m.aw, m.awNow = true, m.writes[m.awDone]
	}
	if !m.w && m.chance(m.offer) {
		m.w, m.wNow = true, m.writes[m.wDone]
	}
	if !m.ar && m.chance(m.offer/4) {
		m.ar, m.arNow = true, m.address()
	}
	if !m.in && m.chance(m.offer) {
		m.in, m.last = true, m.beats+1 == m.features
		if m.chance(m.stray / 4) {
			m.last = !m.last
		}
	}
	d := drive{
		resetn:  !m.chance(m.reset),
		awvalid: m.aw, awaddr: m.awNow.address,
		wvalid: m.w, wdata: m.wNow.data, wstrb: m.wNow.strobe,
		arvalid: m.ar, araddr: m.arNow,
		tvalid: m.in, tlast: m.last,
		bready: m.chance(m.respond), rready: m.chance(m.respond), mready: m.chance(m.take),
	}
	if !d.resetn {
		m.aw, m.w, m.ar, m.in = false, false, false, false
		m.awDone, m.wDone, m.beats = 0, 0, 0
		m.writes = nil
		return d
	}
	if m.aw && s.awready() {
		m.aw = false
		m.awDone++
	}
	if m.w && s.wready() {
		m.w = false
		m.wDone++
	}
	if m.ar && s.arready() {
		m.ar = false
	}
	if m.in && s.tready() {
		m.in = false
		m.beats++
		if m.last {
			m.beats = 0
		}
	}
	return d
}

const (
	control, errors_, layers          = 0x18, 0x20, 0x24
	descriptors, biasBase, weightBase = 0x400000, 0x800000, 0xc00000
)

// address is mostly near the valid ones, or a hint's.
func (m *master) address() uint64 {
	if m.hint != nil {
		return m.told(m.hint.addresses, m.near())
	}
	return m.near()
}

func (m *master) near() uint64 {
	below := func(n int) uint64 { return uint64(4 * m.rng.IntN(n+2)) }
	a := uint64(0)
	switch m.rng.IntN(6) {
	case 0:
		a = below(13)
	case 1:
		a = descriptors + below(8*m.p.Layers)
	case 2:
		a = biasBase + below(m.p.Biases)
	case 3:
		a = weightBase + below(m.p.Rows*m.p.RowWords())
	case 4:
		return m.rng.Uint64N(1 << 24)
	default:
		return []uint64{control, errors_, layers}[m.rng.IntN(3)]
	}
	if m.chance(16) {
		a += m.rng.Uint64N(4)
	}
	return a
}

// plan appends writes: a program, or one arbitrary write.
func (m *master) plan() {
	if m.chance(m.stray) || len(m.writes) > 0 && m.chance(128) {
		w := write{m.address(), m.rng.Uint64N(4), 15}
		if m.chance(40) {
			w.data = m.rng.Uint64N(1 << 32)
		}
		if m.chance(40) {
			w.strobe = m.rng.Uint64N(16)
		}
		if h := m.hint; h != nil {
			w.data, w.strobe = m.told(h.data, w.data), m.told(h.strobes, w.strobe)
		}
		m.writes = append(m.writes, w)
		return
	}
	m.writes = append(m.writes, m.program()...)
	for m.chance(200) {
		// Something harmless, so that images have time.
		m.writes = append(m.writes, write{errors_, m.rng.Uint64N(64), 15}, write{biasBase, 0, 15}, write{weightBase, 0, 15})
	}
}

// program is the writes of a program that fits, sometimes with one wrong field, or of a
// hint's program.
func (m *master) program() (w []write) {
	if h := m.hint; h != nil && h.program != nil && m.chance(160) {
		m.features = h.features
		return h.program
	}
	n := 1 + m.rng.IntN(m.p.Layers)
	in := 1 + m.rng.IntN(m.p.Features)
	m.features = in
	put := func(layer, field, value int) {
		v := uint64(value)
		if m.chance(m.stray / 8) {
			v = []uint64{0, v + 1, v - 1, 9, m.rng.Uint64N(1 << 20)}[m.rng.IntN(5)] & (1<<32 - 1)
		}
		w = append(w, write{descriptors + uint64(4*(8*layer+field)), v, 15})
	}
	for k := range n {
		most := m.p.Biases
		if k < n-1 {
			most = min(most, m.p.Features)
		}
		out := 1 + m.rng.IntN(most)
		groups := func() int { return (out + m.p.Lanes - 1) / m.p.Lanes }
		for out > 1 && groups()*in > m.p.Rows {
			out--
		}
		put(k, 0, in)
		put(k, 1, out)
		put(k, 2, m.rng.IntN(max(0, m.p.Rows-groups()*in)+1))
		put(k, 3, m.rng.IntN(m.p.Biases-out+1))
		put(k, 4, m.rng.IntN(4)|8<<16|1<<24)
		in = out
	}
	m.rng.Shuffle(len(w), func(i, j int) { w[i], w[j] = w[j], w[i] })
	w = append(w, write{layers, uint64(n), 15}, write{control, 1, 15})
	return w
}
