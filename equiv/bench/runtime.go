package bench

import (
	"context"
	"fmt"
	"math"
	"os"
	"runtime"
	"time"

	ort "github.com/hashiflex/hashiflex/equiv/bench/runtime"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
	"github.com/hashiflex/hashiflex/spec/onnx/zoo"
)

// Runtime is the speed of the reference model beside onnxruntime's. Both execute one
// network, with the same weights: golden in integers, bit for bit, and onnxruntime in
// float32. Each has one image at a time and all cores. They take turns, so that other work
// on the machine slows both.
type Runtime struct {
	Package string `json:"package"`
	Threads int    `json:"threads"`
	Count   int    `json:"images"` // of each
	Golden  Timing `json:"golden"`
	Float   Timing `json:"onnxruntime"`
	// Failed says why nothing was measured, or is empty.
	Failed string `json:"failed,omitempty"`
}

// Timing is what all images took.
type Timing struct {
	Wall time.Duration `json:"wall_ns"`
	Busy time.Duration `json:"busy_ns"` // processor time of the process, all its threads
}

// Ratio is the images a second of golden over those of onnxruntime.
func (r *Runtime) Ratio() float64 { return r.Float.Wall.Seconds() / r.Golden.Wall.Seconds() }

// BusyRatio is Ratio by processor time, which other work on the machine changes less.
func (r *Runtime) BusyRatio() float64 { return r.Float.Busy.Seconds() / r.Golden.Busy.Seconds() }

// turn is the number of images after which the other one has its turn.
const turn = 5

// besideRuntime never fails as a whole: what other parts measured stays.
func besideRuntime(ctx context.Context, net *spec.Network, count int) *Runtime {
	r := &Runtime{Package: ort.Package, Threads: runtime.GOMAXPROCS(0)}
	if err := r.measure(ctx, net, count); err != nil {
		return &Runtime{Package: r.Package, Threads: r.Threads, Failed: err.Error()}
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
	session, got, err := ort.Open(ctx, dir, file, trace.RealFrame(), r.Threads)
	if err != nil {
		return err
	}
	defer session.Close()
	want, err := g.Run(ctx, trace.RealFrame())
	if err != nil {
		return err
	}
	if err := agrees(want[len(want)-1].Data, got); err != nil {
		return fmt.Errorf("%s computes another network: %w", r.Package, err)
	}
	for r.Count < count {
		n := min(turn, count-r.Count)
		begin, before := time.Now(), busy()
		for range n {
			if _, err := model.Run(ctx, trace.Frame); err != nil {
				return err
			}
		}
		r.Golden.Wall += time.Since(begin)
		r.Golden.Busy += busy() - before
		t, err := session.Time(n)
		if err != nil {
			return err
		}
		r.Float.Wall += t.Wall
		r.Float.Busy += t.Busy
		r.Count += n
	}
	return nil
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
