package zoo

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"
)

// opset is the operator set of the files.
const opset = 17

// builder collects a graph. A value has the name of the node that computes it.
type builder struct {
	random *rand.Rand
	graph  []byte
	count  map[string]int
}

func newBuilder(name string, o Options) *builder {
	b := &builder{random: rand.New(rand.NewPCG(o.Seed, 1)), count: map[string]int{}}
	b.graph = text(nil, 2, name)
	return b
}

func bytes(to []byte, field protowire.Number, body []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(to, field, protowire.BytesType), body)
}

func text(to []byte, field protowire.Number, s string) []byte { return bytes(to, field, []byte(s)) }

func number(to []byte, field protowire.Number, v int64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(to, field, protowire.VarintType), uint64(v))
}

// valueInfo is a tensor of float32 of the given dimensions.
func valueInfo(name string, dims ...int64) []byte {
	var shape []byte
	for _, d := range dims {
		shape = bytes(shape, 1, number(nil, 1, d))
	}
	tensor := bytes(number(nil, 1, 1), 2, shape)
	return bytes(text(nil, 1, name), 2, bytes(nil, 1, tensor))
}

// unique is a name that no other node has.
func (b *builder) unique(name string) string {
	b.count[name]++
	if n := b.count[name]; n > 1 {
		return name + "_" + strconv.Itoa(n)
	}
	return name
}

// attribute is one of a node: an int64 or a []int64. A string without a name is a
// further output.
type attribute struct {
	name  string
	value any
}

// node adds a node and returns the name of its output.
func (b *builder) node(op, name string, inputs []string, attributes ...attribute) string {
	name = b.unique(name)
	var n []byte
	for _, in := range inputs {
		n = text(n, 1, in)
	}
	n = text(text(text(n, 2, name), 3, name), 4, op)
	for _, a := range attributes {
		if more, ok := a.value.(string); ok {
			n = text(n, 2, more)
			continue
		}
		body := text(nil, 1, a.name)
		switch v := a.value.(type) {
		case int64:
			body = number(number(body, 3, v), 20, 2)
		case []int64:
			for _, x := range v {
				body = number(body, 8, x)
			}
			body = number(body, 20, 7)
		default:
			panic("zoo: attribute " + a.name + " of another kind")
		}
		n = bytes(n, 5, body)
	}
	b.graph = bytes(b.graph, 1, n)
	return name
}

// tensor adds a constant whose element i is f(i), and returns its name.
func (b *builder) tensor(name string, dims []int64, f func(i int) float64) string {
	n := int64(1)
	var t []byte
	for _, d := range dims {
		t = number(t, 1, d)
		n *= d
	}
	var data []byte
	for i := range n {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(float32(f(int(i)))))
	}
	b.graph = bytes(b.graph, 5, bytes(text(number(t, 2, 1), 8, name), 9, data))
	return name
}

// file is the model of one input and one output.
func (b *builder) file(input string, in []int64, output string, out ...int64) []byte {
	g := bytes(bytes(b.graph, 11, valueInfo(input, in...)), 12, valueInfo(output, out...))
	return bytes(bytes(number(nil, 1, 8), 8, number(nil, 2, opset)), 7, g)
}
