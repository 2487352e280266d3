package smt

import (
	"bytes"
	"fmt"
	"io"
)

// folded lists the operators that some solvers accept only with two operands. All of
// them are associative.
var folded = set("bvadd bvmul bvand bvor bvxor")

// plain returns the query as a file for solvers that support only declare-fun, assert
// and operators of two operands. A definition becomes a variable that equals its body,
// which has the same models. q is valid.
func (q Query) plain(logic string) ([]byte, error) {
	r := NewReader(bytes.NewReader(q.Text))
	r.Allow(len(q.Text) + 1)
	var out bytes.Buffer
	// Without an assertion, Boolector prints a warning instead of an answer.
	fmt.Fprintf(&out, "(set-logic %s)\n(assert true)\n", logicName(logic))
	for {
		e, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		switch c := e.List; {
		case e.Head("declare-const") && len(c) == 3:
			fmt.Fprintf(&out, "(declare-fun %s () %s)\n", c[1], c[2])
		case e.Head("define-fun") && len(c) == 5 && c[2].Kind == List && len(c[2].List) == 0:
			fmt.Fprintf(&out, "(declare-fun %s () %s)\n(assert (= %s %s))\n", c[1], c[3], c[1], fold(c[4]))
		case e.Head("assert") && len(c) == 2:
			fmt.Fprintf(&out, "(assert %s)\n", fold(c[1]))
		case e.Head("declare-fun"):
			fmt.Fprintln(&out, e)
		default:
			return nil, fmt.Errorf("a plain query cannot hold %s", brief(e.String()))
		}
	}
	out.WriteString("(check-sat)\n(exit)\n")
	return out.Bytes(), nil
}

// fold is e with two operands for each operator of folded.
func fold(e Expr) Expr {
	if e.Kind != List || len(e.List) == 0 {
		return e
	}
	list := make([]Expr, len(e.List))
	for i, x := range e.List {
		list[i] = fold(x)
	}
	if list[0].Kind != Atom || !folded[list[0].Text] || len(list) <= 3 {
		return Expr{Kind: List, List: list}
	}
	left := list[1]
	for _, right := range list[2:] {
		left = Expr{Kind: List, List: []Expr{list[0], left, right}}
	}
	return left
}
