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

// Constants are what a rounding mode adds to v before it drops s bits. v / 2^s becomes
// floor((v + c) / 2^s). c is Pos for v ≥ 0 and Neg for v < 0. With Even, c is one more
// if floor(v / 2^s) is odd.
type Constants struct {
	Pos, Neg int64
	Even     bool
}

// roundings has a row for every mode: its name, the direction of ties, and its
// constants. h is half a unit of the result, in units of v.
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

// Ties is the direction in which a value halfway between two results is rounded: "up",
// "down", "even", "toward zero" or "away from zero". r is known.
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
// format are symmetric about zero.
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

// Range is the interval of all results of format f. For an unknown mode, which Validate
// reports and no engine accepts, it is all of f.
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

// ByMode is an engine's table: its entry for each mode of a list. Call it at start-up:
// it panics if a mode has no entry, so a new mode without an entry is found before the
// engine runs. Asking the table for a mode that is not in the list panics as well.
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
