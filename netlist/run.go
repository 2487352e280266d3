package netlist

import (
	"fmt"
	"math/bits"
)

// Run evaluates the first `lanes` lanes. in[i] holds the lanes of cut i, of which
// only the bits within the cut's width count; out[i] receives those of output i,
// zeros above its width. Every slice has at least `lanes` elements.
func (p *Program) Run(lanes int, in, out [][]uint64) {
	if len(in) != p.ins || len(out) != len(p.outs) {
		panic(fmt.Sprintf("netlist: run with %d inputs and %d outputs, want %d and %d", len(in), len(out), p.ins, len(p.outs)))
	}
	scratch := p.scratch.Get().(*[]uint64)
	defer p.scratch.Put(scratch)
	s := *scratch
	for from := 0; from < lanes; from += block {
		n := min(block, lanes-from)
		for i := range p.code {
			p.code[i].run(s, in, from, n)
		}
		for i, slot := range p.outs {
			copy(out[i][from:from+n], s[int(slot)*block:][:n])
		}
	}
}

// run is one kernel over n lanes.
func (in *inst) run(s []uint64, ins [][]uint64, from, n int) {
	dst := s[int(in.dst)*block:][:n]
	if in.op == OpInput {
		a, mask := ins[in.a][from:][:len(dst)], in.mask
		for i := range dst {
			dst[i] = a[i] & mask
		}
		return
	}
	a := s[int(in.a)*block:][:len(dst)]
	b := s[int(in.b)*block:][:len(dst)]
	c := s[int(in.c)*block:][:len(dst)]
	ops[in.op].lanes(in, dst, a, b, c)
}

// kernel computes an instruction for the lanes of its operands; dst, a, b and c have
// one length, and what the instruction does not read is any word. Kernels cut the
// slices to that length once more, which spares their loops the bounds checks.
type kernel func(in *inst, dst, a, b, c []uint64)

// tuneSign makes k the shift that brings a's sign to the top of 64 bits.
func tuneSign(in *inst, _ *Cell, wa int) { in.k = uint8(64 - wa) }

// zextLanes is never run: a zero extension shares its operand's slot; see root.
func zextLanes(*inst, []uint64, []uint64, []uint64, []uint64) {
	panic("netlist: a kernel for a zero extension")
}

func sliceLanes(in *inst, dst, a, _, _ []uint64) {
	mask, k := in.mask, uint(in.k)&63
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = a[i] >> k & mask
	}
}

func concatLanes(in *inst, dst, a, b, _ []uint64) {
	k := uint(in.k) & 63
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] | b[i]<<k
	}
}

func sextLanes(in *inst, dst, a, _, _ []uint64) {
	mask, k := in.mask, uint(in.k)&63
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = uint64(int64(a[i]<<k)>>k) & mask
	}
}

func addLanes(in *inst, dst, a, b, _ []uint64) {
	mask := in.mask
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = (a[i] + b[i]) & mask
	}
}

func subLanes(in *inst, dst, a, b, _ []uint64) {
	mask := in.mask
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = (a[i] - b[i]) & mask
	}
}

func negLanes(in *inst, dst, a, _, _ []uint64) {
	mask := in.mask
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = -a[i] & mask
	}
}

func mulLanes(in *inst, dst, a, b, _ []uint64) {
	mask := in.mask
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] * b[i] & mask
	}
}

func notLanes(in *inst, dst, a, _, _ []uint64) {
	mask := in.mask
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = ^a[i] & mask
	}
}

func andLanes(_ *inst, dst, a, b, _ []uint64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] & b[i]
	}
}

func orLanes(_ *inst, dst, a, b, _ []uint64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] | b[i]
	}
}

func xorLanes(_ *inst, dst, a, b, _ []uint64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] ^ b[i]
	}
}

func shlLanes(in *inst, dst, a, b, _ []uint64) {
	mask := in.mask
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] << b[i] & mask
	}
}

func shrLanes(_ *inst, dst, a, b, _ []uint64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] >> b[i]
	}
}

func sarLanes(in *inst, dst, a, b, _ []uint64) {
	mask, k := in.mask, uint(in.k)&63
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = uint64(int64(a[i]<<k)>>k>>b[i]) & mask
	}
}

func eqLanes(_ *inst, dst, a, b, _ []uint64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = bit(a[i] == b[i])
	}
}

func ultLanes(_ *inst, dst, a, b, _ []uint64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = bit(a[i] < b[i])
	}
}

func sltLanes(in *inst, dst, a, b, _ []uint64) {
	k := uint(in.k) & 63
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = bit(int64(a[i]<<k) < int64(b[i]<<k))
	}
}

func redAndLanes(in *inst, dst, a, _, _ []uint64) {
	mask := in.mask
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = bit(a[i] == mask)
	}
}

func redOrLanes(_ *inst, dst, a, _, _ []uint64) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = bit(a[i] != 0)
	}
}

func redXorLanes(_ *inst, dst, a, _, _ []uint64) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = uint64(bits.OnesCount64(a[i])) & 1
	}
}

func muxLanes(_ *inst, dst, a, b, c []uint64) {
	a, b, c = a[:len(dst)], b[:len(dst)], c[:len(dst)]
	for i := range dst {
		dst[i] = c[i] ^ (b[i]^c[i])&-a[i]
	}
}
