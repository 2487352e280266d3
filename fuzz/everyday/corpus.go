package everyday

import (
	"bytes"
	"embed"
	"fmt"
	"math/bits"
	"math/rand"
	"path"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"github.com/hashiflex/hashiflex/spec"
)

//go:embed modules sequential
var files embed.FS

// Module is one right module, with faults that make it wrong.
type Module struct {
	Name  string // of the file, and the size of a template's layer
	File  string // name that the text has for its readers
	Style string
	// Template is the file's name where other sizes come from the same file, and Bits says
	// that it works on bits of words, which takes longer.
	Template string
	Bits     bool
	FanIn    int
	Network  *spec.Network // one layer, called Layer
	Map      string        // port map in TOML, or "": the ports are the layer's own
	Latency  int           // clocks, 0 of a module without registers
	Text     []byte
	Faults   []Fault
}

// Layer is the name of every module's layer.
const Layer = "layer"

// Fault is a change that makes a right module wrong.
type Fault struct {
	Line int    // that is spoilt
	What string // "old => new"
	Text []byte // of the whole module
}

// Modules reads the corpus, in the order of its files. Of templates it takes the
// modules with a fan-in of at most most.
func Modules(most int) ([]Module, error) { return folder("modules", most) }

// Of are the modules of all templates, also of those for sequential ones, with a fan-in of
// n, but for templates that do not go so far.
func Of(n int) (all []Module, err error) {
	for _, f := range []string{"modules", "sequential"} {
		ms, err := entries(f, func(sizes []int) []int {
			if n > slices.Max(sizes) {
				return nil
			}
			return []int{n}
		})
		if err != nil {
			return nil, err
		}
		all = append(all, slices.DeleteFunc(ms, func(m Module) bool { return m.Template == "" })...)
	}
	return all, nil
}

// Sequential is the corpus of modules that compute over several clocks.
func Sequential(most int) ([]Module, error) { return folder("sequential", most) }

func folder(name string, most int) ([]Module, error) {
	return entries(name, func(sizes []int) []int {
		return slices.DeleteFunc(slices.Clone(sizes), func(n int) bool { return n > most })
	})
}

// entries reads a folder; of the sizes of a template, those that which picks.
func entries(name string, which func([]int) []int) ([]Module, error) {
	entries, err := files.ReadDir(name)
	if err != nil {
		return nil, err
	}
	var all []Module
	for _, e := range entries {
		text, err := files.ReadFile(path.Join(name, e.Name()))
		if err != nil {
			return nil, err
		}
		ms, err := read(e.Name(), text, which)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name(), err)
		}
		all = append(all, ms...)
	}
	return all, nil
}

// header is what the first comments of a file say.
type header struct {
	style, inputs, acc, out string
	weights                 []string
	bias, maps              []string
	sizes                   []int
	latency                 int
	bits                    bool
}

const mark = "//!"

