package onnx

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// The messages below are the part of onnx.proto (ONNX IR version 3 and later) that
// a frozen convolutional network uses. Field numbers are the format's. Fields
// not named here are skipped, as protocol buffers demand of a reader, unless
// their presence would change the meaning; those are refused.

type modelProto struct {
	opsets   map[string]int64 // by domain
	graph    *graphProto
	metadata map[string]string
}

type graphProto struct {
	name         string
	nodes        []*nodeProto
	initializers []*tensorProto
	inputs       []*valueInfo
	outputs      []*valueInfo
}

type nodeProto struct {
	name, op, domain string
	inputs, outputs  []string
	attrs            []*attrProto
}

// attrProto is an attribute; kind says which of the others is set.
type attrProto struct {
	name   string
	kind   int64 // onnx.AttributeProto.AttributeType
	f      float32
	i      int64
	s      string
	t      *tensorProto
	floats []float32
	ints   []int64
}

// Attribute types of onnx.AttributeProto.
const (
	attrFloat   = 1
	attrInt     = 2
	attrString  = 3
	attrTensor  = 4
	attrFloats  = 6
	attrInts    = 7
	attrStrings = 8
	attrSparse  = 11
)

type tensorProto struct {
	name     string
	dims     []int64
	dataType int64
	floats   []float32 // float_data
	int32s   []int64   // int32_data, which float16 and bool use too
	int64s   []int64   // int64_data
	doubles  []float64 // double_data
	raw      []byte    // raw_data, little endian
	hasRaw   bool
	external bool              // the data is in another file, and not read yet
	where    map[string]string // external_data
	absent   error             // why external data could not be read
}

// valueInfo is a graph input or output. A dimension that is not a number is -1.
type valueInfo struct {
	name     string
	elemType int64
	dims     []int64
	isTensor bool
}

// maxNodes bounds every repeated message; the largest public networks have a
// few thousand nodes.
const maxNodes = 1 << 16

var errGroup = errors.New("a group, which the format does not have")

// field is one field of a message: u for numbers, b for the rest.
type field struct {
	num protowire.Number
	typ protowire.Type
	u   uint64
	b   []byte
}

// fields calls f for each field of message b. Nothing is allocated, so a length
// that lies costs nothing.
func fields(what string, b []byte, f func(field) error) error {
	for at := 0; at < len(b); {
		num, typ, n := protowire.ConsumeTag(b[at:])
		if n < 0 {
			return fmt.Errorf("%s: byte %d: %w", what, at, protowire.ParseError(n))
		}
		start := at
		at += n
		v := field{num: num, typ: typ}
		switch typ {
		case protowire.VarintType:
			v.u, n = protowire.ConsumeVarint(b[at:])
		case protowire.Fixed32Type:
			var u uint32
			u, n = protowire.ConsumeFixed32(b[at:])
			v.u = uint64(u)
		case protowire.Fixed64Type:
			v.u, n = protowire.ConsumeFixed64(b[at:])
		case protowire.BytesType:
			v.b, n = protowire.ConsumeBytes(b[at:])
		default:
			return fmt.Errorf("%s: byte %d: field %d: %w", what, start, num, errGroup)
		}
		if n < 0 {
			return fmt.Errorf("%s: byte %d: field %d: %w", what, start, num, protowire.ParseError(n))
		}
		at += n
		if err := f(v); err != nil {
			return err
		}
	}
	return nil
}

func (v field) want(what string, typ protowire.Type) error {
	if v.typ != typ {
		return fmt.Errorf("%s: field %d has wire type %d, want %d", what, v.num, v.typ, typ)
	}
	return nil
}

// text, number and message set a field of the wire type that their kind needs.

func (v field) text(what string, dst *string) error {
	*dst = string(v.b)
	return v.want(what, protowire.BytesType)
}

func (v field) number(what string, dst *int64) error {
	*dst = int64(v.u)
	return v.want(what, protowire.VarintType)
}

func message[T any](v field, what string, dst *[]*T, parse func(string, []byte) (*T, error)) error {
	if err := v.want(what, protowire.BytesType); err != nil {
		return err
	}
	if len(*dst) == maxNodes {
		return fmt.Errorf("%s: more than %d", what, maxNodes)
	}
	m, err := parse(fmt.Sprintf("%s[%d]", what, len(*dst)), v.b)
	*dst = append(*dst, m)
	return err
}

func refuse(what string) error { return fmt.Errorf("%s is not supported", what) }

