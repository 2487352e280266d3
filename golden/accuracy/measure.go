package accuracy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"image"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/crash"
	"github.com/hashiflex/hashiflex/spec/floatnet"
)

// Options of Measure. The zero value runs the network alone.
type Options struct {
	// Trained is the network before quantization: one node for each layer of the
	// network, and optionally a softmax after them. nil: no comparison.
	Trained *floatnet.Graph
	// Rounded compares with float execution of the same rounded weights, too.
	Rounded bool
	// Top is the number of classes to keep of an image, the best first; 0 means one.
	Top int
	// Done, unless nil, is called after every image, from one goroutine at a time.
	Done func(Image)
}

// Result is the result of Measure. Images are in the order of its arguments.
type Result struct {
	Images []Image
	Layers []Layer
}

// Image is the result for one picture.
type Image struct {
	Name string `json:"name"` // of the file, without its folder
	Top  []int  `json:"top"`  // the network's classes, the best first
	// TrainedTop are the float network's, nil where there is none.
	TrainedTop []int `json:"trained_top,omitempty"`
}

// Class is the network's best class. Of a network with a single output it is 1 where the
// output is positive, as where a Sigmoid exceeds 0.5, and else 0.
func (i Image) Class() int { return i.Top[0] }

// Trained is the float network's best class, -1 without a float network.
func (i Image) Trained() int {
	if len(i.TrainedTop) == 0 {
		return -1
	}
	return i.TrainedTop[0]
}

// Agrees reports whether the network and the trained one have the same best class.
func (i Image) Agrees() bool { return i.Trained() == i.Class() }

// Layer is the measurements at a layer's output, summed over all images.
type Layer struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	Trained Ratio  `json:"trained_db"`
	Rounded Ratio  `json:"rounded_db"`
	Values  int    `json:"values"`
	// AtEnd counts values at an end of the format that is not an end of the clamp. They
	// may have saturated.
	AtEnd int `json:"at_end"`
}

// Agreement counts the images with the trained network's class.
func (r *Result) Agreement() int {
	n := 0
	for _, i := range r.Images {
		if i.Agrees() {
			n++
		}
	}
	return n
}

// Changed are the images with another class than the trained network's.
func (r *Result) Changed() []Image {
	return slices.DeleteFunc(slices.Clone(r.Images), Image.Agrees)
}

// Features is the layer that the programmable head reads, which is the last hardened
// layer. Without a head it is the last layer. It is nil if there is no layer.
func (r *Result) Features() *Layer {
	for i := range r.Layers {
		if r.Layers[i].Kind == "dense" && i > 0 {
			return &r.Layers[i-1]
		}
	}
	if len(r.Layers) == 0 {
		return nil
	}
	return &r.Layers[len(r.Layers)-1]
}

// Measure runs a validated network on pictures of exactly its input's size, several in
// parallel, and adds up the measurements. Every unreadable picture is an error of its
// own, and Measure reports all of them.
func Measure(ctx context.Context, net *spec.Network, pictures []string, opt Options) (*Result, error) {
	model, err := golden.New(net)
	if err != nil {
		return nil, err
	}
	m := &meter{net: net, workers: make(chan *golden.Worker, runtime.GOMAXPROCS(0)), opt: opt}
	for range cap(m.workers) {
		m.workers <- model.Worker()
	}
	if opt.Trained != nil {
		if len(opt.Trained.Nodes) < len(net.Layers) {
			return nil, fmt.Errorf("accuracy: the trained network has %d layers, the network %d", len(opt.Trained.Nodes), len(net.Layers))
		}
		m.trained = *opt.Trained
		m.trained.Nodes = m.trained.Nodes[:len(net.Layers)]
	}
	if opt.Rounded {
		m.rounded = floatnet.FromNetwork(net)
	}
	all := &Result{Layers: make([]Layer, len(net.Layers))}
	for i, l := range net.Layers {
		all.Layers[i].Name, all.Layers[i].Kind = l.Name, l.Kind()
	}
	var errs []error
	for batch := range slices.Chunk(pictures, picturesAtOnce) {
		errs = append(errs, m.batch(ctx, batch, all))
	}
	if err := errors.Join(append(errs, ctx.Err())...); err != nil {
		return nil, err
	}
	return all, nil
}

// picturesAtOnce is the number of pictures whose results are in memory before they are
// added up. It bounds the memory for a large data set.
const picturesAtOnce = 64

