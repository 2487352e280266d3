package directed

import (
	"fmt"

	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
)

// moments is the number of cycles of a program and of an image that are tried one by one.
const moments = 64

// programmed is a program that fits any head: as many layers as it has, up to two, of
// few features.
func (m *maker) programmed() (ls []npu.Layer) {
	in := 1
	for in < 3 && m.holds(in+1, in+1) {
		in++
	}
	for range min(2, m.p.Layers) {
		ls = append(ls, npu.Layer{In: in, Out: in, Overflow: spec.SAT, Shift: 6, Width: 8, Signed: true})
	}
	ls[len(ls)-1] = plainly(ls[len(ls)-1])
	return ls
}

// resets begins a reset in every cycle of a program and of an image. All registers
// must be as after power-up, and the next image must be right.
func (m *maker) resets() {
	ls := m.programmed()
	for _, during := range []string{"a program", "an image", "a frame that is too long"} {
		chunks(around(0, moments-1, small), 8, func(i int, part []int) {
			m.aim(fmt.Sprintf("a reset in each cycle of %s, %d", during, i), func(s *steps) {
				for _, at := range part {
					s.program(true, ls...)
					switch during {
					case "a program":
						step := head.Plain(s.note)
						step.Writes, s.writes = s.writes, nil
						step.Reset = &head.Reset{At: at, For: 1 + at%3}
						s.add(step)
					case "an image":
						step := s.frame(s.random(ls[0].In)...)
						if at%2 == 1 {
							step.Out = 0x8080_8080_8080_8080
						}
						step.Reset = &head.Reset{At: at, For: 1 + at%3}
						s.add(step)
					default:
						step := s.frame(s.random(ls[0].In + 2 + at)...)
						step.Reset = &head.Reset{At: at, For: 1 + at%3}
						s.add(step)
					}
					for _, a := range append(m.registerWords(), m.descriptorWords(2)...) {
						s.read(a)
					}
					s.program(false, ls...)
					s.image(s.random(ls[0].In)...)
					s.results()
				}
			})
		})
	}
}

// accesses makes an access in each cycle of an image: a read of a register that the image
// changes, a write to data that it uses, and a write that clears the error that it raises.
// The error is a frame of the wrong length or a sum that overflows.
func (m *maker) accesses() {
	ls := m.programmed()
	last := ls[len(ls)-1]
	for i, ready := range []uint64{^uint64(0), 0x5555_5555_5555_5555, 0x1111_1111_1111_1111} {
		chunks(around(0, moments-1, small), 8, func(k int, part []int) {
			m.aim(fmt.Sprintf("an access in each cycle of an image, stalls %d, %d", i, k), func(s *steps) {
				s.program(true, ls...)
				for lane := range last.Out {
					s.bias(lane, 1<<31-1)
				}
				s.flush()
				send := func(extra int, read []int, write []npu.Write, delay int) {
					step := s.frame(s.random(ls[0].In + extra)...)
					step.Out = ready
					for _, r := range read {
						step.Reads = append(step.Reads, head.BusRead{Address: npu.Register(r), Delay: uint8(delay)})
					}
					for _, w := range write {
						step.Writes = append(step.Writes, head.BusWrite{Write: w, AddressDelay: uint8(delay)})
					}
					s.add(step)
					s.results()
				}
				clear := npu.Write{Address: npu.Register(npu.RegError), Data: 63, Strobe: 0xf}
				for _, delay := range part {
					for _, r := range []int{npu.RegImages, npu.RegValue, npu.RegClass, npu.RegStatus, npu.RegError} {
						send(0, []int{r}, nil, delay)
					}
					send(0, nil, []npu.Write{clear}, delay)
					send(2, nil, []npu.Write{clear}, delay)
					if ls[0].In > 1 {
						send(-1, nil, []npu.Write{clear}, delay)
					}
					send(0, nil, []npu.Write{{Address: npu.Address(npu.RegionWeights, 0), Data: s.Uint32(), Strobe: 0xf}}, delay)
					send(0, nil, []npu.Write{{Address: npu.Address(npu.RegionBiases, m.p.Biases-1), Data: s.Uint32(), Strobe: 0xf}}, delay)
					send(0, []int{npu.RegStatus}, []npu.Write{clear}, delay)
				}
			})
		})
	}
}

// late delays every logit and every feature, while the bus reads and writes. It also stalls
// the output stream in each cycle.
func (m *maker) late() {
	ls := m.programmed()
	in, out := ls[0].In, ls[len(ls)-1].Out
	begin := func(s *steps) {
		s.program(true, ls...)
		s.flush()
	}
	m.aim("every logit and every feature held back", func(s *steps) {
		begin(s)
		held := func(step head.Step) {
			s.write(npu.Address(npu.RegionWeights, 0), s.Uint32())
			s.write(npu.Address(npu.RegionBiases, 0), s.Uint32())
			step.Writes, s.writes = s.writes, nil
			for _, r := range []uint32{npu.Register(npu.RegStatus), npu.Register(npu.RegValue), npu.Address(npu.RegionWeights, 0), npu.Descriptor(0, npu.FieldTail)} {
				s.read(r)
			}
			step.Reads, s.reads = s.reads, nil
			s.add(step)
			s.results()
			s.write(npu.Register(npu.RegError), 63)
			s.flush()
		}
		for i := range out {
			step := s.frame(s.random(in)...)
			step.HoldOut, step.AfterIn = i+1, 1
			held(step)
		}
		for i := 1; i < in; i++ {
			step := s.frame(s.random(in)...)
			step.HoldIn, step.AfterIn = i+1, 1
			held(step)
		}
		for i := range in {
			step := s.frame(s.random(in)...)
			step.Beats[i].Gap = 20
			s.add(step)
		}
	})
	chunks(around(0, 63, small), 16, func(i int, part []int) {
		m.aim(fmt.Sprintf("a pause in each cycle, %d", i), func(s *steps) {
			begin(s)
			for _, at := range part {
				for _, ready := range []uint64{1 << at, ^uint64(1 << at), ^uint64(0) << at} {
					step := s.frame(append(s.random(in), s.random(in)...)...)
					step.Beats[in-1].Last = true
					step.Out = ready
					step.Reads = []head.BusRead{{Address: npu.Register(npu.RegImages)}, {Address: npu.Register(npu.RegValue)}}
					step.R = ready
					step.AfterIn, step.AfterOut = 2*in, 2*out
					s.add(step)
				}
			}
		})
	})
}
