package witness

import "github.com/hashiflex/hashiflex/equiv/explain"

// InBrief returns w as one file, for a point whose causes another point's witness shows
// in full. folder is that witness's folder, beside the file's own folder, or "".
func (w *Witness) InBrief(folder string) ([]byte, error) {
	b := *w
	b.Brief, b.Folder = true, folder
	b.Explanation.Cone = explain.Cone{}
	b.Design.Files, b.Design.Extra, b.Design.Simulated = []Kept{}, nil, nil
	b.Inputs = []Input{}
	for _, in := range w.Inputs {
		if in.Moved {
			b.Inputs = append(b.Inputs, in)
		}
	}
	return b.encode()
}

// complete gives a brief witness the inputs that it leaves out: those at rest, in
// the order of all.
func (w *Witness) complete(all []Input) []Input {
	if !w.Brief {
		return w.Inputs
	}
	have := map[string]Input{}
	for _, in := range w.Inputs {
		have[in.Port] = in
	}
	out := make([]Input, len(all))
	for i, in := range all {
		out[i] = in
		if moved, ok := have[in.Port]; ok {
			out[i] = moved
			delete(have, in.Port)
		}
	}
	for _, in := range w.Inputs {
		// What the model has no such port for makes the list too long, and is
		// reported as that.
		if _, ok := have[in.Port]; ok {
			out = append(out, in)
		}
	}
	return out
}
