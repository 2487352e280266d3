package golden

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"

	"github.com/hashiflex/hashiflex/spec"
)

// Executor runs one network. It holds no state between runs and may be used by
// several goroutines at once.
type Executor struct {
	net    *spec.Network
	inputs [][]int // per layer, what it reads: -1 is the frame, i is layer i's output
	steps  []step  // per layer
}

// step computes one layer from the outputs of its producers, on so many cores. It writes
// all of out, which has the layer's shape and any values.
type step func(ctx context.Context, cores int, ins []Tensor, out Tensor) error

// New prepares a network that Network.Validate has accepted. The network must not change
// as long as the Executor is used. New refuses a network that was not validated, and a
// format with values beyond 32 bits signed (u32), because tensors hold int32.
func New(net *spec.Network) (*Executor, error) {
	e := &Executor{net: net, inputs: make([][]int, len(net.Layers))}
	index := map[string]int{spec.InputName: -1}
	var errs []error
	if net.Input.Format.Max() > math.MaxInt32 {
		errs = append(errs, fmt.Errorf("golden: network %s: input format %v has values beyond int32", net.Name, net.Input.Format))
	}
	for i, l := range net.Layers {
		if l.OutShape().C == 0 {
			errs = append(errs, fmt.Errorf("golden: layer %s: has no output shape; the network was not validated", l.Name))
		}
		if l.Out.Format.Max() > math.MaxInt32 {
			errs = append(errs, fmt.Errorf("golden: layer %s: output format %v has values beyond int32", l.Name, l.Out.Format))
		}
		for _, name := range l.Inputs {
			j, ok := index[name]
			if !ok {
				errs = append(errs, fmt.Errorf("golden: layer %s: input %s is no earlier layer; the network was not validated", l.Name, name))
			}
			e.inputs[i] = append(e.inputs[i], j)
		}
		index[l.Name] = i
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	for _, l := range net.Layers {
		e.steps = append(e.steps, prepare(l))
	}
	return e, nil
}

// prepare chooses how to compute a layer and computes everything that no frame changes.
func prepare(l *spec.Layer) step {
	return spec.Match(l.Op,
		func(op *spec.Conv) step {
			switch {
			case op.Acc.Mode != spec.AccExact || op.Acc.Drop != 0:
				return byDefinition(l)
			case op.Groups == l.InShape(0).C && fits32(l):
				return depthwise(l)
			case vectors && fitsWords(l):
				return byWords(l)
			}
			return dotProducts(l)
		},
		func(*spec.Add) step { return addMaps(l) },
		func(op *spec.Pool) step { return pool(l, op) },
		func(op *spec.MaxPool) step { return maxPool(l, op) },
		func(op *spec.AvgPool) step { return avgPool(l, op) },
		func(*spec.Concat) step { return moved(l) },
		func(*spec.Split) step { return moved(l) },
		func(op *spec.Dense) step { return dense(l, op) },
	)
}

// Trace is the result of one run.
type Trace struct {
	Net     *spec.Network
	Frame   Tensor
	Outputs []Tensor // per layer of Net, in its order
}

// Output is the output of the named layer, in units of 2^-Frac of its format,
// or false when the network has no such layer.
func (t *Trace) Output(layer string) (Tensor, bool) {
	for i, l := range t.Net.Layers {
		if l.Name == layer {
			return t.Outputs[i], true
		}
	}
	return Tensor{}, false
}

// Run executes the network on a frame of the input's shape, whose integers lie
// in the input's format. The result is exact and does not depend on the number
// of processors, all of which work at it. It returns ctx's error when ctx ends first.
func (e *Executor) Run(ctx context.Context, frame Tensor) (*Trace, error) {
	return e.run(ctx, runtime.GOMAXPROCS(0), frame, make([]Tensor, len(e.net.Layers)))
}

// run writes what outputs have memory for in place, and makes the others.
func (e *Executor) run(ctx context.Context, cores int, frame Tensor, outputs []Tensor) (*Trace, error) {
	if err := checkFrame(e.net.Input, frame); err != nil {
		return nil, err
	}
	for i, l := range e.net.Layers {
		ins := make([]Tensor, len(e.inputs[i]))
		for j, from := range e.inputs[i] {
			ins[j] = frame
			if from >= 0 {
				ins[j] = outputs[from]
			}
		}
		if outputs[i].Data == nil {
			outputs[i] = NewTensor(l.OutShape())
		}
		if err := e.steps[i](ctx, cores, ins, outputs[i]); err != nil {
			return nil, fmt.Errorf("golden: layer %s: %w", l.Name, err)
		}
	}
	return &Trace{Net: e.net, Frame: frame, Outputs: outputs}, nil
}

// Worker executes a network on one frame after the other, on one processor and in the same
// memory. Many frames are done soonest by a Worker for each processor, since layers are too
// short for several to share them well.
type Worker struct {
	executor *Executor
	outputs  []Tensor
}

// Worker returns a worker of its own for one goroutine.
func (e *Executor) Worker() *Worker { return &Worker{e, make([]Tensor, len(e.net.Layers))} }

// Run is Executor.Run. The trace is valid until the next Run.
func (w *Worker) Run(ctx context.Context, frame Tensor) (*Trace, error) {
	return w.executor.run(ctx, 1, frame, w.outputs)
}

func checkFrame(in spec.Input, frame Tensor) error {
	s := in.Shape
	if frame.Shape != s || len(frame.Data) != s.C*s.H*s.W {
		return fmt.Errorf("golden: frame of %d channels, %d×%d, with %d values; the network wants %d channels, %d×%d (rows×columns)",
			frame.Shape.C, frame.Shape.H, frame.Shape.W, len(frame.Data), s.C, s.H, s.W)
	}
	r := in.Format.Range()
	for i, v := range frame.Data {
		if !r.Contains(int64(v)) {
			return fmt.Errorf("golden: frame: channel %d, row %d, column %d: %d is not in %v of format %v",
				i/(s.H*s.W), i/s.W%s.H, i%s.W, v, r, in.Format)
		}
	}
	return nil
}
