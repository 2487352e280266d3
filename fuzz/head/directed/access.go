package directed

import (
	"fmt"

	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
)

// addressBits is the number of bits of an address of the bus.
const addressBits = 24

// bankWords are the words of the weight memory, and what of a row a word is. A word of
// a row beyond the lanes is mapped and holds nothing.
func (m *maker) weightWords(most int) (words []uint32) {
	for _, row := range around(0, m.p.Rows-1, most) {
		for _, sub := range around(0, m.p.RowWords()-1, 32) {
			words = append(words, npu.Address(npu.RegionWeights, row*m.p.RowWords()+sub))
		}
	}
	return words
}

func (m *maker) biasWords(most int) (words []uint32) {
	for _, b := range around(0, m.p.Biases-1, most) {
		words = append(words, npu.Address(npu.RegionBiases, b))
	}
	return words
}

func (m *maker) descriptorWords(most int) (words []uint32) {
	for _, k := range around(0, m.p.Layers-1, most) {
		for f := npu.FieldIn; f <= npu.FieldTail; f++ {
			words = append(words, npu.Descriptor(k, f))
		}
	}
	return words
}

func (m *maker) registerWords() (words []uint32) {
	for r := npu.RegID; r <= npu.RegValue; r++ {
		words = append(words, npu.Register(r))
	}
	return words
}

// legal lists the addresses of all words.
func (m *maker) legal() (words []uint32) {
	words = append(words, m.registerWords()...)
	words = append(words, m.descriptorWords(16)...)
	words = append(words, m.biasWords(128)...)
	return append(words, m.weightWords(128)...)
}

// mapped reports whether an address is that of a word.
func (m *maker) mapped(a uint32) bool {
	word := int(a >> 2 & (1<<20 - 1))
	switch {
	case a&3 != 0 || a>>addressBits != 0:
		return false
	case a>>22 == npu.RegionRegisters:
		return word <= npu.RegValue
	case a>>22 == npu.RegionDescriptors:
		return word/8 < m.p.Layers && word%8 <= npu.FieldTail
	case a>>22 == npu.RegionBiases:
		return word < m.p.Biases
	}
	return word/m.p.RowWords() < m.p.Rows
}

// value is data for a write to an alias of address a. It is small if a larger value would
// be refused, so that the address is the only reason to refuse the write.
func (s *steps) value(a uint32) uint32 {
	if a>>22 >= npu.RegionBiases {
		return s.Uint32()
	}
	return uint32(1 + s.Intn(2))
}

// chunks calls f for so many words at a time.
func chunks[T any](words []T, n int, f func(i int, part []T)) {
	for i := 0; i*n < len(words); i++ {
		f(i, words[i*n:min(len(words), (i+1)*n)])
	}
}

// aliases accesses every legal word with every single bit of its address wrong. The
// response, the reason in ERROR and the word must be those of an unmapped access. It does
// the same while an image is in flight; the reason must still be the address.
func (m *maker) aliases() {
	chunks(m.legal(), m.many(4), func(i int, part []uint32) {
		m.aim(fmt.Sprintf("addresses with a bit wrong, %d", i), func(s *steps) {
			for _, a := range part {
				for b := range addressBits {
					q := a ^ 1<<b
					s.write(npu.Register(npu.RegError), 63)
					s.write(q, s.value(a))
					s.read(npu.Register(npu.RegError))
					s.read(q)
					s.read(a)
					s.flush()
				}
			}
		})
	})
	chunks(m.legal(), m.many(8), func(i int, part []uint32) {
		m.aim(fmt.Sprintf("addresses with a bit wrong while busy, %d", i), func(s *steps) {
			s.program(false, plainly(npu.Layer{In: 1, Out: 1}))
			s.flush()
			// One access for each image, so that ERROR shows the result of this access.
			busy := func(access func()) {
				step := s.frame(1)
				step.HoldOut, step.AfterIn = 1, 1
				access()
				step.Writes, step.Reads, s.writes, s.reads = s.writes, s.reads, nil, nil
				s.add(step)
				s.read(npu.Register(npu.RegError))
				s.write(npu.Register(npu.RegError), 63)
				s.flush()
			}
			for _, a := range part {
				for b := range addressBits {
					if q := a ^ 1<<b; !m.mapped(q) {
						busy(func() { s.write(q, s.value(a)) })
						busy(func() { s.read(q) })
					}
				}
				s.read(a)
				s.flush()
			}
		})
	})
}

