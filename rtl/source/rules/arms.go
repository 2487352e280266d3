package rules

import (
	"math/big"
	"strings"
)

// claims is the words that claim of a case or an if that its arms are complete, and that
// they exclude each other.
func (c *checker) claims(st *stmt) (full, parallel string) {
	switch st.check {
	case "unique":
		full, parallel = st.check, st.check
	case "unique0":
		parallel = st.check
	case "priority":
		full = st.check
	}
	for _, a := range st.attrs {
		switch a.name {
		case "full_case":
			full = a.name
		case "parallel_case":
			parallel = a.name
		}
	}
	return
}

func (c *checker) claimsFull(st *stmt) bool { full, _ := c.claims(st); return full != "" }

// pattern is the bits of an item: 0, 1, and - where any will do.
type pattern string

// patterns is the items of a case as bits of one width, false where they are not
// constant or their width depends on what is not seen here.
func (c *checker) patterns(s *scope, st *stmt) (ps []pattern, width int, ok bool) {
	if st.inside {
		return nil, 0, false
	}
	sel := c.ty.shape(s, st.cond)
	width = sel.width
	sign := sel.sign
	type item struct {
		bits string
		sh   shape
	}
	var items []item
	for _, it := range st.items {
		for _, e := range it.exprs {
			bits, sh := c.literal(s, e)
			if bits == "" {
				return nil, 0, false
			}
			if sel.width > 0 {
				width = max(width, sh.width)
			}
			if sh.sign != signed {
				sign = unsigned
			}
			items = append(items, item{bits, sh})
		}
	}
	wide := width
	if sel.width == 0 {
		for _, it := range items {
			wide = max(wide, it.sh.width)
		}
	}
	if wide > maxWidth {
		return nil, 0, false
	}
	for _, it := range items {
		fill := "0"
		if b := it.bits[:1]; b == "z" || b == "x" || sign == signed && it.sh.sign == signed {
			fill = b
		}
		if sign == unclear && it.bits[0] == '1' && len(it.bits) < wide {
			return nil, 0, false
		}
		bits := strings.Repeat(fill, wide-len(it.bits)) + it.bits
		switch st.word {
		case "casez":
			bits = strings.ReplaceAll(bits, "z", "-")
		case "casex":
			bits = strings.NewReplacer("z", "-", "x", "-").Replace(bits)
		}
		if strings.ContainsAny(bits, "xz") {
			return nil, 0, false
		}
		ps = append(ps, pattern(bits))
	}
	return ps, sel.width, true
}

// literal is the bits of a constant.
func (c *checker) literal(s *scope, e *expr) (string, shape) {
	for i := 0; i < 20 && (e.kind == exprName || e.kind == exprPath); i++ {
		d := c.ty.declOf(s, e)
		if d == nil || d.kind != declLocal && d.kind != declParam || c.ty.overridden[d] || d.init == nil {
			return "", shape{}
		}
		if d.ranged || d.typ.said || d.init.kind != exprNumber {
			break
		}
		e, s = d.init, d.scope
	}
	if e.kind == exprNumber {
		bits, sh, _ := number(e.text)
		if sh.width != len(bits) {
			return "", shape{}
		}
		return bits, sh
	}
	// A localparam of x or z bits.
	if e.kind == exprName || e.kind == exprPath {
		if d := c.ty.declOf(s, e); d != nil && d.init != nil && d.init.kind == exprNumber && !c.ty.overridden[d] {
			bits, in, _ := number(d.init.text)
			sh := c.ty.declShape(d)
			if strings.ContainsAny(bits, "xz") && sh.width == in.width && sh.width == len(bits) {
				return bits, sh
			}
		}
	}
	v, sh := c.ty.value(s, e), c.ty.shape(s, e)
	if v == nil || sh.width == 0 || sh.width > maxWidth || sh.sign == unclear {
		return "", shape{}
	}
	b := wrap(v, shape{unsigned, sh.width}).Text(2)
	return strings.Repeat("0", sh.width-len(b)) + b, sh
}

func disjoint(a, b pattern) bool {
	for i := range len(a) {
		if a[i] != '-' && b[i] != '-' && a[i] != b[i] {
			return true
		}
	}
	return false
}

const maxArms = 5000

// allDisjoint reports whether no value fits two patterns of different arms.
func allDisjoint(ps []pattern, arm []int) bool {
	if len(ps) > maxArms {
		return false
	}
	wild := false
	seen := map[pattern]int{}
	for i, p := range ps {
		wild = wild || strings.ContainsRune(string(p), '-')
		if a, twice := seen[p]; twice && a != arm[i] {
			return false
		}
		seen[p] = arm[i]
	}
	if !wild {
		return true
	}
	for i := range ps {
		for j := range i {
			if arm[i] != arm[j] && !disjoint(ps[i], ps[j]) {
				return false
			}
		}
	}
	return true
}

