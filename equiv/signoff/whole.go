package signoff

import (
	"context"
	"errors"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/equiv/control"
	"github.com/hashiflex/hashiflex/equiv/datapath"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
)

// Parameters of a complete check of the programmable head.
const (
	HeadLanes  = 16 // of the head that a network's own program runs on, if no chip has others
	headCases  = 10_000
	headImages = 200 // through the network's own program

	// mostLanes are those of the widest head that is proved at its own size. At 256 a solver
	// does not answer in time what two copies of the head write.
	mostLanes = 16
)

// WholeHead is the complete check of the programmable head: proofs of its data and
// control by the solvers of o, at small sizes and at the size that the network needs,
// random sequences, and images through the network's own program on a head of so many
// lanes. The network must have dense layers. It returns an
// error if they fit no head.
func WholeHead(net *spec.Network, o *chain.Options, lanes int) (*Head, error) {
	dense := Dense(net)
	params, err := npu.Room(dense, lanes)
	if err != nil {
		return nil, err
	}
	h := &Head{Small: head.DefaultParams, Cases: headCases, Images: headImages, Seed: o.Seed, Jobs: o.Jobs, Provers: provers(o, params)}
	h.Program, err = npu.Assemble(dense, params)
	return h, err
}

// provers returns the proofs about the head, with the chain's solvers and limits: of small
// heads whole, and of the head of size own, if it is not too wide, its control and each step of
// its data. Every solver is asked about all of them, since only solvers support these proofs.
func provers(o *chain.Options, own npu.Params) []Prover {
	sizes := []npu.Params{own}
	if own.Lanes > mostLanes {
		sizes = nil
	}
	return []Prover{{
		Name: "head: data",
		Prove: func(ctx context.Context, r ProverRun) ([]equiv.Fact, error) {
			var failed error
			facts, err := datapath.Prove(ctx, datapath.Options{
				Opinions: o.Opinions, Limits: o.Limits, Jobs: o.Jobs, Yosys: o.Yosys,
				Sources: r.Sources, Sizes: sizes, Progress: r.Progress,
				Keep: func(hash string, q smt.Query, logic string) {
					text, err := q.Standalone(logic)
					failed = errors.Join(failed, err)
					r.Keep(hash, text)
				},
			})
			return facts, errors.Join(err, failed)
		},
	}, {
		Name: "head: control",
		Prove: func(ctx context.Context, r ProverRun) ([]equiv.Fact, error) {
			return control.Prove(ctx, control.Options{
				Opinions: o.Opinions, Limits: o.Limits, Jobs: o.Jobs, Yosys: o.Yosys,
				Sources: r.Sources, Instances: control.Instances, Sizes: sizes, Progress: r.Progress, Keep: r.Keep,
			})
		},
	}}
}
