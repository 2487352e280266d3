package datapath

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/unroll"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// small is a head whose sizes do not matter: for modules that have none.
var small = npu.Params{Lanes: 1, Features: 1, Rows: 3, Biases: 2, Layers: 1}

// unit elaborates one module of the head, and wants it to have the nets.
func (p *prover) unit(ctx context.Context, params npu.Params, module string, nets ...string) (*netlist.Module, error) {
	design, err := p.design(ctx, params)
	if err != nil {
		return nil, err
	}
	name := module
	if module != npu.Top { // a head under other names is an instance in a module of this one
		name = p.Map.Module(module)
	}
	m, err := design.ModuleWithMemories(name, maxWords)
	if err != nil {
		return nil, err
	}
	if module == npu.Top {
		if err := p.Map.Rename(m); err != nil {
			return nil, err
		}
	}
	x := unroll.NewMachine(m, unroll.NewGraph(module))
	var errs []error
	for _, n := range nets {
		if !x.Has(n) {
			errs = append(errs, fmt.Errorf("%s has no net %s", module, n))
		}
	}
	return m, errors.Join(errs...)
}

// maxWords is the depth of the memories that are taken apart into words.
const maxWords = 256

// wrap32 keeps v modulo 2^32, as the model wraps.
func wrap32(t *golden.Terms, v golden.Term) golden.Term {
	q := spec.Requant{Format: spec.Format{Signed: true, Width: 32}, Rounding: spec.TRN, Overflow: spec.WRAP}
	return golden.Requantize(t, q, 0, v)
}

// laneJobs are the lane's product and its step.
func laneJobs() []job {
	return []job{
		{
			equiv.Fact{
				Kind: verdict.HeadLane, Name: "product",
				Claim:  "npu_lane: the multiplier's output is feature × weight, for every feature of 9 bits and every weight of 8, both signed",
				Method: "all 131,072 products by execution; bit-vectors",
			},
			provedBy((*prover).laneProduct),
		},
		{
			equiv.Fact{
				Kind: verdict.HeadLane, Name: "step",
				Claim:  "npu_lane: on an edge with shift the accumulator becomes the neighbour's; else with enable feature × weight, plus what it was unless first is set, modulo 2^32; else it keeps its value: for all features, weights, accumulators and neighbours",
				Method: "bit-vectors, the product a cut",
			},
			provedBy((*prover).laneStep),
		},
	}
}

// provedBy is a job's proof by a method.
func provedBy(f func(*prover, context.Context, *equiv.Fact)) func(context.Context, *prover, *equiv.Fact) {
	return func(ctx context.Context, p *prover, fact *equiv.Fact) { f(p, ctx, fact) }
}

const productNet = "product"

func (p *prover) laneProduct(ctx context.Context, f *equiv.Fact) {
	m, err := p.unit(ctx, small, "npu_lane", productNet)
	if err != nil {
		unread(f, err)
		return
	}
	r := func(d *data) ([]claim, error) {
		x := d.machine(m)
		feature, a := d.word("feature", 9, true)
		weight, b := d.word("weight", 8, true)
		x.Set("feature", feature)
		x.Set("weight", weight)
		net := x.Net(productNet)
		return []claim{{"the product", -1, word(net, d.t.Mul(a, b), d.g.M.Width(net), true), false, 0}}, nil
	}
	if p.settle(ctx, f, r); f.Verdict != verdict.Proved {
		return
	}
	d := newData(f.Name, nil, false)
	claims, err := r(d)
	if err != nil {
		unread(f, err)
		return
	}
	net := claims[0].link.net
	program, err := netlist.Compile(d.g.M, []netlist.Value{d.words[0].net, d.words[1].net}, []netlist.Value{net})
	if err != nil {
		unread(f, err)
		return
	}
	const n = 1 << 17
	features, weights, out := make([]uint64, n), make([]uint64, n), make([]uint64, n)
	for i := range uint64(n) {
		features[i], weights[i] = i&511, i>>9
	}
	program.Run(n, [][]uint64{features, weights}, [][]uint64{out})
	for i := range out {
		want := golden.Int64{}.Mul(number(features[i], 9, true), number(weights[i], 8, true))
		if got := number(out[i], d.g.M.Width(net), true); got != want {
			// The solver has just said otherwise.
			f.Verdict, f.Reason = verdict.Failed, verdict.SolverDiffers
			f.Detail = fmt.Sprintf("feature %d × weight %d: model %d, hardware %d", number(features[i], 9, true), number(weights[i], 8, true), want, got)
			return
		}
	}
}

func (p *prover) laneStep(ctx context.Context, f *equiv.Fact) {
	m, err := p.unit(ctx, small, "npu_lane", "acc")
	if err != nil {
		unread(f, err)
		return
	}
	for i := range 8 {
		enable, first, shift := i&1 == 1, i>>1&1 == 1, i>>2&1 == 1
		p.settle(ctx, f, func(d *data) ([]claim, error) {
			x := d.machine(m)
			acc, accT := d.word("accumulator before", 32, true)
			feature, featureT := d.word("feature", 9, true)
			weight, weightT := d.word("weight", 8, true)
			neighbour, neighbourT := d.word("neighbour", 32, true)
			x.Start(func(string, int) netlist.Value { return acc })
			bit := func(b bool) netlist.Value { return d.g.Const(1, uint64(flag(b))) }
			x.Set("enable", bit(enable))
			x.Set("first", bit(first))
			x.Set("shift", bit(shift))
			x.Set("feature", feature)
			x.Set("weight", weight)
			x.Set("neighbour", neighbour)
			x.Clock()
			want := accT
			switch {
			case shift:
				want = neighbourT
			case enable && first:
				want = d.t.Mul(featureT, weightT)
			case enable:
				want = wrap32(d.t, d.t.Sum(accT, d.t.Mul(featureT, weightT)))
			}
			name := fmt.Sprintf("the accumulator after an edge with enable %v, first %v, shift %v", enable, first, shift)
			return []claim{{name, -1, word(x.Net("acc"), want, 32, true), false, 0}}, nil
		})
		if f.Verdict != verdict.Proved {
			return
		}
	}
}
