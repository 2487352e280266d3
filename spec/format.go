package spec

import (
	"fmt"
	"strconv"
	"strings"
)

// Format is a fixed-point number format: an integer of Width bits, two's
// complement when Signed, that stands for value × 2^-Frac. Frac may be negative
// or larger than Width.
//
// Its text form is "s8.4" or "u8.4": sign, width, fraction bits.
type Format struct {
	Signed bool
	Width  int // bits, 1 to MaxFormatWidth
	Frac   int // fraction bits, -MaxFrac to MaxFrac
}

// Limits of a Format. MaxFormatWidth bounds activations; accumulators have
// their own limit, MaxAccWidth.
const (
	MaxFormatWidth = 32
	MaxFrac        = 64
	// MaxAccWidth is the widest accumulator, in bits, that the suite
	// represents; every channel's exact sum must fit. The golden model computes
	// in int64 and needs the headroom for rounding constants.
	MaxAccWidth = 48
)

// Min is the smallest integer of the format.
func (f Format) Min() int64 {
	if f.Signed {
		return -1 << (f.Width - 1)
	}
	return 0
}

// Max is the largest integer of the format.
func (f Format) Max() int64 {
	if f.Signed {
		return 1<<(f.Width-1) - 1
	}
	return 1<<f.Width - 1
}

// Range is the format's interval of integers.
func (f Format) Range() Range { return Range{f.Min(), f.Max()} }

// Check reports what is wrong with f, or nil.
func (f Format) Check() error {
	if f.Width < 1 || f.Width > MaxFormatWidth {
		return fmt.Errorf("format %v: width %d is not in 1..%d", f, f.Width, MaxFormatWidth)
	}
	if f.Frac < -MaxFrac || f.Frac > MaxFrac {
		return fmt.Errorf("format %v: %d fraction bits are not in %d..%d", f, f.Frac, -MaxFrac, MaxFrac)
	}
	return nil
}

func (f Format) String() string {
	sign := "u"
	if f.Signed {
		sign = "s"
	}
	return sign + strconv.Itoa(f.Width) + "." + strconv.Itoa(f.Frac)
}

// ParseFormat reads the text form written by Format.String.
func ParseFormat(s string) (Format, error) {
	bad := fmt.Errorf("format %q: want s or u, the width, a point and the fraction bits, as in s8.4", s)
	if len(s) < 4 || (s[0] != 's' && s[0] != 'u') {
		return Format{}, bad
	}
	w, fr, ok := strings.Cut(s[1:], ".")
	if !ok {
		return Format{}, bad
	}
	width, err1 := strconv.Atoi(w)
	frac, err2 := strconv.Atoi(fr)
	if err1 != nil || err2 != nil {
		return Format{}, bad
	}
	f := Format{Signed: s[0] == 's', Width: width, Frac: frac}
	if f.String() != s {
		return Format{}, bad
	}
	return f, f.Check()
}

// MarshalText implements encoding.TextMarshaler.
func (f Format) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (f *Format) UnmarshalText(b []byte) error {
	g, err := ParseFormat(string(b))
	if err != nil {
		return err
	}
	*f = g
	return nil
}

// Range is a closed interval of integers.
type Range struct{ Lo, Hi int64 }

// Contains reports whether v lies in r.
func (r Range) Contains(v int64) bool { return r.Lo <= v && v <= r.Hi }

// Within reports whether all of r lies in o.
func (r Range) Within(o Range) bool { return o.Lo <= r.Lo && r.Hi <= o.Hi }

// Hull is the smallest interval that holds both.
func (r Range) Hull(o Range) Range { return Range{min(r.Lo, o.Lo), max(r.Hi, o.Hi)} }

// Intersect is the common part; Lo > Hi when there is none.
func (r Range) Intersect(o Range) Range { return Range{max(r.Lo, o.Lo), min(r.Hi, o.Hi)} }

func (r Range) String() string { return fmt.Sprintf("[%d, %d]", r.Lo, r.Hi) }

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
)

var roundingNames = []string{"TRN", "TRN_ZERO", "RND", "RND_ZERO", "RND_INF", "RND_MIN_INF", "RND_CONV"}

// Roundings lists every mode.
func Roundings() []Rounding {
	return []Rounding{TRN, TRNZero, RND, RNDZero, RNDInf, RNDMinInf, RNDConv}
}

// Overflow is what happens to a value that its format cannot hold, under the
// names of ap_fixed (AMD UG1399, overflow modes).
type Overflow uint8

const (
	WRAP    Overflow = iota // modulo 2^Width
	SAT                     // to the nearest end of the format
	SATZero                 // to zero
	SATSym                  // as SAT, but a signed format's least value is never produced: -Max instead
)

var overflowNames = []string{"WRAP", "SAT", "SAT_ZERO", "SAT_SYM"}

// Overflows lists every mode.
func Overflows() []Overflow { return []Overflow{WRAP, SAT, SATZero, SATSym} }

func (r Rounding) String() string { return nameOf(roundingNames, int(r), "Rounding") }

func (o Overflow) String() string { return nameOf(overflowNames, int(o), "Overflow") }

// MarshalText implements encoding.TextMarshaler.
func (r Rounding) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (r *Rounding) UnmarshalText(b []byte) error {
	i, err := indexOf(roundingNames, string(b), "rounding")
	*r = Rounding(i)
	return err
}

// MarshalText implements encoding.TextMarshaler.
func (o Overflow) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (o *Overflow) UnmarshalText(b []byte) error {
	i, err := indexOf(overflowNames, string(b), "overflow")
	*o = Overflow(i)
	return err
}

func nameOf(names []string, i int, kind string) string {
	if i < 0 || i >= len(names) {
		return fmt.Sprintf("%s(%d)", kind, i)
	}
	return names[i]
}

func indexOf(names []string, s, kind string) (int, error) {
	for i, n := range names {
		if n == s {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%s %q: want one of %s", kind, s, strings.Join(names, ", "))
}
