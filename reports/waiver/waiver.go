// Package waiver reads a waiver file and applies it to a signoff. In a waiver, its
// owner takes responsibility for hardware that no proof covers.
//
//	[[waiver]]
//	kind = "port"                  # as the signoff lists it
//	object = "stem_c3.x2_0_1"
//	sha256 = "8f0c…"               # of the Verilog that holds it
//	owner = "J. Doe"
//	reason = "observation only"
//	expires = 2027-06-30           # the last day on which it holds
//
// A waiver is for one object in one Verilog file. When the file changes, the waiver no
// longer applies. Only uncovered objects can be waived; a refuted, unknown or failed
// point cannot. Every waiver must apply: one that is expired, matches nothing or is not
// needed is an error. So the file holds nothing but active waivers.
package waiver

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec/bounded"
	"github.com/hashiflex/hashiflex/spec/digest"
)

// Waiver accepts one uncovered object.
type Waiver struct {
	Kind    string `toml:"kind"`
	Object  string `toml:"object"`
	SHA256  string `toml:"sha256"`
	Owner   string `toml:"owner"`
	Reason  string `toml:"reason"`
	Expires any    `toml:"expires"` // a toml date

	last time.Time
}

// File is a file of waivers.
type File struct {
	Name    string
	SHA256  string
	Waivers []Waiver
}

const day = "2006-01-02"

// dateOnly is the time zone by which the TOML reader marks days without a time.
const dateOnly = "date-local"

// ParseDate reads a day, such as 2027-06-30.
func ParseDate(s string) (time.Time, error) {
	t, err := time.Parse(day, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("date %q: want a day, as in 2027-06-30", s)
	}
	return t, nil
}

// Read reads a file of waivers. The error lists all problems.
func Read(path string) (*File, error) {
	text, err := bounded.ReadFile(path, bounded.Text)
	if err != nil {
		return nil, err
	}
	return parse(path, text)
}

func parse(path string, text []byte) (*File, error) {
	var content struct {
		Waiver []Waiver `toml:"waiver"`
	}
	meta, err := toml.NewDecoder(bytes.NewReader(text)).Decode(&content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var problems []error
	bad := func(format string, args ...any) {
		problems = append(problems, fmt.Errorf("%s: "+format, append([]any{path}, args...)...))
	}
	for i := range content.Waiver {
		w := &content.Waiver[i]
		for name, value := range map[string]string{"kind": w.Kind, "object": w.Object, "sha256": w.SHA256, "owner": w.Owner, "reason": w.Reason} {
			if strings.TrimSpace(value) == "" {
				bad("waiver %d: no %s", i+1, name)
			}
		}
		// The value must be a TOML date, not a time and not a string.
		t, ok := w.Expires.(time.Time)
		if !ok || t.Location().String() != dateOnly {
			bad("waiver %d: expires: want a day, as in expires = 2027-06-30", i+1)
			continue
		}
		w.last = time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	}
	for _, key := range meta.Undecoded() {
		bad("unknown key %s", key)
	}
	if err := join(problems); err != nil {
		return nil, err
	}
	return &File{Name: path, SHA256: digest.Bytes(text), Waivers: content.Waiver}, nil
}

// Apply applies the waivers to s as of the given day, records the day as an option, and
// concludes. The error lists every waiver that does not apply; s must then not be used.
func (f *File) Apply(s *reports.Signoff, date time.Time) error {
	var problems []error
	bad := func(w *Waiver, format string, args ...any) {
		problems = append(problems, fmt.Errorf("%s: waiver of %s %q: "+format, append([]any{f.Name, w.Kind, w.Object}, args...)...))
	}
	uncovered := append([]reports.Uncovered(nil), s.Uncovered...)
	coverage := append([]reports.Coverage(nil), s.Coverage...)
	for i := range f.Waivers {
		w := &f.Waivers[i]
		if date.After(w.last) {
			bad(w, "expired on %s", w.last.Format(day))
			continue
		}
		var u *reports.Uncovered
		for k := range uncovered {
			if uncovered[k].Kind == w.Kind && uncovered[k].Object == w.Object {
				u = &uncovered[k]
			}
		}
		if u == nil {
			bad(w, "matches nothing that is uncovered, and nothing else can be waived")
			continue
		}
		if u.Waiver != "" {
			bad(w, "superfluous, the object is waived already")
			continue
		}
		if u.SHA256 == "" || u.SHA256 != w.SHA256 {
			bad(w, "is for hardware with the hash %s, this has %q", w.SHA256, u.SHA256)
			continue
		}
		c := counted(coverage, w.Kind)
		if c == nil {
			bad(w, "objects of this kind cannot be waived")
			continue
		}
		u.Waiver = fmt.Sprintf("%s (%s, until %s)", w.Reason, w.Owner, w.last.Format(day))
		c.Waived++
	}
	if err := join(problems); err != nil {
		return err
	}
	s.Uncovered, s.Coverage = uncovered, coverage
	s.Options = append(append([]reports.Setting(nil), s.Options...), reports.Setting{Name: "waivers judged at", Value: date.Format(day)})
	s.Inputs = append(append([]reports.Input(nil), s.Inputs...), reports.Input{Name: "waivers", SHA256: f.SHA256})
	s.Conclude()
	return nil
}

// On returns Apply for the given day.
func (f *File) On(date time.Time) func(*reports.Signoff) error {
	return func(s *reports.Signoff) error { return f.Apply(s, date) }
}

// counted returns the coverage that counts objects of a kind, whose name is the plural
// of kind. It is nil for a module that is not proved.
func counted(all []reports.Coverage, kind string) *reports.Coverage {
	for i := range all {
		if all[i].Kind == kind || all[i].Kind == kind+"s" {
			return &all[i]
		}
	}
	return nil
}

func join(list []error) error {
	// The TOML decoder does not preserve the order of keys.
	for i := range list {
		for k := i; k > 0 && list[k].Error() < list[k-1].Error(); k-- {
			list[k], list[k-1] = list[k-1], list[k]
		}
	}
	return errors.Join(list...)
}
