package retarget

import (
	"context"
	"errors"
	"fmt"
	"math/rand"

	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
)

// Holds compares what a head's memories and descriptors hold after some writes with the
// dense layers of a network. It returns nil if every weight, every bias and every
// descriptor is there and the head takes images.
func Holds(p *npu.Program, dense []*spec.Layer, ws []npu.Write) error {
	m := head.NewModel(p.Params)
	var errs []error
	for i, w := range ws {
		if resp := m.Write(w); resp != 0 {
			errs = append(errs, fmt.Errorf("write %d: %s refuses %08x", i, npu.Name(w.Address), w.Data))
		}
	}
	expect := func(what string, address, want, mask uint32) {
		if got, _ := m.Read(address); got&mask != want&mask {
			errs = append(errs, fmt.Errorf("%s: %s holds %x, want %x", what, npu.Name(address), got&mask, want&mask))
		}
	}
	lanes := p.Params.Lanes
	for k, l := range dense {
		d, desc := l.Op.(*spec.Dense), p.Layers[k]
		n := len(d.Weights) / d.OutN
		for o := range d.OutN {
			for i := range n {
				row, lane := desc.Row+o/lanes*n+i, o%lanes
				shift := 8 * (lane % 4)
				expect(fmt.Sprintf("layer %s, output %d, feature %d", l.Name, o, i), npu.Address(npu.RegionWeights, row*p.Params.RowWords()+lane/4),
					uint32(uint8(d.Weights[o*n+i]))<<shift, 0xff<<shift)
			}
			expect(fmt.Sprintf("layer %s, bias %d", l.Name, o), npu.Address(npu.RegionBiases, desc.Bias+o), uint32(d.Bias[o]), ^uint32(0))
		}
		for f, w := range desc.Words() {
			expect("layer "+l.Name, npu.Descriptor(k, f), w, ^uint32(0))
		}
	}
	if !m.Ready {
		errs = append(errs, errors.New("the head takes no images after these writes"))
	}
	return errors.Join(errs...)
}

// Images are features for a simulation: the ends of the format, then given ones, then
// random ones, n in all or more.
func Images(l *spec.Layer, samples [][]int32, n int, seed int64) (images [][]uint8) {
	s, f := l.InShape(0), l.InFormat(0)
	in := s.C * s.H * s.W
	fill := func(x func(i int) int64) {
		image := make([]uint8, in)
		for i := range image {
			image[i] = uint8(x(i))
		}
		images = append(images, image)
	}
	for _, x := range []int64{0, f.Max(), f.Min()} {
		fill(func(int) int64 { return x })
	}
	for _, xs := range samples {
		fill(func(i int) int64 { return int64(xs[i]) })
	}
	rng := rand.New(rand.NewSource(seed))
	for len(images) < n {
		fill(func(int) int64 { return f.Min() + rng.Int63n(f.Max()-f.Min()+1) })
	}
	return images
}

// Simulate programs the head's Verilog with writes and nothing else, sends it images,
// and compares every logit with golden's. A *head.Failure in the result is a difference.
func Simulate(ctx context.Context, p *npu.Program, ws []npu.Write, dense []*spec.Layer, images [][]uint8, jobs int) (head.Inferences, *head.InferenceResult, error) {
	run := head.Inferences{Program: p, Writes: ws, Images: images, Count: len(images), Jobs: jobs}
	signed := dense[0].InFormat(0).Signed
	for _, image := range images {
		xs := make([]int64, len(image))
		for i, b := range image {
			if xs[i] = int64(b); signed {
				xs[i] = int64(int8(b))
			}
		}
		run.Want = append(run.Want, Logits(dense, xs))
	}
	sim, err := head.Build{Params: p.Params}.Make(ctx)
	if err != nil {
		return run, nil, err
	}
	res, err := head.RunInferences(ctx, sim, run)
	return run, res, err
}
