package bench

import (
	"context"
	"fmt"
	"math"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	ort "github.com/hashiflex/hashiflex/equiv/bench/runtime"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
	"github.com/hashiflex/hashiflex/spec/onnx/zoo"
)

// Runtime is the speed of the reference model beside onnxruntime's. Both execute one
// network, with the same weights: golden in integers, bit for bit, and onnxruntime in
// float32. They take turns, so that other work on the machine slows both.
type Runtime struct {
	Package string `json:"package"`
	Cores   int    `json:"cores"`
	Count   int    `json:"images"` // of each, in each way
	Ways    []Way  `json:"ways"`
	// Failed says why nothing was measured, or is empty.
	Failed string `json:"failed,omitempty"`
}

// Way is one way to share the cores among images, and what all images took in it.
type Way struct {
	AtOnce int    `json:"at_once"` // images; each has as many cores as are left for it
	Golden Timing `json:"golden"`
	Float  Timing `json:"onnxruntime"`
}

// Timing is what all images took.
type Timing struct {
	Wall time.Duration `json:"wall_ns"`
	Busy time.Duration `json:"busy_ns"` // processor time of the process, all its threads
}

// Ratio is the images a second of golden over those of onnxruntime, each in the way that
// is the faster one for it.
func (r *Runtime) Ratio() float64 { return r.ratio(func(t Timing) time.Duration { return t.Wall }) }

// BusyRatio is Ratio by processor time, which other work on the machine changes less.
func (r *Runtime) BusyRatio() float64 {
	return r.ratio(func(t Timing) time.Duration { return t.Busy })
}

func (r *Runtime) ratio(of func(Timing) time.Duration) float64 {
	golden, float := of(r.Ways[0].Golden), of(r.Ways[0].Float)
	for _, w := range r.Ways {
		golden, float = min(golden, of(w.Golden)), min(float, of(w.Float))
	}
	return float.Seconds() / golden.Seconds()
}

// turn is the number of images after which the other one has its turn.
const turn = 10

// besideRuntime never fails as a whole: what other parts measured stays.
func besideRuntime(ctx context.Context, net *spec.Network, count int) *Runtime {
	r := &Runtime{Package: ort.Package, Cores: runtime.GOMAXPROCS(0)}
	if err := r.measure(ctx, net, count); err != nil {
		return &Runtime{Package: r.Package, Cores: r.Cores, Failed: err.Error()}
	}
	return r
}

func (r *Runtime) measure(ctx context.Context, net *spec.Network, count int) error {
	model, err := golden.New(net)
	if err != nil {
		return err
	}
	trace, err := model.Run(ctx, syntheticFrame(net)) // the warm-up
	if err != nil {
		return err
	}
	g := floatnet.FromNetwork(net)
	file, err := zoo.Graph(net.Name, g)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "hashiflex-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := ort.Install(ctx, dir); err != nil {
		return err
	}
	want, err := g.Run(ctx, trace.RealFrame())
	if err != nil {
		return err
	}
	for _, use := range []ort.Use{{AtOnce: 1, Threads: r.Cores}, {AtOnce: r.Cores, Threads: 1}} {
		session, got, err := ort.Open(ctx, dir, file, trace.RealFrame(), use)
		if err != nil {
			return err
		}
		err = agrees(want[len(want)-1].Data, got)
		if err != nil {
			err = fmt.Errorf("%s computes another network: %w", r.Package, err)
		} else {
			err = r.turns(ctx, model, trace.Frame, session, use.AtOnce, count)
		}
		session.Close()
		if err != nil {
			return err
		}
	}
	r.Count = count
	return nil
}

// turns measures one way.
func (r *Runtime) turns(ctx context.Context, model *golden.Executor, frame golden.Tensor, session *ort.Session, atOnce, count int) error {
	run := func(n int) error { return oneAtATime(ctx, model, frame, n) }
	if atOnce > 1 {
		workers := make([]*golden.Worker, atOnce)
		for i := range workers {
			workers[i] = model.Worker()
			// The first image makes the worker's memory.
			if _, err := workers[i].Run(ctx, frame); err != nil {
				return err
			}
		}
		run = func(n int) error { return together(ctx, workers, frame, n) }
	}
	w := Way{AtOnce: atOnce}
	for done := 0; done < count; {
		n := min(turn, count-done)
		begin, before := time.Now(), busy()
		if err := run(n); err != nil {
			return err
		}
		w.Golden.Wall += time.Since(begin)
		w.Golden.Busy += busy() - before
		t, err := session.Time(n)
		if err != nil {
			return err
		}
		w.Float.Wall += t.Wall
		w.Float.Busy += t.Busy
		done += n
	}
	r.Ways = append(r.Ways, w)
	return nil
}

// oneAtATime runs a frame n times, each time on all cores.
func oneAtATime(ctx context.Context, model *golden.Executor, frame golden.Tensor, n int) error {
	for range n {
		if _, err := model.Run(ctx, frame); err != nil {
			return err
		}
	}
	return nil
}

// together runs a frame n times, by all workers.
func together(ctx context.Context, workers []*golden.Worker, frame golden.Tensor, n int) error {
	var g errgroup.Group
	var next atomic.Int64
	for _, w := range workers {
		g.Go(func() error {
			for next.Add(1) <= int64(n) {
				if _, err := w.Run(ctx, frame); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return g.Wait()
}

// agrees holds another runtime's output against our float execution: a model that was
// understood otherwise would be another model's speed. Orders of summation differ.
func agrees(want []float32, got []float64) error {
	if len(want) != len(got) {
		return fmt.Errorf("%d outputs, want %d", len(got), len(want))
	}
	most := 0.0
	for _, x := range want {
		most = max(most, math.Abs(float64(x)))
	}
	for i, x := range want {
		if d := math.Abs(float64(x) - got[i]); !(d <= 1e-3*most) {
			return fmt.Errorf("output %d is %g, want %g", i, got[i], x)
		}
	}
	return nil
}
