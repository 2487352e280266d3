package spec

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits that Validate enforces beside those of Format.
const (
	MaxDim    = 1 << 16 // channels, rows, columns, output features, strides
	MaxKernel = 256     // rows or columns of a kernel
	MaxVolume = 1 << 26 // values of one feature map
	MaxBase   = 128     // magnitude of a channel's base exponent
	MaxDrop   = 16      // fraction bits cut from a term
	MaxTerms  = 8       // codes of a weight
	MaxShift  = MaxAccWidth
	MaxName   = 256 // bytes of a layer's name

	minBits, maxBits = 2, 8           // of a weight code
	maxSumBits       = 6              // of a code, if a weight has several: it is an integer below 2^31
	maxMagnitude     = int64(1) << 60 // see doc.go
	denseAccWidth    = 32
)

// Validate resolves the shapes, formats and ranges of every layer. It checks everything
// that this package guarantees about a network; see the package documentation. The
// error, if any, is a list (see Problems) of *Problem. It has all problems, in layer
// order, but not those that only follow from another one. Validate writes to the
// layers, so it must not run beside readers of the same network.
func (n *Network) Validate() error { return n.validate(nil) }

// validate is Validate for a network that was not read completely. It also leaves out
// problems that only follow from misread parts.
func (n *Network) validate(unread misread) error {
	v := &validator{net: n, unread: unread, at: -1, index: map[string]int{}, ok: make([]bool, len(n.Layers))}
	v.input()
	if len(n.Layers) == 0 {
		v.problem(-1, "layers", "there are none")
	}
	v.names()
	for i, l := range n.Layers {
		if l == nil {
			continue
		}
		v.at, v.layer = i, layerName(l, i)
		v.checkLayer(i, l)
	}
	return v.all.err()
}

type validator struct {
	net     *Network
	unread  misread
	all     problems
	at      int            // layer at work; -1 is the network
	layer   string         // its name; "" is the network
	index   map[string]int // first layer of a name
	ok      []bool         // layer's output shape and format are known
	inputOK bool
}

func (v *validator) problem(channel int, field, format string, args ...any) {
	if v.unread.has(v.at, field) {
		return
	}
	v.all.add(&Problem{Layer: v.layer, Channel: channel, Field: field, Msg: fmt.Sprintf(format, args...)})
}

func layerName(l *Layer, i int) string {
	if l.Name == "" {
		return fmt.Sprintf("#%d", i)
	}
	return l.Name
}

func (v *validator) input() {
	in := v.net.Input
	v.inputOK = v.shape("input.shape", in.Shape)
	if err := in.Format.Check(); err != nil {
		v.problem(-1, "input.format", "%v", err)
		v.inputOK = false
	}
	if v.unread.has(-1, "input") {
		return // the number of channels, or the place of a step, is unknown
	}
	for i, p := range in.Preprocess {
		v.preprocess(fmt.Sprintf("input.preprocess[%d]", i), p)
	}
}

func (v *validator) preprocess(field string, p Preprocess) {
	if !slices.Contains([]string{"mul", "add", "sub", "div"}, p.Op) {
		v.problem(-1, field, "operation %q: want mul, add, sub or div", p.Op)
	}
	if c := v.net.Input.Shape.C; len(p.Value) != 1 && len(p.Value) != c {
		v.problem(-1, field, "%d values: want 1 or one per channel, %d", len(p.Value), c)
	}
	for i, x := range p.Value {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			v.problem(-1, field, "value %d is %v", i, x)
		} else if x == 0 && p.Op == "div" {
			v.problem(-1, field, "value %d divides by zero", i)
		}
	}
}

// shape checks sizes that were declared or computed; it reports whether they can
// be used.
func (v *validator) shape(field string, s Shape) bool {
	for _, d := range []struct {
		name string
		n    int
	}{{"channels", s.C}, {"rows", s.H}, {"columns", s.W}} {
		if d.n < 1 || d.n > MaxDim {
			v.problem(-1, field, "%d %s are not in 1..%d", d.n, d.name, MaxDim)
			return false
		}
	}
	if n := int64(s.C) * int64(s.H) * int64(s.W); n > MaxVolume {
		v.problem(-1, field, "%dx%dx%d is %d values, more than %d", s.C, s.H, s.W, n, MaxVolume)
		return false
	}
	return true
}

