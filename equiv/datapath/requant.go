package datapath

import (
	"context"
	"fmt"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// The range of shifts in a program; see the register map.
const minShift, maxShift = -31, 33

// scaledNet is the net of npu_requant between its two halves.
const scaledNet = "scaled"

// requantJobs are the jobs for the requantizer's two halves. Each configuration of a
// half is a claim; a fact has the claims of one mode. golden's Requantize is Round,
// followed by Requantize without a shift. So both halves, each proved for all values of
// the net between them, make up the whole.
func requantJobs() []job {
	var all []job
	for _, r := range spec.Roundings() {
		all = append(all, job{
			equiv.Fact{
				Kind: verdict.HeadRequant, Name: "scale " + r.String(),
				Claim: fmt.Sprintf("npu_requant: with rounding %v and every shift from %d to %d, the scaled value is golden's Round of the accumulator, for all 2^32 accumulators; it lies in 63 bits",
					r, minShift, maxShift),
				Method: "bit-vectors, one query a shift",
			},
			func(ctx context.Context, p *prover, f *equiv.Fact) { p.scale(ctx, f, r) },
		})
	}
	for _, o := range spec.Overflows() {
		all = append(all, job{
			equiv.Fact{
				Kind: verdict.HeadRequant, Name: "fit " + o.String(),
				Claim: fmt.Sprintf("npu_requant: with overflow %v, every width (1 to 32 with a sign, 1 to 31 without), with and without ReLU, the result is golden's Requantize of the scaled value, for every scaled value of 63 bits",
					o),
				Method: "bit-vectors, one query a format",
			},
			func(ctx context.Context, p *prover, f *equiv.Fact) { p.fit(ctx, f, o) },
		})
	}
	return all
}

func (p *prover) scale(ctx context.Context, f *equiv.Fact, r spec.Rounding) {
	m, err := p.unit(ctx, small, "npu_requant", scaledNet)
	if err != nil {
		unread(f, err)
		return
	}
	for shift := minShift; shift <= maxShift; shift++ {
		p.settle(ctx, f, func(d *data) ([]claim, error) {
			x := d.machine(m)
			acc, t := d.word("accumulator", 32, true)
			x.Set("acc", acc)
			x.Set("shift", d.g.Const(7, uint64(shift)))
			x.Set("rounding", d.g.Const(3, uint64(r)))
			name := fmt.Sprintf("the accumulator shifted by %d with %v", shift, r)
			l := word(x.Net(scaledNet), golden.Round(d.t, r, shift, t), 63, true)
			return []claim{{name, -1, l, false, 0}}, nil
		})
		if f.Verdict != verdict.Proved {
			return
		}
	}
}

func (p *prover) fit(ctx context.Context, f *equiv.Fact, o spec.Overflow) {
	m, err := p.unit(ctx, small, "npu_requant", scaledNet)
	if err != nil {
		unread(f, err)
		return
	}
	for _, l := range formats(o) {
		p.settle(ctx, f, func(d *data) ([]claim, error) {
			x := d.machine(m)
			scaled, t := d.word("scaled value", 63, true)
			x.Put(scaledNet, d.g.Cell(netlist.OpSext, 64, 0, scaled, 0, 0))
			x.Set("overflow", d.g.Const(2, uint64(o)))
			x.Set("width", d.g.Const(6, uint64(l.Width)))
			x.Set("is_signed", d.g.Const(1, uint64(flag(l.Signed))))
			x.Set("relu", d.g.Const(1, uint64(flag(l.ReLU))))
			want := golden.Requantize(d.t, l.Requant(), 0, t)
			q := l.Requant().Range()
			name := fmt.Sprintf("the result with %v", l.Requant())
			return []claim{{name, -1, word(x.Net("result"), want, 32, true).between(q.Lo, q.Hi), false, 0}}, nil
		})
		if f.Verdict != verdict.Proved {
			return
		}
	}
}

// formats are the output formats that a program may have, each with and without
// ReLU, and the overflow mode.
func formats(o spec.Overflow) (all []npu.Layer) {
	for width := 1; width <= 32; width++ {
		for i := range 4 {
			l := npu.Layer{Overflow: o, Width: width, Signed: i&1 == 1, ReLU: i>>1 == 1}
			if width < 32 || l.Signed {
				all = append(all, l)
			}
		}
	}
	return all
}
