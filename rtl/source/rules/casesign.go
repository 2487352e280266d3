package rules

// caseSign finds constant selectors whose sign decides which item matches.
func (c *checker) caseSign() {
	loops := c.loopVariables()
	c.statements(func(s *scope, st *stmt) {
		if st.kind != stmtCase || st.inside {
			return
		}
		if e := c.extended(s, st); e != nil && !c.ty.constant(s, st.cond, loops) {
			c.found(CaseSign, st.pos, "%s is signed and narrower than what it is compared with, and not all items and the selector are signed: readers extend it by its sign or by zeros; give all of them one width, or one sign", format(e))
			return
		}
		if e := c.unfit(s, st); e != nil {
			c.found(CaseSign, st.pos, "%s does not fit into %s, which is signed and narrower, and not every reader extends that; write what fits, or make it wider", format(e), format(st.cond))
			return
		}
		if e := c.openSign(s, st); e != nil {
			c.found(CaseSign, st.pos, "%s is signed and begins with a digit that does not count, which not every reader extends; write all digits", format(e))
			return
		}
		if !c.ty.constant(s, st.cond, loops) {
			return
		}
		sel := c.ty.shape(s, st.cond)
		if sel.sign == unsigned {
			return
		}
		v := c.ty.value(s, st.cond)
		if v != nil && v.Sign() >= 0 && v.IsInt64() && v.Int64() <= 1 && sel.width != 1 {
			return // case (1) and case (0)
		}
		for _, it := range st.items {
			for _, e := range it.exprs {
				if k := c.ty.value(s, e); k != nil && k.Sign() >= 0 && (v == nil || v.Sign() >= 0) && c.ty.constant(s, e, nil) {
					continue
				}
				if k, in := c.ty.value(s, e), c.ty.shape(s, e); k != nil && in.width == sel.width && in.width > 0 {
					continue
				}
				c.found(CaseSign, st.pos, "the selector %s is a signed constant, which readers extend in different ways when they compare it with %s; make it an unsigned number, or turn selector and items round", format(st.cond), format(e))
				return
			}
		}
	})
}

// extended is a selector or an item whose value depends on sign extension, if items and
// selector have different signs; nil is none.
func (c *checker) extended(s *scope, st *stmt) *expr {
	all := []*expr{st.cond}
	for _, it := range st.items {
		all = append(all, it.exprs...)
	}
	widest, mixed := 0, false
	for _, e := range all {
		sh := c.ty.shape(s, e)
		mixed = mixed || sh.sign == unsigned
		widest = max(widest, sh.width)
	}
	if !mixed {
		return nil
	}
	for _, e := range all {
		sh := c.ty.shape(s, e)
		if sh.sign != signed || sh.width >= widest {
			continue
		}
		if v := c.ty.value(s, e); v == nil || v.Sign() < 0 {
			return e
		}
	}
	return nil
}

// unfit is an item that a signed selector, extended by its sign, may have to be compared
// with beyond its own width; nil is none.
func (c *checker) unfit(s *scope, st *stmt) *expr {
	sel := c.ty.shape(s, st.cond)
	if sel.sign != signed || sel.width == 0 {
		return nil
	}
	for _, it := range st.items {
		for _, e := range it.exprs {
			sh, v := c.ty.shape(s, e), c.ty.value(s, e)
			if sh.sign == signed && sh.width > sel.width && (v == nil || wrap(v, sel).Cmp(v) != 0) {
				return e
			}
		}
	}
	return nil
}

// openSign is a signed item of casez or casex whose sign does not count, and that has to
// be extended; nil is none.
func (c *checker) openSign(s *scope, st *stmt) *expr {
	if st.word == "case" {
		return nil
	}
	widest := c.ty.shape(s, st.cond).width
	for _, it := range st.items {
		for _, e := range it.exprs {
			widest = max(widest, c.ty.shape(s, e).width)
		}
	}
	for _, it := range st.items {
		for _, e := range it.exprs {
			if bits, sh := c.literal(s, e); bits != "" && sh.sign == signed && sh.width < widest && (bits[0] == 'x' || bits[0] == 'z') {
				return e
			}
		}
	}
	return nil
}

// genCase finds a generate case whose sizes or signs decide which item matches.
func (c *checker) genCase() {
	for _, m := range c.text.modules {
		for _, g := range m.gens {
			if !g.isCase {
				continue
			}
			all := append([]*expr{g.selector}, g.items...)
			if c.alike(g.scope, all) {
				continue
			}
			c.found(GenCase, g.pos, "selector %s and items are not of one size and sign, or computed in fewer than 32 bits: readers size them in different ways; use plain numbers, or if and else", format(g.selector))
		}
	}
}

// alike reports whether comparing these needs no rule for sizes: names and numbers that
// are the same in every width, strings, and what is computed of 32 bits and more.
func (c *checker) alike(s *scope, es []*expr) bool {
	widths := map[int]bool{}
	negative := false
	for _, e := range es {
		sh := c.ty.shape(s, e)
		if e.kind == exprString {
			continue
		}
		v := c.ty.value(s, e)
		negative = negative || v != nil && v.Sign() < 0
		leaf := e.kind == exprNumber || e.kind == exprName || e.kind == exprPath || e.kind == exprSystem ||
			e.kind == exprUnary && e.text == "-" && e.args[0].kind == exprNumber
		if !leaf && (sh.width == 0 || sh.width < 32) && !oneBit(e) {
			return false
		}
		if sh.width > 0 {
			widths[sh.width] = true
		}
		if v == nil && sh.sign == signed && sh.width < 32 {
			negative = true // it may be
		}
	}
	return !negative || len(widths) == 1
}

// oneBit reports whether an expression is a truth value.
func oneBit(e *expr) bool {
	if e.kind == exprUnary {
		return e.text == "!"
	}
	n := binaryLevel[e.text]
	return e.kind == exprBinary && (n == 2 && e.text == "||" || n == 3 || n == 7 || n == 8)
}
