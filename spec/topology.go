package spec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strings"
)

// Version of the files that this package writes, and the only one it reads.
const Version = 1

// maxTopology is the largest network.json, in bytes.
const maxTopology = 16 << 20

// The shape of network.json, for writing. Reading goes member by member (see
// object), so that every problem is found and named.
type (
	fileNetwork struct {
		Version int         `json:"version"`
		Name    string      `json:"name"`
		Input   fileInput   `json:"input"`
		Layers  []fileLayer `json:"layers"`
	}
	fileInput struct {
		Shape      [3]int           `json:"shape"`
		Format     Format           `json:"format"`
		Preprocess []filePreprocess `json:"preprocess,omitempty"`
	}
	filePreprocess struct {
		Op     string    `json:"op"`
		Values []float64 `json:"values"`
	}
	fileLayer struct {
		Name    string       `json:"name"`
		Inputs  []string     `json:"inputs"`
		In      []Format     `json:"in,omitempty"`
		Conv    *fileConv    `json:"conv,omitempty"`
		Add     *struct{}    `json:"add,omitempty"`
		Pool    *filePool    `json:"pool,omitempty"`
		MaxPool *fileWindow  `json:"maxpool,omitempty"`
		AvgPool *fileAvgPool `json:"avgpool,omitempty"`
		Concat  *struct{}    `json:"concat,omitempty"`
		Split   *fileSplit   `json:"split,omitempty"`
		Dense   *fileDense   `json:"dense,omitempty"`
		Out     fileRequant  `json:"out"`
	}
	fileConv struct {
		Channels    int              `json:"channels"`
		Kernel      [2]int           `json:"kernel"`
		Stride      [2]int           `json:"stride"`
		Pad         [4]int           `json:"pad"`
		Groups      int              `json:"groups"`
		Bits        int              `json:"bits"`
		Terms       int              `json:"terms,omitempty"` // where a weight has more than one
		Accumulator *fileAccumulator `json:"accumulator,omitempty"`
	}
	fileAccumulator struct {
		Mode  AccMode   `json:"mode"`
		Width int       `json:"width"`
		Drop  int       `json:"drop"`
		Order TermOrder `json:"order"`
	}
	filePool struct {
		Reciprocal int64 `json:"reciprocal"`
		Fraction   int   `json:"fraction"`
	}
	fileDense struct {
		Features int `json:"features"`
		Fraction int `json:"fraction"`
	}
	fileRequant struct {
		Format   Format    `json:"format"`
		Rounding Rounding  `json:"rounding"`
		Overflow Overflow  `json:"overflow"`
		Clamp    *[2]int64 `json:"clamp,omitempty"`
	}
)

