package golden

import (
	"context"
	"testing"

	"github.com/hashiflex/hashiflex/spec/networks"
)

// benchmark runs the embedded network on a frame of all byte values.
func benchmark(b *testing.B, runner func(*Executor) func(context.Context, Tensor) (*Trace, error)) {
	net, err := networks.Open("mobilenet_v2_1.0_224")
	if err != nil {
		b.Fatal(err)
	}
	e, err := New(net)
	if err != nil {
		b.Fatal(err)
	}
	frame := NewTensor(net.Input.Shape)
	for i := range frame.Data {
		frame.Data[i] = int32(i * 7 % 256)
	}
	run := runner(e)
	for b.Loop() {
		if _, err := run(context.Background(), frame); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "images/s")
}

// BenchmarkMobileNet is of all processors for each frame.
func BenchmarkMobileNet(b *testing.B) {
	benchmark(b, func(e *Executor) func(context.Context, Tensor) (*Trace, error) { return e.Run })
}

// BenchmarkWorker is of one processor.
func BenchmarkWorker(b *testing.B) {
	benchmark(b, func(e *Executor) func(context.Context, Tensor) (*Trace, error) { return e.Worker().Run })
}
