package datapath

import (
	"context"
	"fmt"
	"math"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// totalJobs is the first step of what follows the lanes: the addition of the bias.
func totalJobs() []job {
	return []job{
		{
			equiv.Fact{
				Kind: verdict.HeadResult, Name: "total",
				Claim:  "npu_head with LANES 1, FEATURES 1, ROWS 3, BIASES 2, LAYERS 1: on an edge on which a result leaves the lanes, the total becomes lane 0's sum plus the bias modulo 2^32, and the overflow flag is set where the sum leaves 32 bits and keeps its value elsewhere: for all sums and biases",
				Method: "bit-vectors",
			},
			provedBy((*prover).total),
		},
	}
}

// argmaxJobs is the last: the maximum.
func argmaxJobs() []job {
	return []job{
		{
			equiv.Fact{
				Kind: verdict.HeadResult, Name: "maximum",
				Claim:  "npu_argmax: on an edge with put the greatest value and its index become the new ones if first is set or the new value is greater, and are kept otherwise: for all values and indices",
				Method: "bit-vectors",
			},
			provedBy((*prover).maximum),
		},
	}
}

// overflows is 1 where a sum leaves 32 bits, and otherwise what it was before.
func overflows(t *golden.Terms, sum, before golden.Term) golden.Term {
	one := t.Const(1)
	return t.IfLess(sum, t.Const(math.MinInt32), one, t.IfLess(t.Const(math.MaxInt32), sum, one, before))
}

// Nets of npu_head, by their names in the Verilog.
const (
	netPut      = "sequencer.put"
	netPutIndex = "sequencer.put_index"
	netLayer    = "sequencer.layer"
	netTotal    = "total"
	netOverflow = "overflowed"
	netResult   = "result"
	netBestAt   = "argmax.best_index"
	netBest     = "argmax.best_value"
	netLane0    = "g_lane[0].lane.acc"
	netBias     = "biases.read_data"
)

// Nets lists the nets of npu_head that the claims look at, in the names of rtl/npu;
// without an index, of a row of lanes.
func Nets() []string {
	return []string{
		netPut, netPutIndex, netLayer, netTotal, netOverflow, netResult, netBestAt, netBest, netBias, netTail, netFeature, netState,
		netMac, netFirst, netTake, "sequencer.index", "sequencer.bank", "regs.layers", "regs.features_signed", "m_axis_tvalid", "m_axis_tdata",
		"g_lane.lane.acc", "g_lane.weight_bank.read_data", "program_store.tails", "features.words", "biases.words", "g_lane.weight_bank.words",
	}
}

func (p *prover) total(ctx context.Context, f *equiv.Fact) {
	m, err := p.unit(ctx, small, npu.Top, netTotal, netOverflow, netLane0, netBias)
	if err != nil {
		unread(f, err)
		return
	}
	p.settle(ctx, f, func(d *data) ([]claim, error) {
		x := d.machine(m)
		acc, accT := d.word("sum of the products", 32, true)
		bias, biasT := d.word("bias", 32, true)
		before, beforeT := d.word("overflow flag before", 1, false)
		x.Put(netLane0, acc)
		x.Put(netBias, bias)
		x.Put(netOverflow, before)
		for net, v := range map[string]uint64{"sequencer.take": 1, "computing": 1, "step": 1, "begin_image": 0} {
			if x.Has(net) { // a wire that is a constant, or that nothing reads, is no net
				x.Put(net, d.g.Const(1, v))
			}
		}
		x.Clock()
		sum := d.t.Sum(biasT, accT)
		return []claim{
			{"the total", -1, word(x.Net(netTotal), wrap32(d.t, sum), 32, true), false, 0},
			{"the overflow flag", -1, word(x.Net(netOverflow), overflows(d.t, sum, beforeT), 1, false), false, 0},
		}, nil
	})
}

func (p *prover) maximum(ctx context.Context, f *equiv.Fact) {
	m, err := p.unit(ctx, small, "npu_argmax", "best_index", "best_value")
	if err != nil {
		unread(f, err)
		return
	}
	for i := range 4 {
		put, first := i&1 == 1, i>>1 == 1
		p.settle(ctx, f, func(d *data) ([]claim, error) {
			x := d.machine(m)
			best, bestT := d.word("greatest before", 32, true)
			at, atT := d.word("index before", 16, false)
			value, valueT := d.word("value", 32, true)
			index, indexT := d.word("index", 16, false)
			x.Put("best_value", best)
			x.Put("best_index", at)
			x.Set("put", d.g.Const(1, uint64(flag(put))))
			x.Set("first", d.g.Const(1, uint64(flag(first))))
			x.Set("value", value)
			x.Set("index", index)
			x.Clock()
			wantBest, wantAt := bestT, atT
			if put {
				wantBest, wantAt = greater(d.t, first, bestT, valueT, atT, indexT)
			}
			when := fmt.Sprintf(" after an edge with put %v, first %v", put, first)
			return []claim{
				{"the greatest value" + when, -1, word(x.Net("best_value"), wantBest, 32, true), false, 0},
				{"its index" + when, -1, word(x.Net("best_index"), wantAt, 16, false), false, 0},
			}, nil
		})
		if f.Verdict != verdict.Proved {
			return
		}
	}
}

// greater is the greatest value and its index after one more: of equal ones the
// first.
func greater(t *golden.Terms, first bool, best, value, at, index golden.Term) (golden.Term, golden.Term) {
	if first {
		return value, index
	}
	return t.IfLess(best, value, value, best), t.IfLess(best, value, index, at)
}