// covers reports whether patterns take every value of width bits.
func covers(ps []pattern, width int) bool {
	if width <= 0 || len(ps) == 0 {
		return false
	}
	budget := 1 << 16
	var split func(ps []pattern, at int) bool
	split = func(ps []pattern, at int) bool {
		if budget--; budget < 0 || len(ps) == 0 {
			return false
		}
		for ; at < width; at++ {
			var zero, one []pattern
			free := true
			for _, p := range ps {
				b := p[len(p)-width+at]
				free = free && b == '-'
				if b != '1' {
					zero = append(zero, p)
				}
				if b != '0' {
					one = append(one, p)
				}
			}
			if !free {
				return split(zero, at+1) && split(one, at+1)
			}
		}
		return true
	}
	// Only those count that the selector can be, as wide as it is.
	var fit []pattern
	for _, p := range ps {
		if !strings.Contains(string(p[:len(p)-width]), "1") {
			fit = append(fit, p)
		}
	}
	return split(fit, 0)
}

// complete reports whether a case without a default has an arm for every value.
func (c *checker) complete(s *scope, st *stmt) bool {
	ps, width, ok := c.patterns(s, st)
	return ok && covers(ps, width)
}

// arms checks claims that arms exclude each other or are complete.
func (c *checker) arms() {
	c.statements(func(s *scope, st *stmt) {
		full, parallel := c.claims(st)
		if full == "" && parallel == "" {
			return
		}
		switch st.kind {
		case stmtCase:
			c.caseArms(s, st, full, parallel)
		case stmtIf:
			c.ifArms(s, st, full, parallel)
		}
	})
}

func (c *checker) caseArms(s *scope, st *stmt, full, parallel string) {
	var arm []int
	var conds []*expr
	hasDefault := false
	for i, it := range st.items {
		hasDefault = hasDefault || it.isDefault
		for _, e := range it.exprs {
			arm = append(arm, i)
			conds = append(conds, e)
		}
	}
	if hasDefault {
		full = ""
	}
	ps, width, ok := c.patterns(s, st)
	if v := c.ty.value(s, st.cond); !ok && v != nil && v.Cmp(big.NewInt(1)) == 0 && st.word == "case" && !st.inside {
		c.conditions(s, st.pos, conds, arm, full, parallel)
		return
	}
	switch {
	case parallel != "" && (!ok || !allDisjoint(ps, arm)):
		c.found(Arms, st.pos, "%s says that no two arms fit one value, which is not so or cannot be shown: readers then choose different arms; drop %s, or give arms of constants that exclude each other", parallel, parallel)
	case full != "" && !(ok && covers(ps, width)):
		c.found(Arms, st.pos, "%s says that every value has an arm, which is not so or cannot be shown: what the other values do is left open; add a default", full)
	}
}

// ifArms checks a chain of ifs.
func (c *checker) ifArms(s *scope, st *stmt, full, parallel string) {
	var conds []*expr
	var arm []int
	last := false
	for n := st; n != nil; {
		conds = append(conds, n.cond)
		arm = append(arm, len(arm))
		if len(n.body) < 2 {
			break
		}
		if n.body[1].kind != stmtIf || n.body[1].check != "" {
			last = true
			break
		}
		n = n.body[1]
	}
	if last {
		full = ""
	}
	c.conditions(s, st.pos, conds, arm, full, parallel)
}

// conditions checks arms with conditions of their own. Each must compare the same value
// with a constant, or be one bit of that value.
func (c *checker) conditions(s *scope, at pos, conds []*expr, arm []int, full, parallel string) {
	var ps []pattern
	on, width := "", 0
	ok := true
	for _, e := range conds {
		sel, p, w := c.compared(s, e)
		if p == "" || on != "" && sel != on || width != 0 && w != width {
			ok = false
			break
		}
		on, width = sel, w
		ps = append(ps, p)
	}
	switch {
	case parallel != "" && len(conds) > 1 && (!ok || !allDisjoint(ps, arm)):
		c.found(Arms, at, "%s says that no two conditions hold at once, which is not so or cannot be shown: readers then choose different arms; drop %s, or compare one value with constants", parallel, parallel)
	case full != "" && !(ok && covers(ps, width)):
		c.found(Arms, at, "%s says that one of the conditions holds, which is not so or cannot be shown: what happens otherwise is left open; add an else or a default", full)
	}
}

// compared takes apart value == constant, a value of one bit and its opposite.
func (c *checker) compared(s *scope, e *expr) (on string, p pattern, width int) {
	if e.kind == exprUnary && (e.text == "!" || e.text == "~") {
		if sh := c.ty.shape(s, e.args[0]); sh.width == 1 {
			return format(e.args[0]), "0", 1
		}
		return "", "", 0
	}
	if e.kind == exprBinary && (e.text == "==" || e.text == "===") {
		for i, k := range e.args {
			sel := e.args[1-i]
			bits, sh := c.literal(s, k)
			w := c.ty.shape(s, sel).width
			if bits == "" || w == 0 || strings.ContainsAny(bits, "xz") || c.ty.constant(s, sel, nil) {
				continue
			}
			if sh.width > w && strings.Contains(bits[:sh.width-w], "1") || sh.sign == signed && bits[0] == '1' {
				continue
			}
			if sh.width > w {
				bits = bits[sh.width-w:]
			}
			return format(sel), pattern(strings.Repeat("0", w-len(bits)) + bits), w
		}
		return "", "", 0
	}
	if sh := c.ty.shape(s, e); sh.width == 1 && (e.kind == exprName || e.kind == exprIndex) {
		return format(e), "1", 1
	}
	return "", "", 0
}
