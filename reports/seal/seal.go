package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

// table is the field that holds the hashes.
const table = "sums"

// FieldError says which field makes a file unusable.
type FieldError struct {
	File  string
	Field string // "": the file as a whole
	What  string
}

func (e *FieldError) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("%s: %s", e.File, e.What)
	}
	return fmt.Sprintf("%s: field %s: %s", e.File, e.Field, e.What)
}

// Encode returns the indented JSON of v, a pointer to a struct. into points to v's
// field "sums". Encode fills it with the SHA-256 of each other field's compact JSON.
func Encode(v any, into *map[string]string) ([]byte, error) {
	*into = nil
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return nil, err
	}
	if *into, err = sums(fields); err != nil {
		return nil, err
	}
	text, err = json.MarshalIndent(v, "", "  ")
	return append(text, '\n'), err
}

// Decode reads what Encode wrote into v, a pointer to a struct. Every error is a
// *FieldError, which names file.
func Decode(file string, text []byte, v any) error {
	bad := func(field, format string, args ...any) error {
		return &FieldError{file, field, fmt.Sprintf(format, args...)}
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return bad("", "no complete JSON: %v", err)
	}
	found, err := sums(fields)
	if err != nil {
		return bad("", "%v", err)
	}
	// Check hashes first, so that an edited field is reported as edited even if its new
	// value is not valid.
	var want map[string]string
	if err := json.Unmarshal(fields[table], &want); err != nil {
		return bad(table, "it is missing or no table of hashes")
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		switch have, ok := found[name]; {
		case !ok:
			return bad(name, "it is missing")
		case have != want[name]:
			return bad(name, "it was changed: its hash is %.16s…, sums says %.16s…", have, want[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		if _, ok := want[name]; !ok {
			return bad(name, "sums has no hash of it")
		}
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			return bad(wrong.Field, "it is a %s", wrong.Value)
		}
		return bad("", "%v", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return bad("", "more text after the end")
	}
	return nil
}

func sums(fields map[string]json.RawMessage) (map[string]string, error) {
	out := map[string]string{}
	for name, raw := range fields {
		if name == table {
			continue
		}
		var b bytes.Buffer
		if err := json.Compact(&b, raw); err != nil {
			return nil, err
		}
		out[name] = Sum(b.Bytes())
	}
	return out, nil
}

// Sum is the SHA-256 hash of b in hex.
func Sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}
