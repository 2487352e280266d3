package chip

import (
	"context"
	"fmt"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
)

// Expect returns a trial of the given frames, one after another, with golden's results.
// d is a design of n. The error comes from golden, for a frame of another shape or out
// of range, or from ctx.
func Expect(ctx context.Context, n *spec.Network, d *stream.Design, frames ...golden.Tensor) (stream.Trial, error) {
	var t stream.Trial
	model, err := golden.New(n)
	if err != nil {
		return t, err
	}
	dense := Dense(n)
	if len(d.Map.Heads) > 0 {
		p, err := npu.Assemble(dense, d.Head)
		if err != nil {
			return t, err
		}
		t.Program = p.Writes()
	}
	for i, f := range frames {
		trace, err := model.Run(ctx, f)
		if err != nil {
			return t, fmt.Errorf("frame %d: %w", i, err)
		}
		t.Beats = append(t.Beats, stream.Frame(f.Shape, f.At)...)
		last := trace.Outputs[len(trace.Outputs)-1]
		if len(dense) > 0 {
			features, _ := trace.Output(dense[0].Inputs[0])
			if len(d.Map.Heads) == 0 {
				t.Results = append(t.Results, features.Data)
				continue
			}
			t.Features = append(t.Features, features.Data...)
			for _, v := range last.Data {
				t.Results = append(t.Results, []int32{v})
			}
			continue
		}
		for _, b := range stream.Frame(last.Shape, last.At) {
			t.Results = append(t.Results, b.Pixel)
		}
	}
	return t, nil
}

// Dense returns the layers of the programmable head, in order.
func Dense(n *spec.Network) (dense []*spec.Layer) {
	for _, l := range n.Layers {
		if l.Kind() == "dense" {
			dense = append(dense, l)
		}
	}
	return dense
}
