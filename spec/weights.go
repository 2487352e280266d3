package spec

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/nlpodyssey/safetensors"
)

// Limits of weights.safetensors, in bytes.
const (
	maxWeights = 512 << 20
	maxHeader  = 64 << 20
)

// tensor is one entry of a safetensors file. Its length agrees with its shape.
type tensor struct {
	dtype string
	shape []int64
	data  []byte
}

// dtypes are the element sizes of the types a network has, in bytes.
var dtypes = map[string]int64{"I8": 1, "I32": 4}

// parseTensors reads a safetensors file: 8 bytes of header length, little
// endian; a JSON header; the data, which the tensors' offsets must tile without
// gaps. The safetensors library accepts duplicate names and does not name the wrong
// tensor, so this reader is our own. Tests check that it reads what the library writes,
// and that the library reads what it accepts.
func parseTensors(file []byte, all *problems) map[string]tensor {
	if len(file) > maxWeights {
		all.add(fmt.Errorf("%d bytes: more than %d", len(file), maxWeights))
		return nil
	}
	if len(file) < 8 {
		all.add(fmt.Errorf("truncated: %d bytes, and the header's length alone takes 8", len(file)))
		return nil
	}
	n := binary.LittleEndian.Uint64(file)
	if n > maxHeader || n > uint64(len(file)-8) {
		all.add(fmt.Errorf("header of %d bytes: want at most %d, and %d bytes follow", n, maxHeader, len(file)-8))
		return nil
	}
	header, data := file[8:8+n], file[8+n:]
	if !strings.HasPrefix(string(header), "{") {
		all.add(errors.New("header: does not begin with {"))
		return nil
	}
	m, err := parseObject(header)
	if err != nil {
		all.add(fmt.Errorf("header: %w", err))
		return nil
	}
	return tileTensors(m, data, all)
}

// tileTensors cuts data into the header's tensors.
func tileTensors(header map[string]any, data []byte, all *problems) map[string]tensor {
	type span struct {
		name       string
		begin, end int64
	}
	tensors := map[string]tensor{}
	var spans []span
	bad := false
	for _, name := range slices.Sorted(maps.Keys(header)) {
		v := header[name]
		if name == "__metadata__" {
			bad = !metadata(v, all) || bad
			continue
		}
		t, begin, end, err := tensorInfo(v, int64(len(data)))
		if err != nil {
			all.add(fmt.Errorf("tensor %q: %w", name, err))
			bad = true
			continue
		}
		t.data = data[begin:end:end]
		tensors[name] = t
		spans = append(spans, span{name, begin, end})
	}
	if bad {
		return nil
	}
	slices.SortFunc(spans, func(a, b span) int {
		if a.begin != b.begin {
			return int(a.begin - b.begin)
		}
		if a.end != b.end {
			return int(a.end - b.end)
		}
		return strings.Compare(a.name, b.name)
	})
	var at int64
	for _, s := range spans {
		if s.begin != at {
			all.add(fmt.Errorf("tensor %q: begins at byte %d of the data, but the tensor before it ends at %d", s.name, s.begin, at))
			return nil
		}
		at = s.end
	}
	if at != int64(len(data)) {
		all.add(fmt.Errorf("%d bytes of data: the tensors take %d", len(data), at))
		return nil
	}
	return tensors
}

func metadata(v any, all *problems) bool {
	m, ok := v.(map[string]any)
	for _, s := range m {
		_, text := s.(string)
		ok = ok && text
	}
	if !ok {
		all.add(errors.New("header: __metadata__ is not an object of strings"))
	}
	return ok
}

// tensorInfo reads one entry of the header against size bytes of data.
func tensorInfo(v any, size int64) (t tensor, begin, end int64, err error) {
	m, ok := v.(map[string]any)
	if !ok {
		return t, 0, 0, fmt.Errorf("%s: want an object", describe(v))
	}
	var all problems
	o := &object{all: &all, m: m, asked: map[string]bool{}}
	t.dtype, t.shape = o.str("dtype"), o.ints("shape", -1)
	span := o.ints("data_offsets", 2)
	o.finish()
	if all.list != nil {
		var p *Problem
		if errors.As(all.list[0], &p) {
			return t, 0, 0, fmt.Errorf("%s: %s", p.Field, p.Msg)
		}
	}
	bytes, known := dtypes[t.dtype]
	if !known {
		return t, 0, 0, fmt.Errorf("type %q: want I8 or I32", t.dtype)
	}
	for _, d := range t.shape {
		if d < 0 || d > maxWeights || bytes > maxWeights {
			return t, 0, 0, fmt.Errorf("shape %v: too large or negative", t.shape)
		}
		bytes *= d
	}
	begin, end = span[0], span[1]
	if begin < 0 || end < begin || end > size {
		return t, 0, 0, fmt.Errorf("bytes %d to %d do not lie in the %d bytes of data", begin, end, size)
	}
	if end-begin != bytes {
		return t, 0, 0, fmt.Errorf("%d bytes: %s of shape %v takes %d", end-begin, t.dtype, t.shape, bytes)
	}
	return t, begin, end, nil
}