func read(name string, text []byte, which func([]int) []int) ([]Module, error) {
	h, err := readHeader(text)
	if err != nil {
		return nil, err
	}
	file, isTemplate := strings.CutSuffix(name, ".tmpl")
	if isTemplate {
		h.sizes = which(h.sizes)
	} else {
		h.sizes = []int{0}
	}
	var all []Module
	for _, size := range h.sizes {
		m := Module{Name: strings.TrimSuffix(file, path.Ext(file)), File: file, Style: h.style, Latency: h.latency}
		if isTemplate {
			m.Template, m.Bits = m.Name, h.bits
			m.Name += "-" + strconv.Itoa(size)
		}
		layer, err := h.layer(size)
		if err != nil {
			return nil, err
		}
		whole := text
		if isTemplate {
			if whole, err = expand(text, layer); err != nil {
				return nil, err
			}
		}
		m.FanIn = len(layer.weights[0])
		if m.Network, err = layer.network(m.Name); err != nil {
			return nil, err
		}
		m.Map = h.portMap()
		if err := m.split(whole); err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

// split makes the right text and the wrong ones of a text with faults.
func (m *Module) split(text []byte) error {
	lines := strings.Split(string(text), "\n")
	right := make([]string, len(lines))
	type change struct {
		line      int
		what, new string
	}
	var changes []change
	for i, l := range lines {
		parts := strings.Split(l, mark)
		right[i] = strings.TrimRight(parts[0], " ")
		for _, f := range parts[1:] {
			old, with, ok := strings.Cut(f, "=>")
			old, with = strings.TrimSpace(old), strings.TrimSpace(with)
			if !ok || strings.Count(right[i], old) != 1 {
				return fmt.Errorf("line %d: %q is not once in the line", i+1, old)
			}
			changes = append(changes, change{i, old + " => " + with, strings.Replace(right[i], old, with, 1)})
		}
	}
	m.Text = []byte(strings.Join(right, "\n"))
	for _, c := range changes {
		wrong := slices.Clone(right)
		wrong[c.line] = c.new
		m.Faults = append(m.Faults, Fault{c.line + 1, c.what, []byte(strings.Join(wrong, "\n"))})
	}
	return nil
}

func readHeader(text []byte) (h header, err error) {
	for _, l := range strings.Split(string(text), "\n") {
		l, ok := strings.CutPrefix(l, "// ")
		if !ok {
			break
		}
		key, value, _ := strings.Cut(l, ":")
		value = strings.TrimSpace(value)
		switch key {
		case "style":
			h.style = value
		case "inputs":
			h.inputs = value
		case "weights":
			h.weights = append(h.weights, value)
		case "bias":
			h.bias = strings.Fields(value)
		case "out":
			h.out = value
		case "acc":
			h.acc = value
		case "map":
			h.maps = append(h.maps, value)
		case "latency":
			h.latency, err = strconv.Atoi(value)
		case "sizes":
			h.sizes, err = ints(value)
		case "bits":
			h.bits = true
		default:
			// What is said of the module to people.
		}
		if err != nil {
			return h, err
		}
	}
	return h, nil
}

// portMap is the map in TOML. Lines "ports" and "tie" go into the tables of these names.
func (h *header) portMap() string {
	var top, ports, tie, sequential []string
	for _, l := range h.maps {
		switch key, rest, _ := strings.Cut(l, " "); key {
		case "ports":
			ports = append(ports, rest)
		case "tie":
			tie = append(tie, rest)
		case "sequential":
			sequential = append(sequential, rest)
		default:
			top = append(top, l)
		}
	}
	if h.maps == nil {
		return ""
	}
	join := func(ls []string) string { return strings.Join(ls, "\n") + "\n" }
	m := join(top) + "[ports]\n" + join(ports) + "[tie]\n" + join(tie)
	if sequential != nil {
		m += "[sequential]\n" + join(sequential)
	}
	return m
}

// layer is a layer as a header says it.
type layer struct {
	format  spec.Format
	weights [][]int64
	bias    []int64
	out     spec.Requant
	shift   int
	acc     spec.Accumulator
}

func (h *header) layer(size int) (l layer, err error) {
	var number, format string
	if n, err := fmt.Sscan(h.inputs, &number, &format); n != 2 {
		return l, fmt.Errorf("inputs: %w", err)
	}
	n, err := strconv.Atoi(number)
	if err != nil {
		n = size
	}
	fields := strings.Fields(h.out)
	if len(fields) != 4 && len(fields) != 6 {
		return l, fmt.Errorf("out: %q", h.out)
	}
	if l.shift, err = strconv.Atoi(strings.TrimPrefix(fields[1], ">>")); err != nil {
		return l, err
	}
	// Whole numbers come out where the inputs have as many fraction bits as are dropped.
	if l.format, err = spec.ParseFormat(format + "." + strconv.Itoa(l.shift)); err != nil {
		return l, err
	}
	if l.out.Format, err = spec.ParseFormat(fields[0] + ".0"); err != nil {
		return l, err
	}
	if err := l.out.Rounding.UnmarshalText([]byte(fields[2])); err != nil {
		return l, err
	}
	if err := l.out.Overflow.UnmarshalText([]byte(fields[3])); err != nil {
		return l, err
	}
	if len(fields) == 6 {
		ends, err := ints(strings.Join(fields[4:], " "))
		if err != nil {
			return l, err
		}
		l.out.Clamp = &spec.Range{Lo: int64(ends[0]), Hi: int64(ends[1])}
	}
	if h.acc != "" {
		var mode string
		if _, err := fmt.Sscan(h.acc, &mode, &l.acc.Width); err != nil {
			return l, fmt.Errorf("acc: %w", err)
		}
		if err := l.acc.Mode.UnmarshalText([]byte(mode)); err != nil {
			return l, err
		}
	}
	for _, text := range h.weights {
		ws, err := weights(text, n)
		if err != nil {
			return l, err
		}
		l.weights = append(l.weights, ws)
	}
	for _, b := range h.bias {
		v, err := strconv.ParseInt(b, 10, 32)
		if err != nil {
			return l, err
		}
		l.bias = append(l.bias, v)
	}
	if len(l.weights) == 0 || len(l.weights) != len(l.bias) {
		return l, fmt.Errorf("%d lines of weights, %d biases", len(l.weights), len(l.bias))
	}
	return l, nil
}

// weights are those that a header lists, or n of both signs up to some power of two.
func weights(text string, n int) ([]int64, error) {
	if random, ok := strings.CutPrefix(text, "random "); ok {
		of, err := ints(random)
		if err != nil || len(of) != 2 {
			return nil, fmt.Errorf("weights: %q", text)
		}
		rng := rand.New(rand.NewSource(int64(of[0])))
		ws := make([]int64, n)
		for i := range ws {
			if k := rng.Intn(2*bits.Len(uint(of[1])) + 1); k > 0 {
				ws[i] = int64(1-k%2*2) << ((k - 1) / 2)
			}
		}
		return ws, nil
	}
	listed, err := ints(text)
	if err == nil && len(listed) != n {
		err = fmt.Errorf("%d weights of %d inputs", len(listed), n)
	}
	ws := make([]int64, len(listed))
	for i, w := range listed {
		ws[i] = int64(w)
	}
	return ws, err
}

func ints(text string) (vs []int, err error) {
	for _, f := range strings.Fields(text) {
		v, err := strconv.Atoi(f)
		if err != nil {
			return nil, err
		}
		vs = append(vs, v)
	}
	return vs, nil
}

// network is a network of the one layer, over images of one pixel.
func (l *layer) network(name string) (*spec.Network, error) {
	conv := &spec.Conv{OutC: len(l.weights), Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 5, Acc: l.acc}
	for oc, ws := range l.weights {
		none := true
		for _, w := range ws {
			magnitude := max(w, -w)
			if magnitude&(magnitude-1) != 0 {
				return nil, fmt.Errorf("weight %d is no power of two", w)
			}
			code := bits.Len64(uint64(magnitude))
			if w < 0 {
				code = -code
			}
			none = none && w == 0
			conv.Codes = append(conv.Codes, spec.Code(code))
		}
		if none {
			return nil, fmt.Errorf("channel %d has no weight", oc)
		}
		conv.Base = append(conv.Base, 0)
		conv.Bias = append(conv.Bias, int32(l.bias[oc]))
	}
	n := &spec.Network{
		Name:   name,
		Input:  spec.Input{Shape: spec.Shape{C: len(l.weights[0]), H: 1, W: 1}, Format: l.format},
		Layers: []*spec.Layer{{Name: Layer, Inputs: []string{spec.InputName}, Out: l.out, Op: conv}},
	}
	return n, n.Validate()
}

// Term is an input with a weight that is not 0.
type Term struct {
	I     int   // number of the input
	W     int64 // its weight
	Shift int   // of which W is a signed 2^Shift
	Neg   bool
}

// expand makes the text of a template's module.
func expand(text []byte, l layer) ([]byte, error) {
	type channel struct {
		Bias  int64
		Terms []Term
		W     []int64
	}
	data := struct {
		N        int // inputs
		Channels []channel
		channel  // the first one
	}{N: len(l.weights[0])}
	for oc, ws := range l.weights {
		c := channel{Bias: l.bias[oc], W: ws}
		for i, w := range ws {
			if w != 0 {
				c.Terms = append(c.Terms, Term{i, w, bits.TrailingZeros64(uint64(w)), w < 0})
			}
		}
		data.Channels = append(data.Channels, c)
	}
	data.channel = data.Channels[0]
	t, err := template.New("").Delims("<%", "%>").Funcs(template.FuncMap{
		"add": func(a, b int) int { return a + b },
		"sub": func(a, b int) int { return a - b },
		"mul": func(a, b int) int { return a * b },
		"div": func(a, b int) int { return a / b },
		// seq is 0 … n-1.
		"seq": func(n int) []int {
			all := make([]int, n)
			for i := range all {
				all[i] = i
			}
			return all
		},
		// of are the terms of one weight.
		"of": func(w int64, ts []Term) (some []Term) {
			for _, t := range ts {
				if t.W == w {
					some = append(some, t)
				}
			}
			return some
		},
		// groups are the terms in groups of n; the last may have fewer.
		"groups": func(n int, ts []Term) [][]Term { return slices.Collect(slices.Chunk(ts, n)) },
		// halvings are the numbers of words of each level of a tree of pairs over k words.
		"halvings": func(k int) (all []int) {
			for ; k > 1; k = (k + 1) / 2 {
				all = append(all, k)
			}
			return all
		},
		// code is a weight as sign, presence and shift, five bits.
		"code": func(w int64) int64 {
			if w == 0 {
				return 0
			}
			c := int64(8 + bits.TrailingZeros64(uint64(w)))
			if w < 0 {
				c += 16
			}
			return c
		},
		// width is the number of bits of n.
		"width": func(n int) int { return bits.Len(uint(n)) },
		"int":   func(v int64) int { return int(v) },
	}).Parse(string(text))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
