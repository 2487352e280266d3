package spec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"
)

// parseObject reads one JSON object and nothing else. Unlike encoding/json into
// structs it refuses a key that comes twice, a key in another case, null, bytes
// that are not UTF-8, and whatever follows the object.
func parseObject(data []byte) (map[string]any, error) {
	if !utf8.Valid(data) {
		return nil, errors.New("not UTF-8")
	}
	if !json.Valid(data) {
		// Unmarshal's error has the offset; Valid keeps the nesting within what
		// the recursion below can take.
		var raw json.RawMessage
		return nil, withOffset(json.Unmarshal(data, &raw))
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	v, err := parseValue(d)
	if err != nil {
		return nil, err
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%s: want an object", describe(v))
	}
	return m, nil
}

func withOffset(err error) error {
	var s *json.SyntaxError
	if errors.As(err, &s) {
		return fmt.Errorf("byte %d: %w", s.Offset, err)
	}
	return err
}

func parseValue(d *json.Decoder) (any, error) {
	tok, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch tok {
	case json.Delim('{'):
		m := map[string]any{}
		for d.More() {
			key, err := d.Token()
			if err != nil {
				return nil, err
			}
			k := key.(string) // the syntax is known to be valid
			if _, dup := m[k]; dup {
				return nil, fmt.Errorf("byte %d: key %q comes twice", d.InputOffset(), k)
			}
			if m[k], err = parseValue(d); err != nil {
				return nil, err
			}
		}
		return m, closing(d)
	case json.Delim('['):
		list := []any{}
		for d.More() {
			v, err := parseValue(d)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, closing(d)
	}
	return tok, nil
}

func closing(d *json.Decoder) error {
	_, err := d.Token()
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return strconv.Quote(v)
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	case []any:
		return fmt.Sprintf("a list of %d", len(v))
	default:
		return "an object"
	}
}

// object reads the members of a JSON object one by one and collects problems. finish
// reports every member that was not read before.
type object struct {
	all   *problems
	layer string // for Problem.Layer
	path  string // for Problem.Field, "" or ending in a point
	m     map[string]any
	asked map[string]bool
}

func (o *object) problem(key, format string, args ...any) {
	o.all.add(&Problem{Layer: o.layer, Channel: -1, Field: o.path + key, Msg: fmt.Sprintf(format, args...)})
}

func (o *object) has(key string) bool {
	_, ok := o.m[key]
	return ok
}

// take returns member key if it has type T; anything else is a problem.
func take[T any](o *object, key, want string) (T, bool) {
	o.asked[key] = true
	v, ok := o.m[key]
	if !ok {
		o.problem(key, "missing")
		var zero T
		return zero, false
	}
	return as[T](o, key, v, want)
}

func as[T any](o *object, key string, v any, want string) (T, bool) {
	t, ok := v.(T)
	if !ok {
		o.problem(key, "%s: want %s", describe(v), want)
	}
	return t, ok
}

func (o *object) str(key string) string {
	s, _ := take[string](o, key, "a string")
	return s
}

func (o *object) int(key string) int64 {
	v, ok := take[json.Number](o, key, "an integer")
	if !ok {
		return 0
	}
	return o.integer(key, v)
}

func (o *object) integer(key string, v json.Number) int64 {
	n, err := strconv.ParseInt(v.String(), 10, 64)
	if err != nil {
		o.problem(key, "%s: want an integer of 64 bits", v)
		return 0
	}
	return n
}

// ints reads a list of n integers, of any number of them when n is negative.
func (o *object) ints(key string, n int) []int64 {
	list, ok := take[[]any](o, key, "a list of integers")
	if !ok {
		return make([]int64, max(n, 0))
	}
	if n >= 0 && len(list) != n {
		o.problem(key, "%d values: want %d", len(list), n)
		return make([]int64, n)
	}
	ints := make([]int64, len(list))
	for i, v := range list {
		at := fmt.Sprintf("%s[%d]", key, i)
		if num, ok := as[json.Number](o, at, v, "an integer"); ok {
			ints[i] = o.integer(at, num)
		}
	}
	return ints
}

func (o *object) floats(key string) []float64 {
	list, _ := take[[]any](o, key, "a list of numbers")
	floats := make([]float64, len(list))
	for i, v := range list {
		at := fmt.Sprintf("%s[%d]", key, i)
		if num, ok := as[json.Number](o, at, v, "a number"); ok {
			f, err := strconv.ParseFloat(num.String(), 64)
			if err != nil || math.IsInf(f, 0) {
				o.problem(at, "%s: want a number of 64 bits", num)
			}
			floats[i] = f
		}
	}
	return floats
}

func (o *object) strs(key string) []string {
	list, ok := take[[]any](o, key, "a list of strings")
	if !ok {
		return nil
	}
	strs := make([]string, len(list))
	for i, v := range list {
		strs[i], _ = as[string](o, fmt.Sprintf("%s[%d]", key, i), v, "a string")
	}
	return strs
}

func (o *object) sub(path string, m map[string]any) *object {
	return &object{all: o.all, layer: o.layer, path: path, m: m, asked: map[string]bool{}}
}

// object is member key; not to be read when it has another type.
func (o *object) object(key string) (*object, bool) {
	m, ok := take[map[string]any](o, key, "an object")
	return o.sub(o.path+key+".", m), ok
}

// objects is member key, a list; what is no object in it is nil.
func (o *object) objects(key string) []*object {
	list, _ := take[[]any](o, key, "a list of objects")
	objects := make([]*object, len(list))
	for i, v := range list {
		at := fmt.Sprintf("%s[%d]", key, i)
		if m, ok := as[map[string]any](o, at, v, "an object"); ok {
			objects[i] = o.sub(o.path+at+".", m)
		}
	}
	return objects
}

// finish reports the members that nobody asked for.
func (o *object) finish() {
	for _, k := range slices.Sorted(maps.Keys(o.m)) {
		if !o.asked[k] {
			// A key is the file's own text and could break the line.
			if q := strconv.Quote(k); q != `"`+k+`"` {
				k = q
			}
			o.problem(k, "unknown field")
		}
	}
}
