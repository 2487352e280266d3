package bench

import (
	"context"
	"time"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/spec"
)

// Images is the execution speed of the reference model.
type Images struct {
	Count int           `json:"images"`
	Wall  time.Duration `json:"wall_ns"`
}

// images runs the model on count synthetic frames, after one warm-up frame.
func images(ctx context.Context, net *spec.Network, count int) (Images, error) {
	model, err := golden.New(net)
	if err != nil {
		return Images{}, err
	}
	frame := syntheticFrame(net)
	if _, err := model.Run(ctx, frame); err != nil {
		return Images{}, err
	}
	begin := time.Now()
	for range count {
		if _, err := model.Run(ctx, frame); err != nil {
			return Images{}, err
		}
	}
	return Images{count, time.Since(begin)}, nil
}

// syntheticFrame has all values of the input's format, again and again.
func syntheticFrame(net *spec.Network) golden.Tensor {
	frame := golden.NewTensor(net.Input.Shape)
	r := net.Input.Format.Range()
	for i := range frame.Data {
		frame.Data[i] = int32(r.Lo + int64(i)*7%(r.Hi-r.Lo+1))
	}
	return frame
}
