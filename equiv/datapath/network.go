package datapath

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/unroll"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// networkJobs are the whole heads.
func networkJobs() []job {
	var all []job
	for i, in := range instances() {
		all = append(all, job{
			equiv.Fact{
				Kind: verdict.HeadNetwork, Name: fmt.Sprintf("%02d %s", i, in.name()),
				Claim:  in.claim(),
				Method: "concrete control, symbolic data; products, sums, outputs and maxima as cuts; bit-vectors",
			},
			func(ctx context.Context, p *prover, f *equiv.Fact) { p.network(ctx, f, in) },
		})
	}
	return all
}

func (p *prover) network(ctx context.Context, f *equiv.Fact, in instance) {
	m, err := p.unit(ctx, in.params, npu.Top, netPut, netPutIndex, netLayer, netTotal, netOverflow, netResult, netBest, netBestAt)
	if err != nil {
		unread(f, err)
		return
	}
	p.settle(ctx, f, func(d *data) ([]claim, error) {
		s := newScript(in, d, m)
		err := s.run()
		return s.claims, err
	})
}

// script is a run of an instance: reset, the program, an image, other weights, a
// second image. What was written is read back before each image.
type script struct {
	in     instance
	d      *data
	x      *unroll.Machine
	model  *model
	pins   pins
	claims []claim

	layers []npu.Layer              // as they are now
	images int                      // so far
	outs   [][]output               // the model's, of the image in flight
	left   []int                    // of each layer, how many outputs have left the lanes
	logits int                      // taken
	broken int64                    // bits of ERROR that frames have set
	seen   map[string]netlist.Value // registers when they were claimed last
}

func newScript(in instance, d *data, m *netlist.Module) *script {
	s := &script{in: in, d: d, x: d.machine(m), model: newModel(d.t, in.params.Lanes), layers: slices.Clone(in.layers), seen: map[string]netlist.Value{}}
	s.pins = pins{d: d, x: s.x, stalls: in.stalls, inside: s.inside, logit: s.takeLogit}
	return s
}

func (s *script) run() error {
	s.pins.reset()
	if err := s.program(); err != nil {
		return err
	}
	if err := s.readBack("after the program"); err != nil {
		return err
	}
	if err := s.infer(); err != nil {
		return err
	}
	if err := s.change(); err != nil {
		return err
	}
	if err := s.readBack("after the change"); err != nil {
		return err
	}
	if s.in.frames {
		if err := s.frames(); err != nil {
			return err
		}
	}
	return s.infer()
}