// batch adds the results of pictures in their order, so that sums of floats do not depend
// on the schedule.
func (m *meter) batch(ctx context.Context, pictures []string, all *Result) error {
	parts := make([]*Result, len(pictures))
	errs := make([]error, len(pictures))
	var done sync.Mutex
	var wg crash.Group
	wg.SetLimit(cap(m.workers))
	for i, path := range pictures {
		wg.Go(func() {
			if ctx.Err() != nil {
				return
			}
			w := <-m.workers
			defer func() { m.workers <- w }()
			if parts[i], errs[i] = m.picture(ctx, w, path); errs[i] == nil && m.opt.Done != nil {
				done.Lock()
				defer done.Unlock()
				m.opt.Done(parts[i].Images[0])
			}
		})
	}
	wg.Wait()
	if err := errors.Join(append(errs, ctx.Err())...); err != nil {
		return err
	}
	for _, p := range parts {
		all.Images = append(all.Images, p.Images...)
		for i := range p.Layers {
			l := &all.Layers[i]
			l.Trained.plus(p.Layers[i].Trained)
			l.Rounded.plus(p.Layers[i].Rounded)
			l.Values += p.Layers[i].Values
			l.AtEnd += p.Layers[i].AtEnd
		}
	}
	return nil
}

type meter struct {
	net     *spec.Network
	workers chan *golden.Worker // those that are free
	opt     Options
	trained floatnet.Graph
	rounded *floatnet.Graph
}

func (m *meter) picture(ctx context.Context, model *golden.Worker, path string) (*Result, error) {
	img, kind, err := floatnet.DecodePicture(path, m.net.Input.Shape)
	if err != nil {
		return nil, err
	}
	bytes, err := floatnet.Bytes(img, m.net.Input.Shape)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if s := m.net.Input.Shape; s.C == 1 {
		// A colour picture whose pixels are all grey.
		img = &image.Gray{Pix: bytes, Stride: s.W, Rect: image.Rect(0, 0, s.W, s.H)}
	}
	frame, err := golden.FrameOf(img, kind, m.net.Input)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	trace, err := model.Run(ctx, frame)
	if err != nil {
		return nil, err
	}
	out := Image{Name: filepath.Base(path)}
	if logits := trace.Outputs[len(trace.Outputs)-1].Data; len(logits) == 1 {
		out.Top = binary(logits[0] > 0, m.opt.Top)
	} else {
		for _, s := range golden.TopK(trace, max(1, m.opt.Top)) {
			out.Top = append(out.Top, s.Class)
		}
	}
	layers := make([]Layer, len(m.net.Layers))
	for i, l := range m.net.Layers {
		layers[i].Values = len(trace.Outputs[i].Data)
		layers[i].AtEnd = atEnd(l.Out, trace.Outputs[i].Data)
	}
	if m.opt.Trained != nil {
		in, err := m.trained.Tensor(bytes)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		last, err := m.against(ctx, &m.trained, in, trace, func(i int) *Ratio { return &layers[i].Trained })
		if err != nil {
			return nil, err
		}
		if len(last.Data) == 1 {
			out.TrainedTop = binary(last.Data[0] > 0, m.opt.Top)
		} else {
			out.TrainedTop = greatest(last.Data, max(1, m.opt.Top))
		}
	}
	if m.opt.Rounded {
		// It begins with the frame's integers, so that the noise excludes their rounding.
		if _, err := m.against(ctx, m.rounded, trace.RealFrame(), trace, func(i int) *Ratio { return &layers[i].Rounded }); err != nil {
			return nil, err
		}
	}
	return &Result{Images: []Image{out}, Layers: layers}, nil
}

// against runs a float network and compares each layer of a trace with it. The output of
// the last layer is returned.
func (m *meter) against(ctx context.Context, g *floatnet.Graph, in floatnet.Tensor, t *golden.Trace, ratio func(layer int) *Ratio) (floatnet.Tensor, error) {
	outs, err := g.Run(ctx, in)
	if err != nil {
		return floatnet.Tensor{}, err
	}
	for i, l := range m.net.Layers {
		if outs[i].Shape != t.Outputs[i].Shape {
			return floatnet.Tensor{}, fmt.Errorf("layer %s: the float network's output is %v, the network's %v", l.Name, outs[i].Shape, t.Outputs[i].Shape)
		}
		*ratio(i) = compare(t.Outputs[i].Data, l.Out.Format.Frac, outs[i].Data)
	}
	return outs[len(outs)-1], nil
}

// binary are the best top classes of a network with a single output, which is positive
// for class 1.
func binary(one bool, top int) []int {
	order := []int{0, 1}
	if one {
		order = []int{1, 0}
	}
	return order[:min(2, max(1, top))]
}

// greatest are the indices of the k greatest values, equal ones in order.
func greatest(xs []float32, k int) []int {
	order := make([]int, len(xs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(xs[b], xs[a]) })
	return slices.Clone(order[:min(k, len(order))])
}

// atEnd counts values at an end of the format that is not an end of the clamp. 0 as the
// least value of an unsigned format is ReLU, and does not count.
func atEnd(q spec.Requant, xs []int32) int {
	lo, hi := q.Format.Min(), q.Format.Max()
	upper := q.Clamp == nil || q.Clamp.Hi >= hi
	lower := q.Format.Signed && (q.Clamp == nil || q.Clamp.Lo <= lo)
	n := 0
	for _, x := range xs {
		if upper && int64(x) == hi || lower && int64(x) == lo {
			n++
		}
	}
	return n
}
