package npu

import "fmt"

// Fit is the hardware's check of a commit, in words. It returns the first thing that is
// wrong with layers, or nil.
func (p Params) Fit(layers []Layer) error {
	if n := len(layers); n < 1 || n > p.Layers {
		return fmt.Errorf("npu: %d layers: want 1 to %d", n, p.Layers)
	}
	for k, l := range layers {
		widest := 8
		if k == len(layers)-1 {
			widest = 31 + flag(l.Signed)
		}
		var why string
		switch {
		case l.In < 1 || l.In > p.Features:
			why = fmt.Sprintf("%d features: want 1 to %d", l.In, p.Features)
		case k > 0 && l.In != layers[k-1].Out:
			why = fmt.Sprintf("%d features: the layer before has %d outputs", l.In, layers[k-1].Out)
		case l.Out < 1:
			why = "no outputs"
		case l.Row+l.Groups(p.Lanes)*l.In > p.Rows:
			why = fmt.Sprintf("weight rows %d to %d of %d", l.Row, l.Row+l.Groups(p.Lanes)*l.In-1, p.Rows)
		case l.Bias+l.Out > p.Biases:
			why = fmt.Sprintf("biases %d to %d of %d", l.Bias, l.Bias+l.Out-1, p.Biases)
		case l.Shift < minShift || l.Shift > maxShift:
			why = fmt.Sprintf("shift %d: want %d to %d", l.Shift, minShift, maxShift)
		case !l.Rounding.Known():
			why = fmt.Sprintf("rounding %d: want 0 to %d", l.Rounding, len(roundingMacros)-1)
		case l.Width < 1 || l.Width > widest:
			why = fmt.Sprintf("%d bits: want 1 to %d", l.Width, widest)
		}
		if why != "" {
			return fmt.Errorf("npu: layer %d: %s", k, why)
		}
	}
	return nil
}
