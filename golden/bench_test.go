package golden

import (
	"context"
	"testing"

	"github.com/hashiflex/hashiflex/spec/networks"
)

// BenchmarkMobileNet runs the embedded network on a frame of all byte values.
func BenchmarkMobileNet(b *testing.B) {
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
	for b.Loop() {
		if _, err := e.Run(context.Background(), frame); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "images/s")
}

// BenchmarkWorker is BenchmarkMobileNet on one processor.
func BenchmarkWorker(b *testing.B) {
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
	w := e.Worker()
	for b.Loop() {
		if _, err := w.Run(context.Background(), frame); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "images/s")
}