func (v *validator) names() {
	if msg := badName(v.net.Name); msg != "" && v.net.Name != "" {
		v.problem(-1, "name", "%q %s", v.net.Name, msg)
	}
	for i, l := range v.net.Layers {
		if l == nil {
			v.at, v.layer = i, fmt.Sprintf("#%d", i)
			v.problem(-1, "name", "the layer is nil")
			continue
		}
		v.at, v.layer = i, layerName(l, i)
		if msg := badName(l.Name); msg != "" {
			v.problem(-1, "name", "%q %s", l.Name, msg)
		}
		if l.Name == InputName {
			v.problem(-1, "name", "%q is the name of the network's input", l.Name)
		}
		if first, dup := v.index[l.Name]; !dup {
			v.index[l.Name] = i
		} else if l.Name != "" {
			v.problem(-1, "name", "%q is also the name of layer %d; this is layer %d", l.Name, first, i)
		}
	}
	v.at, v.layer = -1, ""
}

// badName says what is wrong with a name, or "".
func badName(s string) string {
	switch {
	case s == "":
		return "is empty"
	case len(s) > MaxName:
		return fmt.Sprintf("is longer than %d bytes", MaxName)
	case !utf8.ValidString(s):
		return "is not UTF-8"
	case strings.ContainsFunc(s, unicode.IsControl):
		return "contains a control character"
	}
	return ""
}

// producer is what a layer's input comes from; nil layer is the network's input.
type producer struct {
	layer  *Layer
	shape  Shape
	format Format
	rng    Range
}

// resolve finds the producers of layer i's inputs. It is nil when one of them
// is unknown or did not resolve itself.
func (v *validator) resolve(i int, l *Layer) []producer {
	var ps []producer
	known := true
	for k, name := range l.Inputs {
		field := fmt.Sprintf("inputs[%d]", k)
		if name == InputName {
			in := v.net.Input
			known = known && v.inputOK
			if v.inputOK {
				ps = append(ps, producer{nil, in.Shape, in.Format, in.Format.Range()})
			}
			continue
		}
		j, ok := v.index[name]
		switch {
		case !ok && !v.unread.names(len(v.net.Layers)):
		case !ok || name == "":
			v.problem(-1, field, "there is no layer %q", name)
		case j >= i:
			if path := v.path(j, i, map[int]bool{}); path != nil {
				v.problem(-1, field, "%q closes a cycle: %s", name, v.arrows(i, path))
			} else {
				v.problem(-1, field, "%q comes later: layers are in execution order", name)
			}
		case v.ok[j]:
			p := v.net.Layers[j]
			ps = append(ps, producer{p, p.out, p.Out.Format, p.Out.Range()})
			continue
		}
		known = false
	}
	if !known {
		return nil
	}
	return ps
}

// path is a chain of layers from layer from to layer to, both included. Each is an
// input of the one before. It is nil if there is none.
func (v *validator) path(from, to int, seen map[int]bool) []int {
	if from == to {
		return []int{to}
	}
	if seen[from] || v.net.Layers[from] == nil {
		return nil
	}
	seen[from] = true
	for _, name := range v.net.Layers[from].Inputs {
		if j, ok := v.index[name]; ok && name != InputName {
			if rest := v.path(j, to, seen); rest != nil {
				return append([]int{from}, rest...)
			}
		}
	}
	return nil
}

// arrows writes a cycle in the direction that data flows.
func (v *validator) arrows(start int, path []int) string {
	var names []string
	for _, j := range slices.Backward(append([]int{start}, path...)) {
		names = append(names, v.net.Layers[j].Name)
	}
	return strings.Join(names, " -> ")
}
