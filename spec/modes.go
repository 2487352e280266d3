package spec

import (
	"fmt"
	"reflect"
	"strings"
)

// Rounding is how fraction bits are dropped, under the names of ap_fixed
// (AMD UG1399, "Arbitrary Precision Fixed-Point Data Types", quantization
// modes; the same rules as SystemC's IEEE 1666-2011 §7.10.9).
type Rounding uint8

const (
	TRN       Rounding = iota // toward minus infinity
	TRNZero                   // toward zero
	RND                       // to nearest, ties toward plus infinity
	RNDZero                   // to nearest, ties toward zero
	RNDInf                    // to nearest, ties away from zero
	RNDMinInf                 // to nearest, ties toward minus infinity
	RNDConv                   // to nearest, ties to even

	numRoundings
)

// Constants are what a rounding mode adds to v before it drops bits: v / 2^s is
// floor((v + c) / 2^s), where c is Pos for a v from zero on and Neg below zero,
// and one more where Even is set and floor(v / 2^s) is odd.
type Constants struct {
	Pos, Neg int64
	Even     bool
}

// roundings has a row for every mode: its name, where it takes a value that lies
// half way, and its constants, where h is half of what the dropped bits count.
var roundings = [numRoundings]struct {
	name, ties string
	constants  func(h int64) Constants
}{
	TRN:       {"TRN", "down", func(int64) Constants { return Constants{} }},
	TRNZero:   {"TRN_ZERO", "toward zero", func(h int64) Constants { return Constants{Neg: 2*h - 1} }},
	RND:       {"RND", "up", func(h int64) Constants { return Constants{Pos: h, Neg: h} }},
	RNDZero:   {"RND_ZERO", "toward zero", func(h int64) Constants { return Constants{Pos: h - 1, Neg: h} }},
	RNDInf:    {"RND_INF", "away from zero", func(h int64) Constants { return Constants{Pos: h, Neg: h - 1} }},
	RNDMinInf: {"RND_MIN_INF", "down", func(h int64) Constants { return Constants{Pos: h - 1, Neg: h - 1} }},
	RNDConv:   {"RND_CONV", "even", func(h int64) Constants { return Constants{h - 1, h - 1, true} }},
}

// Roundings lists every mode.
func Roundings() []Rounding { return modes[Rounding](len(roundings)) }

// Known reports whether r is one of Roundings.
func (r Rounding) Known() bool { return r < numRoundings }

// Constants are r's for s dropped bits, 1 to 62. r is known.
func (r Rounding) Constants(s int) Constants { return roundings[r].constants(1 << (s - 1)) }

// Ties is where a value that lies half way is rounded: "up", "down", "even",
// "toward zero" or "away from zero". r is known.
func (r Rounding) Ties() string { return roundings[r].ties }

func (r Rounding) String() string {
	if !r.Known() {
		return fmt.Sprintf("Rounding(%d)", uint8(r))
	}
	return roundings[r].name
}

// Overflow is what happens to a value that its format cannot hold, under the
// names of ap_fixed (AMD UG1399, overflow modes).
type Overflow uint8

const (
	WRAP    Overflow = iota // modulo 2^Width
	SAT                     // to the nearest end of the format
	SATZero                 // to zero
	SATSym                  // as SAT, but a signed format's least value is never produced: -Max instead

	numOverflows
)

// overflows has a row for every mode: its name, and whether the results of a signed
// format are as many below zero as above.
var overflows = [numOverflows]struct {
	name      string
	symmetric bool
}{
	WRAP:    {name: "WRAP"},
	SAT:     {name: "SAT"},
	SATZero: {name: "SAT_ZERO"},
	SATSym:  {name: "SAT_SYM", symmetric: true},
}

// Overflows lists every mode.
func Overflows() []Overflow { return modes[Overflow](len(overflows)) }

// Known reports whether o is one of Overflows.
func (o Overflow) Known() bool { return o < numOverflows }

// Range is the interval that results of format f lie in; of a mode that is not
// known, which Validate reports and no engine takes, all of f.
func (o Overflow) Range(f Format) Range {
	r := f.Range()
	if o.Known() && overflows[o].symmetric && f.Signed {
		r.Lo++
	}
	return r
}

func (o Overflow) String() string {
	if !o.Known() {
		return fmt.Sprintf("Overflow(%d)", uint8(o))
	}
	return overflows[o].name
}

// ByMode is an engine's table: its entry for each mode of a list, by mode. It
// panics, and is to be called at start-up, unless every mode has an entry: one
// that was added is then found missing before the engine runs. A mode that is not
// in the list has no place in the table, so that asking for it panics as well.
func ByMode[M interface {
	~uint8
	fmt.Stringer
}, F any](engine string, list []M, entries map[M]F) []F {
	table := make([]F, len(list))
	for _, m := range list {
		f, ok := entries[m]
		if !ok || reflect.ValueOf(&f).Elem().IsZero() {
			panic(fmt.Sprintf("%s: no entry for %v", engine, m))
		}
		table[m] = f
	}
	if len(entries) != len(list) {
		panic(fmt.Sprintf("%s: %d entries for %d modes", engine, len(entries), len(list)))
	}
	return table
}

func modes[M ~uint8](n int) []M {
	all := make([]M, n)
	for i := range all {
		all[i] = M(i)
	}
	return all
}

// MarshalText implements encoding.TextMarshaler.
func (r Rounding) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (r *Rounding) UnmarshalText(b []byte) (err error) {
	*r, err = modeOf(Roundings(), string(b), "rounding")
	return err
}

// MarshalText implements encoding.TextMarshaler.
func (o Overflow) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (o *Overflow) UnmarshalText(b []byte) (err error) {
	*o, err = modeOf(Overflows(), string(b), "overflow")
	return err
}

// modeOf finds a mode by its name; 0 comes with an error.
func modeOf[M interface {
	~uint8
	fmt.Stringer
}](list []M, s, kind string) (M, error) {
	names := make([]string, len(list))
	for i, m := range list {
		if names[i] = m.String(); names[i] == s {
			return m, nil
		}
	}
	return 0, fmt.Errorf("%s %q: want one of %s", kind, s, strings.Join(names, ", "))
}
