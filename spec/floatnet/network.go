package floatnet

import (
	"math"

	"github.com/hashiflex/hashiflex/spec"
)

// FromNetwork is the real-valued reading of a validated network: one node per layer, in
// the same order and with the same names. Weights and biases have their real values,
// and clamps are in real units. Nothing is rounded and nothing saturates: it ignores
// truncating and finite accumulators. It also ignores an end of a clamp that is an end
// of the format, other than 0, since that is saturation of the format and not part of
// the network.
func FromNetwork(net *spec.Network) *Graph {
	g := &Graph{Input: net.Input.Shape, PerByte: 1.0 / 256, Preprocess: net.Input.Preprocess}
	if net.Input.Preprocess != nil {
		g.PerByte = 1.0 / 255
	}
	index := map[string]int{spec.InputName: Image}
	for i, l := range net.Layers {
		n := Node{Name: l.Name}
		for _, in := range l.Inputs {
			n.Inputs = append(n.Inputs, index[in])
		}
		n.Op = spec.Match(l.Op,
			func(op *spec.Conv) Op { return realConv(l, op) },
			func(*spec.Add) Op { return Add{} },
			func(op *spec.Pool) Op { return &Pool{Scale: float32(math.Ldexp(float64(op.Recip), -op.RecipFrac))} },
			func(op *spec.MaxPool) Op { return &MaxPool{op.Window} },
			func(op *spec.AvgPool) Op {
				return &AvgPool{op.Window, float32(math.Ldexp(float64(op.Recip), -op.RecipFrac))}
			},
			func(*spec.Concat) Op { return Concat{} },
			func(op *spec.Split) Op { return &Split{op.First, op.Count} },
			func(op *spec.Dense) Op { return realDense(l, op) },
		)
		n.Bounds = realBounds(l.Out)
		index[l.Name] = i
		g.Nodes = append(g.Nodes, n)
	}
	return g
}

func realBounds(q spec.Requant) *Bounds {
	if q.Clamp == nil {
		return nil
	}
	b := Bounds{float32(math.Inf(-1)), float32(math.Inf(1))}
	if q.Clamp.Lo != q.Format.Min() || q.Clamp.Lo == 0 {
		b.Lo = float32(ldexp(q.Clamp.Lo, -q.Format.Frac))
	}
	if q.Clamp.Hi != q.Format.Max() {
		b.Hi = float32(ldexp(q.Clamp.Hi, -q.Format.Frac))
	}
	return &b
}

func realConv(l *spec.Layer, op *spec.Conv) *Conv {
	c := &Conv{
		OutC: op.OutC, Kernel: op.Kernel, Stride: op.Stride, Pad: op.Pad, Groups: op.Groups,
		Weights: make([]float32, 0, len(op.Codes)/op.PerWeight()),
		Bias:    make([]float32, op.OutC),
	}
	for oc := range op.OutC {
		for t := range l.Taps() {
			// Term by term, since a shift may be longer than an integer.
			w := 0.0
			for _, code := range l.Weight(oc, t) {
				w += ldexp(int64(code.Sign()), int(op.Base[oc])+code.Shift())
			}
			c.Weights = append(c.Weights, float32(w))
		}
		c.Bias[oc] = float32(ldexp(int64(op.Bias[oc]), -l.AccFrac(oc)))
	}
	return c
}

func realDense(l *spec.Layer, op *spec.Dense) *Dense {
	d := &Dense{OutN: op.OutN, Weights: make([]float32, len(op.Weights)), Bias: make([]float32, op.OutN)}
	for i, w := range op.Weights {
		d.Weights[i] = float32(ldexp(int64(w), -op.WeightFrac))
	}
	for o, b := range op.Bias {
		d.Bias[o] = float32(ldexp(int64(b), -l.AccFrac(o)))
	}
	return d
}

func ldexp(v int64, e int) float64 { return math.Ldexp(float64(v), e) }
