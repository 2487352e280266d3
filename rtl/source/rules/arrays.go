package rules

// signedArrays finds selects of packed arrays of several dimensions that are declared
// signed. By the standard the whole is signed and its elements are not. Simulators extend
// elements by their sign, but each simulator in different places.
func (c *checker) signedArrays() {
	c.everywhere(func(s *scope, e *expr) {
		if e.kind != exprIndex && e.kind != exprRange {
			return
		}
		n, base := 1, e.args[0]
		for base.kind == exprIndex || base.kind == exprRange {
			n, base = n+1, base.args[0]
		}
		d := c.ty.declOf(s, base)
		if base.kind != exprName || d == nil || n <= len(d.array) {
			return
		}
		if dims, signed := c.packed(d.scope, &d.typ, 0); dims > 1 && signed {
			c.found(SignedArray, e.pos, "%s is an element of a packed array that is declared signed: the element is not, and simulators take it for signed; declare the array without, and write $signed where it is meant", format(e))
		}
	})
}

// signedIndices finds elements of arrays by an index that may be negative. There is no such
// element, but some readers take the index for a number without a sign, and then there may
// be. One of 32 bits is beyond every array for them, too.
func (c *checker) signedIndices() {
	loops, seen := c.loopVariables(), map[*expr]bool{}
	one := func(s *scope, e *expr) {
		n, base := 1, e.args[0]
		for base.kind == exprIndex || base.kind == exprRange {
			n, base = n+1, base.args[0]
		}
		sh := c.ty.shape(s, e.args[1])
		if sh.sign == unsigned || sh.width >= 32 || c.ty.constant(s, e.args[1], loops) {
			return
		}
		d := c.ty.declOf(s, base)
		if d == nil {
			return
		}
		if dims, _ := c.packed(d.scope, &d.typ, 0); n <= len(d.array) || n-len(d.array) < dims {
			c.found(SignedIndex, e.pos, "the index of %s may be negative, and some readers take it for a number without a sign; write $unsigned around it, or declare it without", format(e))
		}
	}
	selects := func(s *scope, e *expr) {
		for ; (e.kind == exprIndex || e.kind == exprRange) && !seen[e]; e = e.args[0] {
			if seen[e] = true; e.kind == exprIndex {
				one(s, e)
			}
		}
	}
	c.everywhere(selects)
	c.bodies(&visitor{ty: c.ty, write: func(s *scope, e *expr, _ *decl, _ *stmt) { selects(s, e) }})
}

// packed is the number of packed dimensions of a type, and whether signed was written.
func (c *checker) packed(s *scope, t *typ, depth int) (dims int, signed bool) {
	dims, signed = len(t.dims), t.said && t.signed
	if d := c.ty.findType(s, t.user); t.user != "" && d != nil && depth < 20 {
		in, by := c.packed(d.scope, &d.typ, depth+1)
		if in > 1 && dims == 0 {
			signed = signed || by
		}
		dims += in
	}
	return dims, signed
}
