package smt

import (
	"fmt"
	"strings"
)

// AppendSymbol appends name as an SMT-LIB symbol to dst, between bars if its characters
// need them. It refuses: the empty name; characters that no symbol can hold or that
// solvers read differently (bars, backslashes, controls, non-ASCII); names that begin
// with @ or a dot, which are reserved for the solver; names of the theories, such as
// and or bvadd, since bars do not distinguish them from the operator; and reserved
// words, which Z3 does not accept between bars although the standard does.
func AppendSymbol(dst []byte, name string) ([]byte, error) {
	if name == "" {
		return dst, fmt.Errorf("an empty symbol")
	}
	if name[0] == '@' || name[0] == '.' {
		return dst, fmt.Errorf("symbol %q: names that begin with %c belong to the solver", name, name[0])
	}
	simple := name[0] < '0' || name[0] > '9'
	for i := range len(name) {
		switch c := name[i]; {
		case c < ' ' || c > '~' || c == '|' || c == '\\':
			return dst, fmt.Errorf("symbol %q: no symbol can hold %q", name, c)
		case !isSymbolByte(c):
			simple = false
		}
	}
	if theory[name] || reserved[name] {
		return dst, fmt.Errorf("symbol %q: the language defines it", name)
	}
	if simple {
		return append(dst, name...), nil
	}
	dst = append(dst, '|')
	dst = append(dst, name...)
	return append(dst, '|'), nil
}

func isSymbolByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		strings.IndexByte("~!@$%^&*_-+=<>.?/", c) >= 0
}

// reserved are the words of SMT-LIB 2.6, §3.1, that are no simple symbols: the
// general ones and the names of commands.
var reserved = set(`BINARY DECIMAL HEXADECIMAL NUMERAL STRING _ ! as let exists forall match par
	assert check-sat check-sat-assuming declare-const declare-datatype declare-datatypes
	declare-fun declare-sort define-const define-fun define-fun-rec define-funs-rec define-sort echo
	exit get-assertions get-assignment get-info get-model get-option get-proof
	get-unsat-assumptions get-unsat-core get-value lambda pop push reset reset-assertions
	set-info set-logic set-option`)

// theory are the functions and sorts of Core, Ints, Reals and FixedSizeBitVectors,
// with the solvers' common additions.
var theory = set(`Bool true false not => and or xor = distinct ite
	Int Real + - * / div mod abs < <= > >= divisible to_real to_int is_int rem
	BitVec concat extract repeat zero_extend sign_extend rotate_left rotate_right
	bvnot bvand bvor bvneg bvadd bvmul bvudiv bvurem bvshl bvlshr bvult bvnand bvnor
	bvxor bvxnor bvcomp bvsub bvsdiv bvsrem bvsmod bvashr bvule bvugt bvuge bvslt
	bvsle bvsgt bvsge bvredor bvredand bv2nat int2bv bv2int nat2bv iand ^
	Array select store String RegLan`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}
