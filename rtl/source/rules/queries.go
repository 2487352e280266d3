package rules

import "strings"

// queries finds size queries of expressions without a declaration, and logarithms of values
// that are signed and narrow, or negative. Some readers use another width of the number, and
// some return a value although they do not support the query.
func (c *checker) queries() {
	c.everywhere(func(s *scope, e *expr) {
		if e.kind != exprSystem || len(e.args) == 0 {
			return
		}
		a := e.args[0]
		switch e.text {
		case "$bits", "$size", "$left", "$right", "$high", "$low", "$increment", "$dimensions", "$unpacked_dimensions":
			switch a.kind {
			case exprName, exprPath, exprDefault:
			case exprIndex, exprRange:
				if e.text == "$bits" {
					return
				}
				fallthrough
			default:
				c.found(Query, e.pos, "%s asks about what has no declaration, and not every reader answers alike; ask about a name, or write the number", format(e))
			}
		case "$clog2":
			sh, v := c.ty.shape(s, a), c.ty.value(s, a)
			narrow := sh.sign == signed && sh.width > 0 && sh.width < 32
			if v != nil && v.Sign() < 0 || narrow && v == nil {
				c.found(Query, e.pos, "%s is a logarithm of what is or may be negative, which readers take for a large number of different widths; use an unsigned one", format(e))
			}
		}
	})
}

// strings finds strings in computations that are empty, or have escapes that not every
// reader knows.
func (c *checker) strings() {
	quiet := map[*expr]bool{} // what messages say
	c.everywhere(func(s *scope, e *expr) {
		if e.kind == exprSystem && message(e.text) {
			for _, a := range e.args {
				quiet[a] = true
			}
		}
		if e.kind != exprString || quiet[e] {
			return
		}
		if e.text == "" {
			c.found(Text, e.pos, "an empty string is 8 bits for some readers, and none for others; write the number")
			return
		}
		for i := 0; i < len(e.text); i++ {
			if e.text[i] != '\\' {
				continue
			}
			if i++; i == len(e.text) || !strings.ContainsRune(`nt\"`, rune(e.text[i])) {
				c.found(Text, e.pos, "%s holds an escape that not every reader knows; write the number", format(e))
				return
			}
		}
	})
}