// pairsOfBits is the same with two bits wrong, where the words are few.
func (m *maker) pairsOfBits() {
	legal := m.legal()
	if len(legal) > 128 {
		return
	}
	chunks(legal, m.many(2), func(i int, part []uint32) {
		m.aim(fmt.Sprintf("addresses with two bits wrong, %d", i), func(s *steps) {
			for _, a := range part {
				for b := range addressBits {
					for c := range b {
						if q := a ^ 1<<b ^ 1<<c; !m.mapped(q) {
							s.write(q, s.value(a))
						}
					}
				}
				s.read(npu.Register(npu.RegError))
				for b := range addressBits {
					for c := range b {
						s.read(a ^ 1<<b ^ 1<<c)
					}
				}
				s.read(a)
				s.flush()
			}
		})
	})
}

// marched is how many rows or biases a memory has at most that is marched over whole.
const marched = 1 << 17

// march writes every word of a memory with a value of its own and reads all back: first
// upwards, then downwards with every bit inverted.
func (m *maker) march() {
	for _, of := range []struct {
		name  string
		words []uint32
	}{{"descriptors", m.descriptorWords(256)}, {"biases", m.biasWords(marched)}, {"weights", m.weightWords(marched)}} {
		m.aim("march over the "+of.name, func(s *steps) {
			for _, turn := range []uint32{0, ^uint32(0)} {
				for i := range of.words {
					at := of.words[i]
					if turn != 0 {
						at = of.words[len(of.words)-1-i]
					}
					v := (at>>2*0x9e3779b1 ^ at>>2) ^ turn
					if of.name == "descriptors" {
						v &= s.mask(int(at >> 2 % 8))
					}
					s.write(at, v)
				}
				for _, at := range of.words {
					s.read(at)
				}
				s.flush()
			}
		})
	}
}

// mask is the bits that the word of a descriptor has.
func (s *steps) mask(field int) uint32 {
	return [...]uint32{0xffff, 0xffff, 0xfffff, 0xffff, 0x033f377f}[field]
}

// strobes writes weights with every pattern of strobes: every word, and every byte in every
// place, over bytes that are all different. It writes every other writable word with each
// partial pattern, which must leave the word unchanged.
func (m *maker) strobes() {
	const patterns = 16
	words := m.weightWords(64)
	chunks(words, m.many(16), func(i int, part []uint32) {
		m.aim(fmt.Sprintf("strobes to weights, %d", i), func(s *steps) {
			for pattern := range uint8(patterns) {
				for _, a := range part {
					old := s.Uint32()
					s.write(a, old)
					s.writeBytes(a, ^old, pattern)
				}
				for _, a := range part {
					s.read(a)
				}
				s.flush()
			}
		})
	})
	words = words[:min(len(words), 32)]
	for pattern := range uint8(patterns) {
		m.aim(fmt.Sprintf("every byte with strobes %04b", pattern), func(s *steps) {
			// Four bytes that differ, and four that are the same.
			for _, mix := range []uint32{0x00a5ff5a, 0} {
				for v := 0; v < 256; v += len(words) {
					n := min(len(words), 256-v)
					for i := range n {
						w := uint32(v+i)*0x01010101 ^ mix
						s.write(words[i], ^w)
						s.writeBytes(words[i], w, pattern)
					}
					for i := range n {
						s.read(words[i])
					}
					s.flush()
				}
			}
		})
	}
	others := append(m.descriptorWords(4), m.biasWords(32)...)
	others = append(others, npu.Register(npu.RegLayers), npu.Register(npu.RegError), npu.Register(npu.RegControl))
	chunks(others, m.many(4), func(i int, part []uint32) {
		m.aim(fmt.Sprintf("words written in part, %d", i), func(s *steps) {
			s.program(false, plainly(npu.Layer{In: 1, Out: 1}))
			s.write(npu.Register(npu.RegLayers), 1) // no longer committed
			for pattern := range uint8(patterns - 1) {
				for _, a := range part {
					s.writeBytes(a, 1+s.value(a)&1, pattern)
				}
				s.read(npu.Register(npu.RegError))
				s.read(npu.Register(npu.RegStatus))
				for _, a := range part {
					s.read(a)
				}
				s.write(npu.Register(npu.RegError), 63)
			}
		})
	})
}

