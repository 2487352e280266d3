package source

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
)

// A directive's arguments, behind its name. Those of a line end with it.
var (
	nameArg     = regexp.MustCompile(`^[ \t]+([A-Za-z_][A-Za-z0-9_$]*)`)
	quotedArg   = regexp.MustCompile(`^[ \t]*"([^"\n]*)"`)
	angleArg    = regexp.MustCompile(`^[ \t]*<([^>\n]*)>`)
	macroArg    = regexp.MustCompile("^[ \t]*`([A-Za-z_][A-Za-z0-9_$]*)")
	timeArg     = regexp.MustCompile(`^[ \t]*10?0?[ \t]*[munpf]?s[ \t]*/[ \t]*10?0?[ \t]*[munpf]?s\b`)
	lineArg     = regexp.MustCompile(`^[ \t]+([0-9]+)[ \t]+"[^"\n]*"[ \t]+[012]`)
	wholeLine   = regexp.MustCompile(`^(\\\n|[^\n])*`) // goes on behind a backslash
	restOfLine  = regexp.MustCompile(`^[^\n]*`)
	nothingElse = regexp.MustCompile(`^[ \t]*(//[^\n]*|/\*[^\n]*?\*/[ \t]*)?(\n|$)`)
)

// conditional are the directives that count even in excluded text.
var conditional = words("ifdef ifndef elsif else endif")

// ownLine are the directives that readers expect at the beginning of a line or read to its
// end. So none of them may come from a macro.
var ownLine = words("define include line pragma timescale default_nettype begin_keywords end_keywords undef undefineall resetall unconnected_drive nounconnected_drive celldefine endcelldefine")

// ignored are optional directives of IEEE 1364-2005, annex D, about delays alone.
var ignored = words("celldefine endcelldefine nounconnected_drive delay_mode_distributed delay_mode_path delay_mode_unit delay_mode_zero")

// reserved are the names that no macro may have.
var reserved = words(`begin_keywords celldefine default_nettype define else elsif end_keywords endcelldefine endif ifdef
ifndef include line nounconnected_drive pragma resetall timescale unconnected_drive undef undefineall __FILE__ __LINE__`)

// directive reads a directive or a macro, which begins with a grave accent.
func (r *reader) directive(in *input) {
	s := in.rest()[1:]
	n := word(s)
	name := string(s[:n])
	switch {
	case n == 0 && !r.live():
		in.skip(1)
		return
	case n == 0:
		r.bad("a grave accent and no name behind it")
		in.skip(1)
		return
	case !r.live() && !conditional[name]:
		in.skip(1 + n)
		return
	case in.macro != "" && ownLine[name]:
		r.bad("`%s comes out of macro %s, where readers part; write it on a line of its own", name, in.macro)
		in.skip(1 + n)
		return
	}
	if !ownLine[name] && !conditional[name] && !ignored[name] {
		r.use(in, name, n)
		return
	}
	r.tight = false
	arg := func(re *regexp.Regexp) (string, bool) {
		m := re.FindSubmatch(in.text[in.at+1+n:])
		if m == nil {
			return "", false
		}
		n += len(m[0])
		return string(m[len(m)-1]), true
	}
	switch name {
	case "ifdef", "ifndef", "elsif":
		what, ok := arg(nameArg)
		if !ok {
			r.bad("`%s: the name of a macro is missing behind it", name)
		}
		if what == "__FILE__" || what == "__LINE__" {
			r.undefined(what)
		}
		r.condition(in, name, r.macros[what] != nil)
	case "else", "endif":
		r.condition(in, name, false)
	case "define":
		n += r.define(in, n)
	case "undef":
		what, ok := arg(nameArg)
		if !ok {
			r.bad("`undef: the name of a macro is missing behind it")
		}
		delete(r.macros, what)
	case "undefineall":
		if r.defines {
			r.bad("`undefineall: readers part on whether it takes back what --define defines")
		}
		clear(r.macros)
	case "include":
		what, ok := r.included(arg)
		if _, alone := arg(nothingElse); !alone {
			ok = false
			r.bad("`include: want a file name in quotes and nothing else on its line")
		} else if in.text[in.at+n] == '\n' {
			n-- // the line's end is counted as one
		}
		in.skip(1 + n)
		if ok {
			r.include(what)
		}
		return
	case "timescale":
		if _, ok := arg(timeArg); !ok {
			r.bad("`timescale: want a unit and a precision, as 1ns / 1ps")
		}
	case "line":
		what, ok := arg(lineArg)
		if !ok || !decimal(what, 1<<31-1) {
			r.bad("`line: want a number, a file name in quotes and a level")
		}
	case "default_nettype":
		switch what, _ := arg(nameArg); what {
		case "wire", "none":
			r.nets(what == "none")
		default:
			r.bad("`default_nettype: want wire or none; the nets of any other kind are best declared")
		}
	case "unconnected_drive":
		r.bad("`unconnected_drive: not every reader drives open inputs; connect them")
	case "resetall":
		r.nets(false)
	case "begin_keywords":
		what, _ := arg(quotedArg)
		sv, ok := keywordVersions[what]
		if !ok {
			r.bad("`begin_keywords: want a version of the language in quotes, as \"1364-2005\"")
		}
		r.versions = append(r.versions, r.sv)
		r.sv = sv
	case "end_keywords":
		if len(r.versions) == 0 {
			r.bad("`end_keywords without `begin_keywords")
			break
		}
		r.sv = r.versions[len(r.versions)-1]
		r.versions = r.versions[:len(r.versions)-1]
	case "pragma":
		what, _ := arg(restOfLine)
		if strings.Contains(what, "protect") {
			r.bad("`pragma protect: encrypted text cannot be compared")
		}
		r.emit(Pragma, "`pragma"+strings.TrimRight(what, " \t"))
	}
	in.skip(1 + n)
}

