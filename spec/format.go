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
	// MaxAccWidth is the width, in bits, of the widest accumulator that the suite
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
