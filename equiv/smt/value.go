package smt

import (
	"fmt"
	"math/big"
)

// Value returns the number that a solver printed as e: an integer, 5 or (- 5); an
// unsigned bit vector, #x1f, #b101 or (_ bv5 8); true as 1; false as 0.
func Value(e Expr) (*big.Int, error) {
	switch {
	case e.Is("true"):
		return big.NewInt(1), nil
	case e.Is("false"):
		return new(big.Int), nil
	case e.Kind == Atom && len(e.Text) > 2 && e.Text[:2] == "#x":
		return digits(e.Text[2:], 16)
	case e.Kind == Atom && len(e.Text) > 2 && e.Text[:2] == "#b":
		return digits(e.Text[2:], 2)
	case e.Kind == Atom:
		return digits(e.Text, 10)
	case e.Head("-") && len(e.List) == 2 && e.List[1].Kind == Atom:
		v, err := digits(e.List[1].Text, 10)
		if err != nil {
			return nil, err
		}
		return v.Neg(v), nil
	case e.Head("_") && len(e.List) == 3 && e.List[1].Kind == Atom && len(e.List[1].Text) > 2 && e.List[1].Text[:2] == "bv":
		return indexed(e)
	}
	return nil, fmt.Errorf("%s is no value", brief(e.String()))
}

// indexed reads (_ bvN W) and checks that N fits W bits.
func indexed(e Expr) (*big.Int, error) {
	v, err := digits(e.List[1].Text[2:], 10)
	if err != nil {
		return nil, err
	}
	if e.List[2].Kind != Atom {
		return nil, fmt.Errorf("%s is no value", brief(e.String()))
	}
	w, err := digits(e.List[2].Text, 10)
	if err != nil {
		return nil, err
	}
	if w.Cmp(big.NewInt(int64(v.BitLen()))) < 0 {
		return nil, fmt.Errorf("%s does not fit its width", brief(e.String()))
	}
	return v, nil
}

// digits reads an unsigned number. big.Int's own parser also accepts signs and
// underscores.
func digits(s string, base int) (*big.Int, error) {
	if s == "" {
		return nil, fmt.Errorf("an empty number")
	}
	for i := range len(s) {
		if digit(s[i]) >= base {
			return nil, fmt.Errorf("%s is no number of base %d", brief(s), base)
		}
	}
	v, ok := new(big.Int).SetString(s, base)
	if !ok {
		return nil, fmt.Errorf("%s is no number of base %d", brief(s), base)
	}
	return v, nil
}

func digit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return 16
}

// model reads the answer to (get-value (name …)): one pair for each name, in
// their order.
func model(answer Expr, names []string) (map[string]*big.Int, error) {
	if answer.Kind != List || len(answer.List) != len(names) {
		return nil, fmt.Errorf("%d values were asked for, the answer is %s", len(names), brief(answer.String()))
	}
	m := make(map[string]*big.Int, len(names))
	for i, pair := range answer.List {
		if pair.Kind != List || len(pair.List) != 2 || pair.List[0].Text != names[i] ||
			pair.List[0].Kind != Atom && pair.List[0].Kind != Quoted {
			return nil, fmt.Errorf("the value of %s was asked for, the answer is %s", brief(names[i]), brief(pair.String()))
		}
		v, err := Value(pair.List[1])
		if err != nil {
			return nil, fmt.Errorf("the value of %s: %w", brief(names[i]), err)
		}
		m[names[i]] = v
	}
	return m, nil
}

// brief cuts text that goes into a message.
func brief(s string) string {
	const most = 200
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}
