package source

import "strings"

// packages has the names of the items of every package of a text. The text is left as it is
// if a package has an enumeration, whose constants no keyword declares, or if it is
// imported where its names may be declared again.
type packages map[string]map[string]bool

// own is the name of an item outside of its package.
func own(pkg, item string) string { return pkg + "__" + item }

// packagesOf reads the packages of all files. It is nil if there are none, or if the items
// of one cannot be moved out of it.
func packagesOf(files [][]Token) packages {
	ps := packages{}
	names := map[string]bool{}
	for _, ts := range files {
		for i, t := range ts {
			if t.Kind == Identifier {
				names[t.Text] = true
			}
			if t.Is("enum") {
				return nil
			}
			if t.Is("package") && i+2 < len(ts) && ts[i+1].Kind == Identifier && ts[i+2].Is(";") {
				items := map[string]bool{}
				for j := i + 3; j < len(ts) && !ts[j].Is("endpackage"); j++ {
					if name := declared(ts, &j); name != "" {
						items[name] = true
					}
				}
				ps[ts[i+1].Text] = items
			}
		}
	}
	for pkg, items := range ps {
		for item := range items {
			if names[own(pkg, item)] {
				return nil
			}
		}
	}
	if len(ps) == 0 {
		return nil
	}
	return ps
}

// declared is the name that a typedef, a constant or a function that begins at j
// declares, or ""; j is then the last token that belongs to it.
func declared(ts []Token, j *int) string {
	until := func(stop func(t Token) bool) string {
		depth := 0
		for k := *j + 1; k < len(ts); k++ {
			switch t := ts[k]; {
			case depth == 0 && stop(t):
				return ts[k-1].Text
			case t.Is("(") || t.Is("[") || t.Is("{"):
				depth++
			case t.Is(")") || t.Is("]") || t.Is("}"):
				depth--
			}
		}
		return ""
	}
	switch {
	case ts[*j].Is("typedef"):
		return until(func(t Token) bool { return t.Is(";") })
	case ts[*j].Is("localparam") || ts[*j].Is("parameter"):
		return until(func(t Token) bool { return t.Is("=") })
	case ts[*j].Is("function"):
		name := until(func(t Token) bool { return t.Is("(") || t.Is(";") })
		for *j+1 < len(ts) && !ts[*j].Is("endfunction") {
			*j++
		}
		return name
	}
	return ""
}

// flatten moves the items of packages to the file's level, and renames every reference to
// them.
func (ps packages) flatten(ts []Token) []Token {
	if ps == nil {
		return ts
	}
	var out []Token
	in := ""                     // the package whose items these are
	meant := map[string]string{} // by bare name: its package
	for i := 0; i < len(ts); i++ {
		t := ts[i]
		at := func(n int, text string) bool { return i+n < len(ts) && ts[i+n].Is(text) }
		label := func() {
			if at(1, ":") {
				i += 2
			}
		}
		switch {
		case t.Is("package") && at(2, ";"):
			in = ts[i+1].Text
			i += 2
			continue
		case t.Is("endpackage"):
			in = ""
			label()
			continue
		case t.Is("endmodule"):
			clear(meant)
		case t.Is("import") && at(2, "::") && at(4, ";") && ps[ts[i+1].Text] != nil:
			pkg := ts[i+1].Text
			for item := range ps[pkg] {
				if at(3, "*") || ts[i+3].Text == item {
					meant[item] = pkg
				}
			}
			i += 4
			continue
		case t.Kind == Identifier && at(1, "::") && ps[t.Text][ts[min(i+2, len(ts)-1)].Text]:
			item := ts[i+2]
			item.Text = own(t.Text, item.Text)
			out = append(out, item)
			i += 2
			continue
		case t.Kind == Identifier && len(out) > 0 && !out[len(out)-1].Is("."):
			pkg := meant[t.Text]
			if in != "" && ps[in][t.Text] {
				pkg = in
			}
			if pkg != "" {
				t.Text = own(pkg, t.Text)
			}
		}
		out = append(out, t)
	}
	return out
}

// shadows reports whether a module may declare an imported name again. Then only a compiler
// can tell which one a reference means.
func (ps packages) shadows(ts []Token) bool {
	in := false
	for i, t := range ts {
		switch {
		case t.Is("package"):
			in = true
		case t.Is("endpackage"):
			in = false
		case in || t.Kind != Identifier || i == 0 || i+1 == len(ts):
			continue
		}
		if in || t.Kind != Identifier || i == 0 || i+1 == len(ts) {
			continue
		}
		for _, items := range ps {
			if !items[t.Text] {
				continue
			}
			before := ts[i-1]
			ends := ts[i+1].Is(";") || ts[i+1].Is("=") || ts[i+1].Is(",") || ts[i+1].Is("[") || ts[i+1].Is(")")
			typed := before.Is("]") || before.Kind == Keyword && declarators[before.Text] || before.Kind == Identifier && strings.HasSuffix(before.Text, "_t")
			if ends && typed {
				return true
			}
		}
	}
	return false
}

// declarators are keywords behind which a name is declared.
var declarators = words(`wire reg logic int integer bit byte signed unsigned localparam parameter genvar input output inout function task`)
