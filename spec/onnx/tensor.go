package onnx

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// Element types of onnx.TensorProto that are read.
const (
	typeFloat    = 1
	typeUint8    = 2
	typeInt8     = 3
	typeUint16   = 4
	typeInt16    = 5
	typeInt32    = 6
	typeInt64    = 7
	typeBool     = 9
	typeFloat16  = 10
	typeDouble   = 11
	typeBfloat16 = 16
)

// element says how an element type is stored. real is nil for integers.
type element struct {
	name string
	size int
	real func(bits uint64) float64
	int  func(bits uint64) int64
}

var elements = map[int64]element{
	typeFloat:    {name: "FLOAT", size: 4, real: func(b uint64) float64 { return float64(math.Float32frombits(uint32(b))) }},
	typeDouble:   {name: "DOUBLE", size: 8, real: math.Float64frombits},
	typeFloat16:  {name: "FLOAT16", size: 2, real: half},
	typeBfloat16: {name: "BFLOAT16", size: 2, real: func(b uint64) float64 { return float64(math.Float32frombits(uint32(b) << 16)) }},
	typeUint8:    {name: "UINT8", size: 1, int: func(b uint64) int64 { return int64(uint8(b)) }},
	typeInt8:     {name: "INT8", size: 1, int: func(b uint64) int64 { return int64(int8(b)) }},
	typeUint16:   {name: "UINT16", size: 2, int: func(b uint64) int64 { return int64(uint16(b)) }},
	typeInt16:    {name: "INT16", size: 2, int: func(b uint64) int64 { return int64(int16(b)) }},
	typeInt32:    {name: "INT32", size: 4, int: func(b uint64) int64 { return int64(int32(b)) }},
	typeInt64:    {name: "INT64", size: 8, int: func(b uint64) int64 { return int64(b) }},
	typeBool:     {name: "BOOL", size: 1, int: func(b uint64) int64 { return int64(uint8(b)) }},
}

// half is the number that a float16 of the IEEE stands for.
func half(b uint64) float64 {
	sign, exp, frac := 1.0, int(b>>10&31), float64(b&1023)
	if b>>15&1 != 0 {
		sign = -1
	}
	switch {
	case exp == 31 && frac != 0:
		return math.NaN()
	case exp == 31:
		return math.Inf(int(sign))
	case exp == 0:
		return sign * math.Ldexp(frac, -24)
	}
	return sign * math.Ldexp(1024+frac, exp-25)
}

func isReal(kind int64) bool { return elements[kind].real != nil }

// typeName is the name of an element type, or its number.
func typeName(kind int64) string {
	if e, ok := elements[kind]; ok {
		return fmt.Sprintf("%d (%s)", kind, e.name)
	}
	return fmt.Sprint(kind)
}

// stored is the number of a tensor's elements and the bits of each, checked
// against its dimensions. The tensor's element type is in the table.
func (t *tensorProto) stored() (int, func(i int) uint64, error) {
	e := elements[t.dataType]
	typed := len(t.floats) + len(t.doubles) + len(t.int32s) + len(t.int64s)
	var n int
	var at func(i int) uint64
	switch {
	case t.hasRaw:
		if typed > 0 {
			return 0, nil, fmt.Errorf("tensor %q has both raw_data and typed data", t.name)
		}
		if len(t.raw)%e.size != 0 {
			return 0, nil, fmt.Errorf("tensor %q has %d bytes of raw_data", t.name, len(t.raw))
		}
		n = len(t.raw) / e.size
		at = func(i int) uint64 {
			var b [8]byte
			copy(b[:], t.raw[i*e.size:(i+1)*e.size])
			return binary.LittleEndian.Uint64(b[:])
		}
	case t.dataType == typeFloat:
		n, at = len(t.floats), func(i int) uint64 { return uint64(math.Float32bits(t.floats[i])) }
	case t.dataType == typeDouble:
		n, at = len(t.doubles), func(i int) uint64 { return math.Float64bits(t.doubles[i]) }
	case t.dataType == typeInt64:
		n, at = len(t.int64s), func(i int) uint64 { return uint64(t.int64s[i]) }
	default:
		n, at = len(t.int32s), func(i int) uint64 { return uint64(t.int32s[i]) }
	}
	if !t.hasRaw && typed != n {
		return 0, nil, fmt.Errorf("tensor %q of element type %s has data of another type", t.name, typeName(t.dataType))
	}
	want := int64(1)
	for _, d := range t.dims {
		if d < 0 || d > math.MaxInt32 || want > math.MaxInt32 {
			return 0, nil, fmt.Errorf("tensor %q has dimensions %v", t.name, t.dims)
		}
		want *= d
	}
	if want != int64(n) {
		return 0, nil, fmt.Errorf("tensor %q of dimensions %v has %d values, want %d", t.name, t.dims, n, want)
	}
	return n, at, nil
}

