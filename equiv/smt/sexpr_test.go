package smt

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func read(s string) (Expr, error) {
	r := NewReader(strings.NewReader(s))
	r.Allow(1 << 20)
	return r.Next()
}

func TestReader(t *testing.T) {
	for in, want := range map[string]string{
		"sat":                       "sat",
		" \t\r\n; a ( comment\nsat": "sat",
		"sat;comment":               "sat",
		"sat)":                      "sat",
		"()":                        "()",
		"((x 5)(|y z|(- 5)))":       "((x 5) (|y z| (- 5)))",
		`(error "say ""no"" ;(")`:   `(error "say ""no"" ;(")`,
		`""`:                        `""`,
		"||":                        "||",
		"(_ bv5 8)":                 "(_ bv5 8)",
		"#b101 x":                   "#b101",
		":reason-unknown":           ":reason-unknown",
	} {
		e, err := read(in)
		require.NoError(t, err, in)
		require.Equal(t, want, e.String(), in)
	}
	require.NotEqual(t, Expr{Kind: Atom, Text: "unsat"}, Expr{Kind: Quoted, Text: "unsat"})
}

func TestReaderErrors(t *testing.T) {
	for in, want := range map[string]error{
		"":      io.EOF,
		" ; x":  io.EOF,
		"(":     io.ErrUnexpectedEOF,
		"(sat":  io.ErrUnexpectedEOF,
		`"sat`:  io.ErrUnexpectedEOF,
		"|sat":  io.ErrUnexpectedEOF,
		")":     ErrSyntax,
		"(((;)": io.ErrUnexpectedEOF,
		strings.Repeat("(", MaxDepth+1) + strings.Repeat(")", MaxDepth+1): ErrSyntax,
		strings.Repeat("x", 1<<20+1):                                      ErrSyntax,
	} {
		_, err := read(in)
		require.True(t, errors.Is(err, want), "%.20q: %v", in, err)
	}
	_, err := read(strings.Repeat("(", MaxDepth) + strings.Repeat(")", MaxDepth))
	require.NoError(t, err)
}

// What is read and written again reads as the same expression.
func FuzzReader(f *testing.F) {
	for _, s := range []string{"sat", "((x 5) (|y z| (- 5)))", `(error "a ""b"" c")`, "(_ bv5 8) ; c\n#x1f", "((", "|"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e, err := read(s)
		if err != nil {
			return
		}
		again, err := read(e.String())
		require.NoError(t, err)
		require.Equal(t, e, again)
	})
}

// A text that passes scan is one that the reader divides into allowed commands,
// whatever the reader makes of the end of the text.
func FuzzScan(f *testing.F) {
	for _, s := range []string{"(assert (= |a ( b| 1)) ; x\n(declare-fun y () Int)", "(assert |)|)", "(echo)", "(assert ;)\n)", "(assert) x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if scan([]byte(s)) != nil {
			return
		}
		r := NewReader(strings.NewReader(s + "\n(marker)"))
		r.Allow(1 << 20)
		for {
			e, err := r.Next()
			if errors.Is(err, ErrSyntax) && (len(s) > 1<<19 || strings.Count(s, "(") > MaxDepth) {
				return
			}
			require.NoError(t, err)
			if e.String() == "(marker)" {
				_, err := r.Next()
				require.Equal(t, io.EOF, err)
				return
			}
			require.Equal(t, List, e.Kind)
			require.True(t, allowed[e.List[0].Text], e.String())
		}
	})
}

func TestValue(t *testing.T) {
	for in, want := range map[string]string{
		"0": "0", "5": "5", "(- 5)": "-5", "007": "7",
		"123456789012345678901234567890": "123456789012345678901234567890",
		"#x1F":                           "31", "#xff": "255", "#b0101": "5", "(_ bv5 8)": "5", "(_ bv255 8)": "255", "(_ bv0 1)": "0",
		"true": "1", "false": "0",
	} {
		e, err := read(in)
		require.NoError(t, err)
		v, err := Value(e)
		require.NoError(t, err, in)
		require.Equal(t, want, v.String(), in)
	}
	for _, in := range []string{
		"-5", "+5", "1_000", "x", "5.0", "(/ 1 2)", "(- x)", "(- (- 5))", "(- 5 3)", "(-)", "()", "#x", "#b", "#b2", "#xg", "#x-1",
		"(_ bv256 8)", "(_ bv5)", "(_ bv 8)", "(_ bv-5 8)", "(_ bv5 x)", "(_ bv5 (8))", "(_ (bv5) 8)", `"5"`, "|5|", "|true|", "#", "unsat",
	} {
		e, err := read(in)
		require.NoError(t, err)
		_, err = Value(e)
		require.Error(t, err, in)
	}
}