// parameter is a tensor of a layer. Before validation, a size that depends on the
// layer's inputs is -1.
type parameter struct {
	suffix string // of its name, behind the layer's
	dtype  safetensors.DType
	shape  []int
	get    func() []byte
	set    func(data []byte)
}

func (op *Conv) parameters(l *Layer) []parameter {
	perGroup := -1
	if l.in != nil {
		perGroup = l.in[0].C / op.Groups
	}
	codes := []int{op.OutC, perGroup, op.Kernel[0], op.Kernel[1]}
	if n := op.PerWeight(); n > 1 {
		codes = append(codes, n)
	}
	return []parameter{
		{"codes", safetensors.I8, codes,
			func() []byte { return int8Bytes(op.Codes) },
			func(data []byte) {
				for _, b := range data {
					op.Codes = append(op.Codes, Code(b))
				}
			}},
		int32Parameter("base", op.OutC, &op.Base),
		int32Parameter("bias", op.OutC, &op.Bias),
	}
}

func (*Add) parameters(*Layer) []parameter  { return nil }
func (*Pool) parameters(*Layer) []parameter { return nil }

func (op *Dense) parameters(l *Layer) []parameter {
	inN := -1
	if l.in != nil {
		inN = len(op.Weights) / op.OutN
	}
	return []parameter{
		{"weights", safetensors.I8, []int{op.OutN, inN},
			func() []byte { return int8Bytes(op.Weights) },
			func(data []byte) {
				for _, b := range data {
					op.Weights = append(op.Weights, int8(b))
				}
			}},
		int32Parameter("bias", op.OutN, &op.Bias),
	}
}

func int32Parameter(suffix string, n int, v *[]int32) parameter {
	return parameter{suffix, safetensors.I32, []int{n},
		func() []byte { return int32Bytes(*v) },
		func(data []byte) { *v = int32s(data) }}
}

// attach moves the tensors into the layers of n. Exactly one layer must ask for each
// tensor. Validate, which knows the input's channels, checks a dimension of -1.
func attach(n *Network, tensors map[string]tensor, all *problems) {
	asked := map[string]bool{}
	take := func(l *Layer, suffix, dtype string, shape ...int) []byte {
		name := l.Name + "." + suffix
		asked[name] = true
		t, ok := tensors[name]
		switch {
		case !ok:
			all.add(fmt.Errorf("tensor %q: missing", name))
		case t.dtype != dtype:
			all.add(fmt.Errorf("tensor %q: type %s, want %s", name, t.dtype, dtype))
		case !slices.EqualFunc(t.shape, shape, func(have int64, want int) bool { return want < 0 || have == int64(want) }):
			all.add(fmt.Errorf("tensor %q: shape %v, want %s", name, t.shape, shapeText(shape)))
		default:
			return t.data
		}
		return nil
	}
	for _, l := range n.Layers {
		if l.Op == nil {
			continue
		}
		for _, p := range l.Op.parameters(l) {
			p.set(take(l, p.suffix, p.dtype.String(), p.shape...))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(tensors)) {
		if !asked[name] {
			all.add(fmt.Errorf("tensor %q: no layer of the network has it", name))
		}
	}
}

func shapeText(shape []int) string {
	dims := make([]string, len(shape))
	for i, d := range shape {
		dims[i] = fmt.Sprint(d)
		if d < 0 {
			dims[i] = "any"
		}
	}
	return "[" + strings.Join(dims, " ") + "]"
}

func int32s(data []byte) []int32 {
	var v []int32
	for ; len(data) > 0; data = data[4:] {
		v = append(v, int32(binary.LittleEndian.Uint32(data)))
	}
	return v
}

// encodeWeights writes weights.safetensors for a valid network. The bytes depend
// on n alone: the library orders tensors by type and name.
func encodeWeights(n *Network) ([]byte, error) {
	views := map[string]safetensors.TensorView{}
	var failed error
	put := func(l *Layer, suffix string, dtype safetensors.DType, data []byte, shape ...int) {
		dims := make([]uint64, len(shape))
		for i, d := range shape {
			dims[i] = uint64(d)
		}
		v, err := safetensors.NewTensorView(dtype, dims, data)
		if err != nil {
			failed = fmt.Errorf("tensor %s.%s: %w", l.Name, suffix, err)
		}
		views[l.Name+"."+suffix] = v
	}
	for _, l := range n.Layers {
		for _, p := range l.Op.parameters(l) {
			put(l, p.suffix, p.dtype, p.get(), p.shape...)
		}
	}
	if failed != nil {
		return nil, failed
	}
	return safetensors.Serialize(views, nil)
}

func int8Bytes[T ~int8](v []T) []byte {
	b := make([]byte, len(v))
	for i, x := range v {
		b[i] = byte(x)
	}
	return b
}

func int32Bytes(v []int32) []byte {
	var b []byte
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, uint32(x))
	}
	return b
}
