package source

import "slices"

// Yosys 0.23 supports neither return nor calls of functions by their package. Both can be
// rewritten. A returned value is assigned to the function's name, and the statements after
// it go into an else. Items of a package move outside of it, under names that begin with
// the package's. Other uses stay as they are, and the front end refuses them.

// assignReturns writes functions that return values as functions that assign them.
func assignReturns(ts []Token) []Token {
	var out []Token
	for i := 0; i < len(ts); i++ {
		out = append(out, ts[i])
		if (ts[i].Is("endfunction") || ts[i].Is("endtask")) && i+2 < len(ts) && ts[i+1].Is(":") {
			i += 2 // the name again, which Yosys does not take
			continue
		}
		if !ts[i].Is("function") {
			continue
		}
		end := i
		for end < len(ts) && !ts[end].Is("endfunction") {
			end++
		}
		if body, ok := withoutReturns(ts[i+1 : end]); ok {
			out = append(out, body...)
			i = end - 1
		}
	}
	return out
}

// withoutReturns is a function after its keyword. ok is false if it has no return, or has
// one within a loop or a case.
func withoutReturns(ts []Token) (out []Token, ok bool) {
	if !slices.ContainsFunc(ts, func(t Token) bool { return t.Is("return") }) {
		return nil, false
	}
	var name Token
	at := 0
	for depth := 0; at < len(ts) && (depth > 0 || !ts[at].Is(";")); at++ {
		switch t := ts[at]; {
		case t.Is("(") && depth == 0:
			if at > 0 {
				name = ts[at-1]
			}
			depth++
		case t.Is("(") || t.Is("[") || t.Is("{"):
			depth++
		case t.Is(")") || t.Is("]") || t.Is("}"):
			depth--
		}
	}
	if at == len(ts) || name.Kind != Identifier {
		return nil, false
	}
	at++
	p := returner{name: name, ts: ts[at:]}
	body := p.list(false)
	if p.failed || p.at != len(p.ts) {
		return nil, false
	}
	out = append(slices.Clone(ts[:at]), p.write(body, 0)...)
	return out, !p.failed
}

// statement is one of a list; fields that it does not have are zero.
type statement struct {
	head      []Token // all of it, or what comes before the branches
	then, els []statement
	branches  bool // if
	block     bool // begin and end without a name; then is what is between
	returns   bool // head is the value
}

// returner parses and writes the body of one function.
type returner struct {
	name   Token
	ts     []Token
	at     int
	failed bool
	size   int
}

func (p *returner) is(text string) bool { return p.at < len(p.ts) && p.ts[p.at].Is(text) }

// list reads statements, up to an end if within a block.
func (p *returner) list(within bool) (all []statement) {
	for !p.failed && p.at < len(p.ts) {
		if within && p.is("end") {
			return all
		}
		all = append(all, p.statement())
	}
	p.failed = p.failed || within
	return all
}

func (p *returner) statement() (s statement) {
	from := p.at
	switch {
	case p.is("begin") && p.at+1 < len(p.ts) && !p.ts[p.at+1].Is(":"):
		p.at++
		s.block, s.then = true, p.list(true)
		p.at++ // end
		p.failed = p.failed || p.is(":")
		return s
	case p.is("if"):
		p.at++
		p.passGroup()
		s.branches, s.head = true, p.ts[from:p.at]
		s.then = []statement{p.statement()}
		if p.is("else") {
			p.at++
			s.els = []statement{p.statement()}
		}
		return s
	case p.is("return"):
		p.at++
		from++
		p.passTo(";")
		s.returns, s.head = true, p.ts[from:p.at]
		p.failed = p.failed || len(s.head) < 2
		return s
	case p.is("for"), p.is("while"), p.is("repeat"):
		p.at++
		p.passGroup()
		p.skip()
	default:
		p.skip()
	}
	s.head = p.ts[from:p.at]
	p.failed = p.failed || len(s.head) == 0 || slices.ContainsFunc(s.head, func(t Token) bool { return t.Is("return") })
	return s
}

// skip passes one statement, which stays as it is.
func (p *returner) skip() {
	for _, pair := range [][2]string{{"begin", "end"}, {"case", "endcase"}, {"casez", "endcase"}, {"casex", "endcase"}} {
		if !p.is(pair[0]) {
			continue
		}
		for depth := 0; p.at < len(p.ts); p.at++ {
			switch t := p.ts[p.at]; {
			case t.Is(pair[0]):
				depth++
			case t.Is(pair[1]):
				depth--
			}
			if depth == 0 {
				p.at++
				return
			}
		}
		p.failed = true
		return
	}
	p.passTo(";")
}

// passGroup passes what is in parentheses.
func (p *returner) passGroup() {
	if !p.is("(") {
		p.failed = true
		return
	}
	for depth := 0; p.at < len(p.ts); p.at++ {
		if p.is("(") {
			depth++
		} else if p.is(")") {
			if depth--; depth == 0 {
				p.at++
				return
			}
		}
	}
	p.failed = true
}

func (p *returner) passTo(text string) {
	for ; p.at < len(p.ts); p.at++ {
		if p.is(text) {
			p.at++
			return
		}
	}
	p.failed = true
}

// ends reports whether every path through a list returns.
func ends(all []statement) bool {
	return slices.ContainsFunc(all, func(s statement) bool {
		return s.returns || s.block && ends(s.then) || s.branches && s.els != nil && ends(s.then) && ends(s.els)
	})
}

func returnsWithin(all []statement) bool {
	return slices.ContainsFunc(all, func(s statement) bool {
		return s.returns || returnsWithin(s.then) || returnsWithin(s.els)
	})
}

// write writes a list in which the statements after a return run only if no return was
// executed.
func (p *returner) write(all []statement, depth int) (out []Token) {
	const most = 1 << 16 // tokens
	if depth > 100 || p.failed {
		p.failed = true
		return nil
	}
	for i, s := range all {
		rest := all[i+1:]
		switch {
		case s.returns:
			out = append(append(out, like(p.name, p.name.Text+" =")...), s.head...)
			return out
		case s.block && returnsWithin(s.then):
			return append(out, p.write(append(slices.Clone(s.then), rest...), depth+1)...)
		case s.block:
			out = append(out, like(p.name, "begin")...)
			out = append(append(out, p.write(s.then, depth+1)...), like(p.name, "end")...)
		case s.branches && !returnsWithin([]statement{s}):
			out = append(out, s.head...)
			out = append(out, p.write(s.then, depth+1)...)
			if s.els != nil {
				out = append(out, like(p.name, "else")...)
				out = append(out, p.write(s.els, depth+1)...)
			}
		case s.branches:
			out = append(out, s.head...)
			for k, arm := range [][]statement{s.then, s.els} {
				if k == 1 {
					out = append(out, like(p.name, "else")...)
				}
				if !ends(arm) {
					arm = append(slices.Clone(arm), rest...)
				}
				out = append(out, like(p.name, "begin")...)
				out = append(append(out, p.write(arm, depth+1)...), like(p.name, "end")...)
			}
			return out
		default:
			out = append(out, s.head...)
		}
		if p.size += len(s.head); p.size > most {
			p.failed = true
			return nil
		}
	}
	return out
}