func parseModel(b []byte) (*modelProto, error) {
	m := &modelProto{opsets: map[string]int64{}, metadata: map[string]string{}}
	err := fields("model", b, func(v field) error {
		switch v.num {
		case 7:
			if m.graph != nil {
				return errors.New("model: a second graph")
			}
			var gs []*graphProto
			err := message(v, "graph", &gs, func(_ string, b []byte) (*graphProto, error) { return parseGraph(b) })
			if err == nil {
				m.graph = gs[0]
			}
			return err
		case 8:
			var domain string
			var version int64
			if err := v.want("opset_import", protowire.BytesType); err != nil {
				return err
			}
			err := fields("opset_import", v.b, func(v field) error {
				switch v.num {
				case 1:
					return v.text("opset_import.domain", &domain)
				case 2:
					return v.number("opset_import.version", &version)
				}
				return nil
			})
			if err != nil {
				return err
			}
			if domain == "ai.onnx" {
				domain = ""
			}
			if _, dup := m.opsets[domain]; dup {
				return fmt.Errorf("opset_import: domain %q twice", domain)
			}
			m.opsets[domain] = version
		case 14:
			if err := v.want("metadata_props", protowire.BytesType); err != nil {
				return err
			}
			var key, value string
			err := fields("metadata_props", v.b, func(v field) error {
				switch v.num {
				case 1:
					return v.text("metadata_props.key", &key)
				case 2:
					return v.text("metadata_props.value", &value)
				}
				return nil
			})
			if err != nil {
				return err
			}
			m.metadata[key] = value
		case 20:
			return refuse("model: training_info")
		case 25:
			return refuse("model: functions")
		}
		return nil
	})
	if err == nil && m.graph == nil {
		err = errors.New("model: no graph")
	}
	return m, err
}

func parseGraph(b []byte) (*graphProto, error) {
	g := &graphProto{}
	return g, fields("graph", b, func(v field) error {
		switch v.num {
		case 1:
			return message(v, "graph.node", &g.nodes, parseNode)
		case 2:
			return v.text("graph.name", &g.name)
		case 5:
			return message(v, "graph.initializer", &g.initializers, parseTensor)
		case 11:
			return message(v, "graph.input", &g.inputs, parseValueInfo)
		case 12:
			return message(v, "graph.output", &g.outputs, parseValueInfo)
		case 15:
			return refuse("graph: sparse_initializer")
		}
		return nil
	})
}

func parseNode(what string, b []byte) (*nodeProto, error) {
	n := &nodeProto{}
	return n, fields(what, b, func(v field) error {
		switch v.num {
		case 1, 2:
			dst := &n.inputs
			if v.num == 2 {
				dst = &n.outputs
			}
			if len(*dst) == maxNodes {
				return fmt.Errorf("%s: more than %d inputs or outputs", what, maxNodes)
			}
			var s string
			err := v.text(what, &s)
			*dst = append(*dst, s)
			return err
		case 3:
			return v.text(what+".name", &n.name)
		case 4:
			return v.text(what+".op_type", &n.op)
		case 5:
			return message(v, what+".attribute", &n.attrs, parseAttr)
		case 7:
			return v.text(what+".domain", &n.domain)
		}
		return nil
	})
}

func parseAttr(what string, b []byte) (*attrProto, error) {
	a := &attrProto{}
	set := map[protowire.Number]int64{2: attrFloat, 3: attrInt, 4: attrString, 5: attrTensor, 7: attrFloats, 8: attrInts,
		9: attrStrings, 22: attrSparse}
	var found int64
	err := fields(what, b, func(v field) error {
		if k, ok := set[v.num]; ok {
			found = k
		}
		switch v.num {
		case 1:
			return v.text(what+".name", &a.name)
		case 2:
			a.f = math.Float32frombits(uint32(v.u))
			return v.want(what+".f", protowire.Fixed32Type)
		case 3:
			return v.number(what+".i", &a.i)
		case 4:
			return v.text(what+".s", &a.s)
		case 5:
			var err error
			if err = v.want(what+".t", protowire.BytesType); err == nil {
				a.t, err = parseTensor(what+".t", v.b)
			}
			return err
		case 7:
			return v.floats(what+".floats", &a.floats)
		case 8:
			return v.ints(what+".ints", &a.ints)
		case 20:
			return v.number(what+".type", &a.kind)
		case 9, 22:
			// The node that has it says that it is not read.
			return v.want(what, protowire.BytesType)
		case 6, 10, 11, 14, 15, 23:
			return refuse(fmt.Sprintf("%s: field %d (graphs, lists of tensors and types)", what, v.num))
		case 21:
			return refuse(what + ": ref_attr_name")
		}
		return nil
	})
	// IR versions before 2 leave type unset; an empty list has no field.
	if a.kind == 0 {
		a.kind = found
	}
	if err == nil && found != 0 && found != a.kind {
		err = fmt.Errorf("%s %q: type %d but field of type %d", what, a.name, a.kind, found)
	}
	return a, err
}