// included is the name behind `include: in quotes, or in a macro that is a name in
// quotes.
func (r *reader) included(arg func(*regexp.Regexp) (string, bool)) (name string, ok bool) {
	if name, ok = arg(quotedArg); ok {
		return name, true
	}
	if name, ok = arg(angleArg); ok {
		r.bad("`include <%s> is searched for where a tool is installed; write it in quotes and declare it with --include", name)
		return "", false
	}
	if name, ok = arg(macroArg); !ok {
		return "", true // the line has something else
	}
	m := r.macros[name]
	if m == nil {
		r.undefined(name)
		return "", false
	}
	body := bytes.TrimSpace(m.body)
	if q := quotedArg.FindSubmatch(body); q != nil && len(q[0]) == len(body) && !m.function {
		return string(q[1]), true
	}
	r.bad("`include `%s: the macro is no file name in quotes", name)
	return "", false
}

// condition opens, turns or closes a branch.
func (r *reader) condition(in *input, name string, holds bool) {
	file, line, _ := r.place()
	if name == "ifdef" || name == "ifndef" {
		if len(r.conds) >= 1000 {
			r.bad("`ifdef nests more than 1000 deep")
			return
		}
		live := r.live()
		take := holds == (name == "ifdef")
		r.conds = append(r.conds, cond{file: file, line: line, live: live && take, taken: take, around: live})
		return
	}
	if len(r.conds) <= in.conds {
		r.bad("`%s without `ifdef in the same file or macro", name)
		return
	}
	c := &r.conds[len(r.conds)-1]
	switch {
	case name == "endif":
		r.conds = r.conds[:len(r.conds)-1]
		return
	case c.ended:
		r.bad("`%s behind `else", name)
	case name == "else":
		c.ended, holds = true, true
	}
	c.live = c.around && !c.taken && holds
	c.taken = c.taken || holds
}

func (r *reader) undefined(name string) {
	switch name {
	case "__FILE__", "__LINE__":
		r.bad("`%s is not the same for every reader; leave it out", name)
	default:
		r.bad("macro `%s is not defined, nor is it a directive that every reader knows: define it with --define %s=…, or declare the file that does with --include", name, name)
	}
}

var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_$]*$`)

// checkName is the reason why a macro may not have a name.
func checkName(name string) error {
	switch {
	case !plainName.MatchString(name):
		return fmt.Errorf("its name is no identifier")
	case reserved[name] || conditional[name] || ignored[name]:
		return fmt.Errorf("its name is that of a directive")
	}
	return nil
}