// encodeTopology writes network.json. The bytes depend on n alone.
func encodeTopology(n *Network) ([]byte, error) {
	f := fileNetwork{
		Version: Version,
		Name:    n.Name,
		Input: fileInput{
			Shape:  [3]int{n.Input.Shape.C, n.Input.Shape.H, n.Input.Shape.W},
			Format: n.Input.Format,
		},
	}
	for _, p := range n.Input.Preprocess {
		f.Input.Preprocess = append(f.Input.Preprocess, filePreprocess{p.Op, p.Value})
	}
	for _, l := range n.Layers {
		f.Layers = append(f.Layers, encodeLayer(l))
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(f); err != nil {
		return nil, err
	}
	return joinLists(b.Bytes()), nil
}

func encodeLayer(l *Layer) fileLayer {
	f := fileLayer{
		Name:   l.Name,
		Inputs: l.Inputs,
		In:     l.Expect,
		Out:    fileRequant{Format: l.Out.Format, Rounding: l.Out.Rounding, Overflow: l.Out.Overflow},
	}
	if c := l.Out.Clamp; c != nil {
		f.Out.Clamp = &[2]int64{c.Lo, c.Hi}
	}
	l.Op.encode(&f)
	return f
}

func (op *Conv) encode(f *fileLayer) {
	f.Conv = &fileConv{Channels: op.OutC, Kernel: op.Kernel, Stride: op.Stride, Pad: op.Pad, Groups: op.Groups, Bits: op.Bits}
	if n := op.PerWeight(); n > 1 {
		f.Conv.Terms = n
	}
	if a := op.Acc; a != (Accumulator{}) {
		f.Conv.Accumulator = &fileAccumulator{a.Mode, a.Width, a.Drop, a.Order}
	}
}

func (*Add) encode(f *fileLayer)      { f.Add = &struct{}{} }
func (op *Pool) encode(f *fileLayer)  { f.Pool = &filePool{op.Recip, op.RecipFrac} }
func (op *Dense) encode(f *fileLayer) { f.Dense = &fileDense{op.OutN, op.WeightFrac} }

// A list of scalars as json.Indent writes it. A line break cannot stand inside a
// JSON string, so only layout matches.
var (
	scalarList = regexp.MustCompile(`\[\n\s+([^\[\]{}]*?)\n\s+\]`)
	lineBreak  = regexp.MustCompile(`\n\s+`)
)

// joinLists puts every list of scalars on one line, for readers.
func joinLists(b []byte) []byte {
	return scalarList.ReplaceAllFunc(b, func(list []byte) []byte {
		inner := scalarList.FindSubmatch(list)[1]
		return append(append([]byte("["), lineBreak.ReplaceAll(inner, []byte(" "))...), ']')
	})
}

// decodeTopology reads network.json into a network without weights, and returns which
// parts were misread. A layer that is not an object is nil. The network is nil if
// nothing could be read. Problems go to all.
func decodeTopology(data []byte, all *problems) (*Network, misread) {
	m, err := parseObject(data)
	if err != nil {
		all.add(err)
		return nil, nil
	}
	root := &object{all: all, m: m, asked: map[string]bool{}}
	if v := root.int("version"); v != Version && root.has("version") {
		// The fields of another version may have another meaning.
		root.problem("version", "%d: this program reads version %d", v, Version)
		return nil, nil
	}
	n := &Network{Name: root.str("name")}
	if in, ok := root.object("input"); ok {
		n.Input = decodeInput(in)
	}
	layers := root.objects("layers")
	root.finish()
	unread := misread{}
	unread.note(-1, all, 0)
	for i, o := range layers {
		if o == nil {
			n.Layers = append(n.Layers, nil)
			unread[i] = []string{""}
			continue
		}
		from := all.count()
		n.Layers = append(n.Layers, decodeLayer(o, i))
		unread.note(i, all, from)
	}
	return n, unread
}

func decodeInput(o *object) Input {
	s := o.ints("shape", 3)
	in := Input{Shape: Shape{o.small("shape", s[0]), o.small("shape", s[1]), o.small("shape", s[2])}}
	text(o, "format", &in.Format)
	if o.has("preprocess") {
		for _, p := range o.objects("preprocess") {
			if p != nil {
				in.Preprocess = append(in.Preprocess, Preprocess{p.str("op"), p.floats("values")})
				p.finish()
			}
		}
	}
	o.finish()
	return in
}

func decodeLayer(o *object, i int) *Layer {
	l := &Layer{Name: o.str("name")}
	o.layer, o.path = layerName(l, i), ""
	l.Inputs = o.strs("inputs")
	if o.has("in") {
		for i, s := range o.strs("in") {
			f, err := ParseFormat(s)
			if err != nil {
				o.problem(fmt.Sprintf("in[%d]", i), "%v", err)
			}
			l.Expect = append(l.Expect, f)
		}
	}
	var found []string
	for _, k := range kinds {
		if !o.has(k.name) {
			continue
		}
		found = append(found, k.name)
		if op, ok := o.object(k.name); ok {
			l.Op = k.decode(op)
			op.finish()
		}
	}
	if len(found) != 1 {
		o.problem("op", "%d operations %v: want one of %s", len(found), found, strings.Join(Kinds(), ", "))
	}
	if out, ok := o.object("out"); ok {
		l.Out = decodeRequant(out)
	}
	o.finish()
	return l
}

// kinds are the members of a layer that define its operation.
var kinds = []struct {
	name   string
	decode func(*object) Op
}{{"conv", decodeConv}, {"add", decodeAdd}, {"pool", decodePool}, {"maxpool", decodeMaxPool}, {"avgpool", decodeAvgPool},
	{"concat", decodeConcat}, {"split", decodeSplit}, {"dense", decodeDense}}

// Kinds lists the names of all kinds of layers.
func Kinds() (all []string) {
	for _, k := range kinds {
		all = append(all, k.name)
	}
	return all
}

func decodeConv(o *object) Op {
	c := &Conv{
		OutC:   o.small("channels", o.int("channels")),
		Groups: o.small("groups", o.int("groups")),
		Bits:   o.small("bits", o.int("bits")),
	}
	for i, v := range o.ints("kernel", 2) {
		c.Kernel[i] = o.small("kernel", v)
	}
	for i, v := range o.ints("stride", 2) {
		c.Stride[i] = o.small("stride", v)
	}
	for i, v := range o.ints("pad", 4) {
		c.Pad[i] = o.small("pad", v)
	}
	if o.has("terms") {
		c.Terms = o.small("terms", o.int("terms"))
	}
	if o.has("accumulator") {
		if a, ok := o.object("accumulator"); ok {
			text(a, "mode", &c.Acc.Mode)
			c.Acc.Width = a.small("width", a.int("width"))
			c.Acc.Drop = a.small("drop", a.int("drop"))
			text(a, "order", &c.Acc.Order)
			a.finish()
		}
	}
	return c
}

func decodeAdd(*object) Op { return &Add{} }

func decodePool(o *object) Op {
	return &Pool{Recip: o.int("reciprocal"), RecipFrac: o.small("fraction", o.int("fraction"))}
}

func decodeDense(o *object) Op {
	return &Dense{OutN: o.small("features", o.int("features")), WeightFrac: o.small("fraction", o.int("fraction"))}
}

func decodeRequant(o *object) Requant {
	var q Requant
	text(o, "format", &q.Format)
	text(o, "rounding", &q.Rounding)
	text(o, "overflow", &q.Overflow)
	if o.has("clamp") {
		c := o.ints("clamp", 2)
		q.Clamp = &Range{c[0], c[1]}
	}
	o.finish()
	return q
}

// small narrows a count to 32 bits, whatever the machine's int is.
func (o *object) small(key string, v int64) int {
	if v < math.MinInt32 || v > math.MaxInt32 {
		o.problem(key, "%d: want an integer of 32 bits", v)
		return 0
	}
	return int(v)
}

// text reads member key through its text form.
func text[T any, P interface {
	*T
	UnmarshalText([]byte) error
}](o *object, key string, into P) {
	s, ok := take[string](o, key, "a string")
	if !ok {
		return
	}
	if err := into.UnmarshalText([]byte(s)); err != nil {
		o.problem(key, "%v", err)
	}
}