// bits writes every register and descriptor with each single bit set, and with each single
// bit clear, even if it is read-only. It writes each value of LAYERS.
func (m *maker) bits() {
	chunks(append(m.descriptorWords(8), m.registerWords()...), m.many(5), func(i int, part []uint32) {
		m.aim(fmt.Sprintf("every bit of a word, %d", i), func(s *steps) {
			for _, a := range part {
				mask := ^uint32(0)
				if a>>22 == npu.RegionDescriptors {
					mask = s.mask(int(a >> 2 % 8))
				}
				for b := range 32 {
					for _, v := range []uint32{1 << b, mask &^ (1 << b), ^uint32(0) &^ (1 << b)} {
						s.write(a, v)
						s.read(a)
					}
				}
				for _, other := range part {
					s.read(other)
				}
				s.read(npu.Register(npu.RegStatus))
				s.flush()
			}
		})
	})
	chunks(around(0, 511, small), m.many(64), func(i int, part []int) {
		m.aim(fmt.Sprintf("every value of LAYERS, %d", i), func(s *steps) {
			for _, v := range part {
				s.write(npu.Register(npu.RegLayers), uint32(v))
				s.read(npu.Register(npu.RegLayers))
			}
		})
	})
}

// errors raises each error alone, and all together, and clears every set of them.
func (m *maker) errors() {
	layer := plainly(npu.Layer{In: 1, Out: 1})
	raise := []func(*steps){
		npu.ErrorAddress: func(s *steps) { s.read(npu.Register(npu.RegValue + 1)) },
		npu.ErrorBusy: func(s *steps) {
			step := s.frame(1)
			step.HoldOut, step.AfterIn = 1, 1
			s.bias(0, 5)
			step.Writes, s.writes = s.writes, nil
			s.add(step)
		},
		npu.ErrorValue: func(s *steps) { s.write(npu.Register(npu.RegError), 64) },
		npu.ErrorProgram: func(s *steps) {
			s.write(npu.Register(npu.RegLayers), 0)
			s.write(npu.Register(npu.RegControl), npu.ControlCommit)
			s.program(false, layer)
		},
		npu.ErrorFrame: func(s *steps) { s.add(s.frame(1, 2)) },
		npu.ErrorOverflow: func(s *steps) {
			s.bias(0, 1<<31-1)
			s.row(0, func(int) int8 { return 1 })
			s.image(1)
			s.bias(0, 0)
		},
	}
	check := func(s *steps) {
		s.flush()
		s.read(npu.Register(npu.RegError))
		s.flush()
	}
	m.aim("every error alone", func(s *steps) {
		s.program(false, layer)
		for bit, of := range raise {
			of(s)
			check(s)
			for clear := range 6 {
				if clear != bit {
					s.write(npu.Register(npu.RegError), 1<<clear)
				}
			}
			check(s)
			s.write(npu.Register(npu.RegError), 1<<bit)
			check(s)
		}
	})
	chunks(around(0, 63, small), m.many(8), func(i int, part []int) {
		m.aim(fmt.Sprintf("every set of errors cleared, %d", i), func(s *steps) {
			for _, clear := range part {
				s.program(false, layer)
				for _, of := range raise {
					of(s)
				}
				check(s)
				s.write(npu.Register(npu.RegError), uint32(clear))
				check(s)
				s.write(npu.Register(npu.RegError), 63)
				check(s)
			}
		})
	})
}

// The roundings and overflows there are.
var (
	roundings = spec.Roundings()
	overflows = spec.Overflows()
)
