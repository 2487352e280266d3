package reports

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/spec/bounded"
)

// Encode writes signoff.json. Equal signoffs give equal bytes: Encode sorts the lists
// whose order has no meaning.
func (s *Signoff) Encode(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(s.Canonical())
}

// Canonical returns the copy of s that Encode writes.
func (s *Signoff) Canonical() *Signoff {
	c := *s
	c.Schema = Schema
	c.canonical()
	return &c
}

// SchemaError says that a signoff.json has another schema version.
type SchemaError struct {
	Schema  int    // 0: it names none
	Program string // that wrote it, according to the file
}

func (e *SchemaError) Error() string {
	return fmt.Sprintf("signoff: schema %d, written by %q, and this program reads schema %d: make the run again with this program, or read it with the one that wrote it",
		e.Schema, e.Program, Schema)
}

// Decode reads what Encode wrote. It refuses unknown fields, another schema (a
// *SchemaError) and text after the end. It also refuses a conclusion, reasons or totals
// that do not follow from the rest, so nobody can improve a signoff by editing its
// conclusion.
func Decode(r io.Reader) (*Signoff, error) {
	text, err := bounded.Read(r, bounded.Record)
	if err != nil {
		return nil, fmt.Errorf("signoff: %w", err)
	}
	// Check the version first: another version may well have other fields.
	var version struct {
		Schema  int    `json:"schema"`
		Program string `json:"program"`
	}
	if err := json.Unmarshal(text, &version); err != nil {
		return nil, fmt.Errorf("signoff: %w", err)
	}
	if version.Schema != Schema {
		return nil, &SchemaError{version.Schema, version.Program}
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var s Signoff
	if err := d.Decode(&s); err != nil {
		return nil, fmt.Errorf("signoff: %w", err)
	}
	said, totals, reasons, waived := s.Conclusion, s.Totals, s.Reasons, s.Waived
	s.Conclude()
	if said != s.Conclusion {
		return nil, fmt.Errorf("signoff: says %q, but what it lists amounts to %q", said, s.Conclusion)
	}
	if !slices.Equal(totals, s.Totals) || !slices.Equal(reasons, s.Reasons) || waived != s.Waived {
		return nil, fmt.Errorf("signoff: totals, reasons or waivers do not follow from what it lists")
	}
	return &s, nil
}

// canonical copies and sorts the lists whose order has no meaning, and replaces nil
// lists by empty ones. Edges, layers and reasons keep their order.
func (s *Signoff) canonical() {
	sortBy(&s.Options, func(a, b Setting) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Value, b.Value)) })
	sortBy(&s.Strategies, func(a, b Tally) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Count, b.Count)) })
	sortBy(&s.RestsOn, func(a, b Tally) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Count, b.Count)) })
	sortBy(&s.Unknown, func(a, b Tally) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Count, b.Count)) })
	sortBy(&s.Obligations, func(a, b Discharge) int { return cmp.Compare(a.Kind, b.Kind) })
	sortBy(&s.Coverage, func(a, b Coverage) int { return cmp.Compare(a.Kind, b.Kind) })
	sortBy(&s.Uncovered, func(a, b Uncovered) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Object, b.Object), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Waiver, b.Waiver))
	})
	sortBy(&s.Omissions, func(a, b Omission) int { return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Why, b.Why)) })
	sortBy(&s.LeftOut, func(a, b Exclusion) int {
		return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Layer, b.Layer), cmp.Compare(a.Why, b.Why))
	})
	sortBy(&s.Tools, func(a, b ToolRecord) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Version, b.Version), cmp.Compare(a.SHA256, b.SHA256))
	})
	sortBy(&s.Inputs, func(a, b Input) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.SHA256, b.SHA256)) })
	sortBy(&s.Trust, cmp.Compare[string])
	s.Head = s.Head.canonical()
	s.Stream = s.Stream.canonical()
	s.Mutation = s.Mutation.canonical()
	s.Renewal = s.Renewal.canonical()
	// Sorting may change the order of the lists that Conclude made.
	s.Conclude()
	v := reflect.ValueOf(s).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Slice && f.IsNil() {
			f.Set(reflect.MakeSlice(f.Type(), 0, 0))
		}
	}
}

func sortBy[T any](list *[]T, order func(a, b T) int) {
	*list = slices.Clone(*list)
	slices.SortStableFunc(*list, order)
}

func encode(s *Signoff) (string, error) {
	var b strings.Builder
	err := s.Encode(&b)
	return b.String(), err
}

func compareText(a, b error) int { return cmp.Compare(a.Error(), b.Error()) }

func sortedTallies[K ~string](m map[K]int) []Tally {
	list := make([]Tally, 0, len(m))
	for name, n := range m {
		list = append(list, Tally{string(name), n})
	}
	sortBy(&list, func(a, b Tally) int { return cmp.Compare(a.Name, b.Name) })
	return list
}