// values are the elements of a tensor of real numbers. Values that are not finite, or
// that no float32 is near, are errors: one for each, up to maxListed, joined by
// errors.Join. The elements come with such an error too, with 0 in these places, so
// that the caller can find further problems.
func (t *tensorProto) values() ([]float64, error) {
	if t.external {
		return nil, t.elsewhere()
	}
	if !isReal(t.dataType) {
		return nil, fmt.Errorf("tensor %q has element type %s, want %s or another of real numbers", t.name, typeName(t.dataType), typeName(typeFloat))
	}
	n, at, err := t.stored()
	if err != nil {
		return nil, err
	}
	var errs []error
	real := elements[t.dataType].real
	out := make([]float64, n)
	for i := range out {
		x := real(at(i))
		if !math.IsNaN(x) && math.Abs(x) <= math.MaxFloat32 {
			out[i] = x
			continue
		}
		switch {
		case len(errs) < maxListed:
			errs = append(errs, fmt.Errorf("tensor %q: value %d is %v, at %v", t.name, i, x, position(i, t.dims)))
		case len(errs) == maxListed:
			errs = append(errs, fmt.Errorf("tensor %q: and more values that are not finite", t.name))
		}
	}
	return out, errors.Join(errs...)
}

// integers are the elements of a tensor of integers of at most one dimension.
func (t *tensorProto) integers() ([]int64, error) {
	if len(t.dims) > 1 {
		return nil, fmt.Errorf("tensor %q has dimensions %v, want one", t.name, t.dims)
	}
	return t.whole()
}

// whole are the elements of a tensor of integers.
func (t *tensorProto) whole() ([]int64, error) {
	if t.external {
		return nil, t.elsewhere()
	}
	get := elements[t.dataType].int
	if get == nil {
		return nil, fmt.Errorf("tensor %q has element type %s, want %s", t.name, typeName(t.dataType), typeName(typeInt64))
	}
	n, at, err := t.stored()
	if err != nil {
		return nil, err
	}
	out := make([]int64, n)
	for i := range out {
		out[i] = get(at(i))
	}
	return out, nil
}

// elsewhere is the reason why the data of a tensor is missing.
func (t *tensorProto) elsewhere() error {
	if t.absent == nil {
		return fmt.Errorf("tensor %q keeps its data in another file", t.name)
	}
	return fmt.Errorf("tensor %q: %w", t.name, t.absent)
}

// transposed is the tensor with its dimensions in another order: dimension i of
// the result is dimension perm[i].
func (t *tensorProto) transposed(perm []int) (*tensorProto, error) {
	e, ok := elements[t.dataType]
	if !ok || t.external {
		_, err := t.values()
		return nil, err
	}
	n, at, err := t.stored()
	if err != nil {
		return nil, err
	}
	out := &tensorProto{name: t.name, dataType: t.dataType, hasRaw: true, raw: make([]byte, 0, n*e.size)}
	stride := make([]int64, len(t.dims)) // of the original, by its dimensions
	for i, s := len(t.dims)-1, int64(1); i >= 0; i-- {
		stride[i] = s
		s *= t.dims[i]
	}
	for _, p := range perm {
		out.dims = append(out.dims, t.dims[p])
	}
	for i := range n {
		from := int64(0)
		for k, x := range position(i, out.dims) {
			from += x * stride[perm[k]]
		}
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], at(int(from)))
		out.raw = append(out.raw, b[:e.size]...)
	}
	return out, nil
}

// position is the index of element i of a tensor along each dimension; of
// weights, the first is the output channel.
func position(i int, dims []int64) []int64 {
	at := make([]int64, len(dims))
	rest := int64(i)
	for k := len(dims) - 1; k >= 0; k-- {
		at[k] = rest % dims[k]
		rest /= dims[k]
	}
	return at
}