func parseTensor(what string, b []byte) (*tensorProto, error) {
	t := &tensorProto{}
	return t, fields(what, b, func(v field) error {
		switch v.num {
		case 1:
			return v.ints(what+".dims", &t.dims)
		case 2:
			return v.number(what+".data_type", &t.dataType)
		case 3:
			return refuse(what + ": segment")
		case 4:
			return v.floats(what+".float_data", &t.floats)
		case 5:
			return v.ints(what+".int32_data", &t.int32s)
		case 7:
			return v.ints(what+".int64_data", &t.int64s)
		case 10:
			return v.doubles(what+".double_data", &t.doubles)
		case 8:
			return v.text(what+".name", &t.name)
		case 9:
			t.raw, t.hasRaw = v.b, true
			return v.want(what+".raw_data", protowire.BytesType)
		case 13:
			t.external = true
			return v.entry(what+".external_data", &t.where)
		case 14:
			var where int64
			err := v.number(what+".data_location", &where)
			t.external = t.external || where != 0
			return err
		}
		return nil
	})
}

func parseValueInfo(what string, b []byte) (*valueInfo, error) {
	i := &valueInfo{}
	// ValueInfo.type.tensor_type.shape.dim, each a message of its own.
	sub := func(v field, what string, f func(field) error) error {
		if err := v.want(what, protowire.BytesType); err != nil {
			return err
		}
		return fields(what, v.b, f)
	}
	dim := func(v field) error {
		if v.num != 1 {
			return nil
		}
		size := int64(-1)
		i.dims = append(i.dims, 0)
		err := sub(v, what+".dim", func(v field) error {
			if v.num == 1 {
				return v.number(what+".dim_value", &size)
			}
			return nil
		})
		i.dims[len(i.dims)-1] = size
		return err
	}
	tensor := func(v field) error {
		switch v.num {
		case 1:
			return v.number(what+".elem_type", &i.elemType)
		case 2:
			return sub(v, what+".shape", dim)
		}
		return nil
	}
	return i, fields(what, b, func(v field) error {
		switch v.num {
		case 1:
			return v.text(what+".name", &i.name)
		case 2:
			return sub(v, what+".type", func(v field) error {
				if v.num != 1 {
					return nil
				}
				i.isTensor = true
				return sub(v, what+".tensor_type", tensor)
			})
		}
		return nil
	})
}

// floats appends a repeated float, packed or not.
func (v field) floats(what string, dst *[]float32) error {
	if v.typ == protowire.Fixed32Type {
		*dst = append(*dst, math.Float32frombits(uint32(v.u)))
		return nil
	}
	if err := v.want(what, protowire.BytesType); err != nil {
		return err
	}
	if len(v.b)%4 != 0 {
		return fmt.Errorf("%s: %d bytes of packed floats", what, len(v.b))
	}
	*dst = append(*dst, littleFloats(v.b)...)
	return nil
}

func littleFloats(b []byte) []float32 {
	out := make([]float32, len(b)/4)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return out
}

// doubles appends a repeated double, packed or not.
func (v field) doubles(what string, dst *[]float64) error {
	if v.typ == protowire.Fixed64Type {
		*dst = append(*dst, math.Float64frombits(v.u))
		return nil
	}
	if err := v.want(what, protowire.BytesType); err != nil {
		return err
	}
	if len(v.b)%8 != 0 {
		return fmt.Errorf("%s: %d bytes of packed doubles", what, len(v.b))
	}
	for b := v.b; len(b) > 0; b = b[8:] {
		*dst = append(*dst, math.Float64frombits(binary.LittleEndian.Uint64(b)))
	}
	return nil
}

// entry adds a StringStringEntryProto to a map.
func (v field) entry(what string, dst *map[string]string) error {
	if err := v.want(what, protowire.BytesType); err != nil {
		return err
	}
	var key, val string
	err := fields(what, v.b, func(v field) error {
		switch v.num {
		case 1:
			return v.text(what+".key", &key)
		case 2:
			return v.text(what+".value", &val)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if *dst == nil {
		*dst = map[string]string{}
	}
	if _, dup := (*dst)[key]; dup {
		return fmt.Errorf("%s: key %q twice", what, key)
	}
	(*dst)[key] = val
	return nil
}

// ints appends a repeated int64, packed or not.
func (v field) ints(what string, dst *[]int64) error {
	if v.typ == protowire.VarintType {
		*dst = append(*dst, int64(v.u))
		return nil
	}
	if err := v.want(what, protowire.BytesType); err != nil {
		return err
	}
	for b := v.b; len(b) > 0; {
		u, n := protowire.ConsumeVarint(b)
		if n < 0 {
			return fmt.Errorf("%s: %w", what, protowire.ParseError(n))
		}
		*dst = append(*dst, int64(u))
		b = b[n:]
	}
	return nil
}
