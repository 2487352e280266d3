package strict

import (
	"cmp"
	"slices"

	"github.com/hashiflex/hashiflex/rtl"
)

// part is a run of bits of a wire that is driven.
type part struct {
	wire, off, width int32
	at               place
}

// drive notes what drives a net or a part of it.
func (r *reader) drive(c rtl.Chunk, at place) {
	r.parts = driven(r.mod, r.wires, r.parts, c, at)
}

// driven notes what drives a net of a module.
func driven(m *module, wires []wire, parts []part, c rtl.Chunk, at place) []part {
	w := &wires[c.Wire]
	if w.driven += c.Width; w.driven > w.width {
		refuse(m.file, at, "a net with a second driver")
	}
	if c.Width < w.width {
		parts = append(parts, part{c.Wire, c.Off, c.Width, at})
	}
	return parts
}

func refuse(file string, at place, format string, args ...any) {
	(&scanner{file: file}).refuse(at, format, args...)
}

// covered refuses a module with a bit that nothing drives, or more than one thing.
func (r *reader) covered(m *module, wires []wire, parts []part) {
	slices.SortFunc(parts, func(a, b part) int {
		if a.wire != b.wire {
			return cmp.Compare(a.wire, b.wire)
		}
		return cmp.Compare(a.off, b.off)
	})
	for i := 1; i < len(parts); i++ {
		if a, b := &parts[i-1], &parts[i]; a.wire == b.wire && a.off+a.width > b.off {
			refuse(m.file, b.at, "a net with a second driver")
		}
	}
	for i := range wires {
		w := &wires[i]
		if w.driven < w.width && w.kind != input {
			refuse(m.file, w.at, "a net of which nothing drives %d of %d bits", w.width-w.driven, w.width)
		}
	}
}

// pending is an instance whose module was not there yet.
type pending struct {
	module string
	at     place
	conns  []connection
}

// connection is what stands at a port of an instance.
type connection struct {
	port   string
	at     place
	width  int32
	open   bool      // nothing stands there
	target rtl.Chunk // a net or a part of one; Width 0 is none
}

// instance reads an instance of a module.
func (r *reader) instance() {
	of := pending{at: r.at}
	of.module = r.fresh()
	begin, from, to := r.at, r.from, r.to
	if r.tok == '#' {
		r.refuse(r.at, "parameters")
	}
	id := r.fresh()
	if !r.names.put(r.text, from, to, instance) {
		r.refuse(begin, "a second %s", id)
	}
	r.want('(', "a list of connections")
	var sigs []rtl.Connection
	for {
		c := connection{at: r.at}
		r.want('.', "a dot and the name of a port")
		c.port = r.fresh()
		if slices.ContainsFunc(of.conns, func(o connection) bool { return o.port == c.port }) {
			r.refuse(c.at, "port %s a second time", c.port)
		}
		r.want('(', "an opening parenthesis")
		sig := r.b.Sig()
		if r.tok == ')' {
			c.open = true
		} else {
			w := r.expression()
			c.width = w.width
			r.fits(&w, w.width, c.at)
			if w.target {
				c.target = r.stack[w.from]
			}
			sig = r.signal(&w)
		}
		r.want(')', "an operator or a closing parenthesis")
		of.conns = append(of.conns, c)
		sigs = append(sigs, rtl.Connection{Port: c.port, Sig: sig})
		if r.tok != ',' {
			break
		}
		r.next()
	}
	r.want(')', "a comma or a closing parenthesis")
	r.b.Instance(of.module, id, r.b.At(r.file, begin.line, begin.column, r.after.line, r.after.column), sigs)
	r.want(';', "a semicolon")
	if child := r.modules[of.module]; child != nil && child != r.mod {
		r.mod.below = append(r.mod.below, child)
		r.parts = r.link(r.mod, r.wires, r.parts, &of, child)
		return
	}
	r.mod.pending = append(r.mod.pending, of)
}

// link compares an instance with its module, and notes what it drives.
func (r *reader) link(m *module, wires []wire, parts []part, of *pending, child *module) []part {
	if len(of.conns) != len(child.ports) {
		refuse(m.file, of.at, "%d connections, and %s has %d ports", len(of.conns), child.name, len(child.ports))
	}
	ports := map[string]*port{}
	for i := range child.ports {
		ports[child.ports[i].name] = &child.ports[i]
	}
	for i := range of.conns {
		c := &of.conns[i]
		p := ports[c.port]
		switch {
		case p == nil:
			refuse(m.file, c.at, "%s has no port %s", child.name, c.port)
		case c.open && p.out:
			continue
		case c.open:
			refuse(m.file, c.at, "nothing drives input %s", c.port)
		case c.width != p.width:
			refuse(m.file, c.at, "%d bits at port %s of %d", c.width, c.port, p.width)
		case !p.out:
			continue
		case c.target.Width == 0 || wires[c.target.Wire].kind != net:
			refuse(m.file, c.at, "output %s at what is no wire", c.port)
		}
		parts = driven(m, wires, parts, c.target, c.at)
	}
	return parts
}

// links settles the instances whose modules came later, once all files are read.
func (r *reader) links() {
	for _, m := range r.order {
		if len(m.pending) == 0 {
			continue
		}
		for i := range m.pending {
			of := &m.pending[i]
			child := r.modules[of.module]
			if child == nil {
				refuse(m.file, of.at, "there is no module %s", of.module)
			}
			m.below = append(m.below, child)
			m.parts = r.link(m, m.wires, m.parts, of, child)
		}
		r.covered(m, m.wires, m.parts)
	}
	for _, m := range r.order {
		m.descend(0)
	}
}

// maxLevels bounds the hierarchy, and so the stack.
const maxLevels = 1000

// descend refuses a module that contains itself.
func (m *module) descend(level int) {
	switch {
	case m.state == open:
		refuse(m.file, m.at, "module %s contains itself", m.name)
	case m.state == done:
		return
	case level > maxLevels:
		refuse(m.file, m.at, "module %s is more than %d levels down", m.name, maxLevels)
	}
	m.state = open
	for _, child := range m.below {
		child.descend(level + 1)
	}
	m.state = done
}

// States of the search for a module that contains itself.
const (
	open = iota + 1
	done
)
