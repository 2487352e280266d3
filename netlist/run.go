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

// run is one kernel over n lanes. The slices are cut to one length first, which
// spares the loops their bounds checks.
func (in *inst) run(s []uint64, ins [][]uint64, from, n int) {
	mask, k := in.mask, uint(in.k)&63
	dst := s[int(in.dst)*block:][:n]
	if in.op == OpInput {
		a := ins[in.a][from:][:len(dst)]
		for i := range dst {
			dst[i] = a[i] & mask
		}
		return
	}
	a := s[int(in.a)*block:][:len(dst)]
	b := s[int(in.b)*block:][:len(dst)]
	switch in.op {
	case OpSlice:
		for i := range dst {
			dst[i] = a[i] >> k & mask
		}
	case OpConcat:
		for i := range dst {
			dst[i] = a[i] | b[i]<<k
		}
	case OpSext:
		for i := range dst {
			dst[i] = uint64(int64(a[i]<<k)>>k) & mask
		}
	case OpAdd:
		for i := range dst {
			dst[i] = (a[i] + b[i]) & mask
		}
	case OpSub:
		for i := range dst {
			dst[i] = (a[i] - b[i]) & mask
		}
	case OpNeg:
		for i := range dst {
			dst[i] = -a[i] & mask
		}
	case OpMul:
		for i := range dst {
			dst[i] = a[i] * b[i] & mask
		}
	case OpNot:
		for i := range dst {
			dst[i] = ^a[i] & mask
		}
	case OpAnd:
		for i := range dst {
			dst[i] = a[i] & b[i]
		}
	case OpOr:
		for i := range dst {
			dst[i] = a[i] | b[i]
		}
	case OpXor:
		for i := range dst {
			dst[i] = a[i] ^ b[i]
		}
	case OpShl:
		for i := range dst {
			dst[i] = a[i] << b[i] & mask
		}
	case OpShr:
		for i := range dst {
			dst[i] = a[i] >> b[i]
		}
	case OpSar:
		for i := range dst {
			dst[i] = uint64(int64(a[i]<<k)>>k>>b[i]) & mask
		}
	case OpEq:
		for i := range dst {
			dst[i] = bit(a[i] == b[i])
		}
	case OpUlt:
		for i := range dst {
			dst[i] = bit(a[i] < b[i])
		}
	case OpSlt:
		for i := range dst {
			dst[i] = bit(int64(a[i]<<k) < int64(b[i]<<k))
		}
	case OpRedAnd:
		for i := range dst {
			dst[i] = bit(a[i] == mask)
		}
	case OpRedOr:
		for i := range dst {
			dst[i] = bit(a[i] != 0)
		}
	case OpRedXor:
		for i := range dst {
			dst[i] = uint64(bits.OnesCount64(a[i])) & 1
		}
	case OpMux:
		c := s[int(in.c)*block:][:len(dst)]
		for i := range dst {
			dst[i] = c[i] ^ (b[i]^c[i])&-a[i]
		}
	default:
		panic("netlist: no kernel for " + in.op.String())
	}
}
