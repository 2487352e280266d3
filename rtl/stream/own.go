package stream

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Own is a module of the user's in place of what a generated block has inside. The block
// keeps its name and its ports.
type Own struct {
	Module     string
	Parameters map[string]int64
	// Ports has what Module calls the ports of the block, by the names of the block's. A
	// port that is not there has one name in both.
	Ports map[string]string
	Tie   map[string]int64 // constants of its other inputs
	// Datapath is the instance of the block's datapath below Module, as a path. "": it is
	// called as in the generated block.
	Datapath string
	Sources  rtl.Sources

	widths map[string]int // of the ports in Tie, once it was fitted
}

// ownInstance is what the user's module is called in its block.
const ownInstance = "own"

// replace puts the user's modules into their blocks. The error names every block that the
// design does not have, and what contradicts itself.
func (d *Design) replace(own map[string]Own) error {
	var errs []error
	for _, at := range slices.Sorted(maps.Keys(own)) {
		o, b := own[at], d.block(at)
		if b == nil {
			errs = append(errs, d.NoBlock(at))
			continue
		}
		b.own = &o
		if d.exit(at) {
			// Exits of one kind share a module, which this one no longer does.
			b.module = part(d.net.Name, at)
		}
		for i := range d.Map.Blocks {
			m := &d.Map.Blocks[i]
			if m.Instance != at {
				continue
			}
			m.Module = b.module
			if m.Datapath != nil {
				p := *m.Datapath
				p.Instance = ownInstance + "." + cmp.Or(o.Datapath, p.Instance)
				m.Datapath = &p
			}
		}
	}
	_, err := d.With(nil)
	return errors.Join(append(errs, err)...)
}

// NoBlock is the error of a name that is no block's. It lists the blocks of the layer that is
// named, or all.
func (d *Design) NoBlock(at string) error {
	var names []string
	for i := range d.Map.Blocks {
		if b := d.Map.Blocks[i].Instance; strings.HasPrefix(b, strings.Split(at, ".")[0]+".") {
			names = append(names, b)
		}
	}
	if names == nil {
		for i := range d.Map.Blocks {
			names = append(names, d.Map.Blocks[i].Instance)
		}
	}
	return fmt.Errorf("block %q: the chip has none of that name; it has %s", at, strings.Join(names, ", "))
}

// block is the block at a path below Top; nil is none.
func (d *Design) block(at string) *block {
	for _, l := range d.layers {
		for _, b := range l.blocks {
			if l.instance+"."+b.instance == at {
				return b
			}
		}
	}
	for _, x := range d.exits {
		if x.at == at {
			return x.block
		}
	}
	return nil
}

// exit reports whether a block belongs to no layer.
func (d *Design) exit(at string) bool {
	return slices.ContainsFunc(d.exits, func(x *exit) bool { return x.at == at })
}

// Own reports whether the block at a path has a module of the user's inside.
func (d *Design) Own(at string) bool {
	b := d.block(at)
	return b != nil && b.own != nil
}

// With is files and those of the user's blocks as one text. The error names a file or a
// macro of two meanings.
func (d *Design) With(files []rtl.Source) (rtl.Sources, error) {
	all := rtl.Sources{Files: slices.Clone(files)}
	var errs []error
	add := func(to *[]rtl.Source, at string, f rtl.Source) {
		i := slices.IndexFunc(*to, func(x rtl.Source) bool { return x.Name == f.Name })
		switch {
		case i < 0:
			*to = append(*to, f)
		case !bytes.Equal((*to)[i].Text, f.Text) || (*to)[i].Language != f.Language:
			errs = append(errs, fmt.Errorf("block %s: file %s is another one elsewhere in the chip: the chip is one text", at, f.Name))
		}
	}
	for _, m := range d.Map.Blocks {
		b := d.block(m.Instance)
		if b == nil || b.own == nil {
			continue
		}
		for _, f := range b.own.Sources.Files {
			add(&all.Files, m.Instance, f)
		}
		for _, f := range b.own.Sources.Extra {
			add(&all.Extra, m.Instance, f)
		}
		for _, def := range b.own.Sources.Defines {
			i := slices.IndexFunc(all.Defines, func(x rtl.Define) bool { return x.Name == def.Name })
			if i < 0 {
				all.Defines = append(all.Defines, def)
			} else if all.Defines[i] != def {
				errs = append(errs, fmt.Errorf("block %s: %s is defined otherwise elsewhere in the chip: the chip is one text", m.Instance, def.Name))
			}
		}
	}
	return all, errors.Join(errs...)
}

// writeOwn writes the user's module as the inside of the block.
func (b *block) writeOwn(w *bytes.Buffer) {
	header(w, []string{b.doc}, b.module, b.ins, b.outs)
	var ps []string
	for _, name := range slices.Sorted(maps.Keys(b.own.Parameters)) {
		ps = append(ps, fmt.Sprintf(".%s(%d)", name, b.own.Parameters[name]))
	}
	module := b.own.Module
	if len(ps) > 0 {
		module += " #(" + strings.Join(ps, ", ") + ")"
	}
	var cs []connection
	for _, p := range b.signals() {
		cs = append(cs, connection{b.own.port(p.Name), p.Name})
	}
	for _, name := range slices.Sorted(maps.Keys(b.own.Tie)) {
		cs = append(cs, connection{name, fmt.Sprintf("%d'd%d", b.own.widths[name], b.own.Tie[name])})
	}
	instance(w, module, nil, ownInstance, cs)
	w.WriteString("endmodule\n")
}

func (o *Own) port(name string) string { return cmp.Or(o.Ports[name], name) }

// Arithmetic is which of these names of modules the layers' arithmetic has. Skeleton does not
// show it.
func (d *Design) Arithmetic(names []string) (taken []string) {
	has := map[string]bool{}
	for _, l := range d.layers {
		if l.arith == nil {
			continue
		}
		for _, u := range l.arith.Modules() {
			has[rtl.VerilogName(u.Name)] = true
		}
	}
	for _, name := range names {
		if has[name] {
			taken = append(taken, name)
		}
	}
	return taken
}

// signals are the ports of the block.
func (b *block) signals() []rtl.ModulePort {
	all := []rtl.ModulePort{{Name: clocked[0].port, Width: 1, In: true}, {Name: clocked[1].port, Width: 1, In: true}}
	add := func(p port, in bool) {
		for _, s := range p.signals() {
			is := in != s.back
			all = append(all, rtl.ModulePort{Name: p.prefix + s.suffix, Width: s.width, In: is, Out: !is})
		}
	}
	for _, p := range b.ins {
		add(p, true)
	}
	for _, p := range b.outs {
		add(p, false)
	}
	return all
}

// Probe is Verilog to read with that of a user's module for the block at a path, which the
// design has: an instance with its parameters, which shows its ports, and the datapath that
// it may have inside, without its inside. The instance is ProbeInstance of module
// ProbeModule. It is nil if a layer's arithmetic cannot be written.
func (d *Design) Probe(at string, o *Own) []byte {
	var ps []string
	for _, name := range slices.Sorted(maps.Keys(o.Parameters)) {
		ps = append(ps, fmt.Sprintf(".%s(%d)", name, o.Parameters[name]))
	}
	var w bytes.Buffer
	with := ""
	if len(ps) > 0 {
		with = "#(" + strings.Join(ps, ", ") + ") "
	}
	fmt.Fprintf(&w, "module %s ();\n    %s %s%s ();\nendmodule\n", ProbeModule, o.Module, with, ProbeInstance)
	for _, l := range d.layers {
		for _, b := range l.blocks {
			if l.instance+"."+b.instance == at && b.datapath != nil {
				if err := l.writeArithmetic(&w, func(rtl.Source) error { return nil }, skeleton); err != nil {
					return nil
				}
			}
		}
	}
	return w.Bytes()
}

// What Probe calls its module and the instance in it.
const (
	ProbeModule   = "hashiflex_probe"
	ProbeInstance = "hashiflex_own"
)

// Misfit is a problem of a user's module in its block. Key is what of its description it
// is about: module, ports, tie, datapath or parameters; Name is a name there, or "".
type Misfit struct {
	Key, Name string
	Text      string
}

// Fit compares the user's module, whose ports are given, with the block at a path, which
// the design has. It returns all problems. Without any, the module is ready for Options.
func (d *Design) Fit(at string, o Own, ports []rtl.ModulePort) (fitted Own, all []Misfit) {
	b := d.block(at)
	o.widths = map[string]int{}
	bad := func(key, name, format string, args ...any) {
		all = append(all, Misfit{key, name, fmt.Sprintf(format, args...)})
	}
	byName := map[string]rtl.ModulePort{}
	for _, p := range ports {
		byName[p.Name] = p
	}
	taken := map[string]string{}
	known := map[string]bool{}
	for _, want := range b.signals() {
		known[want.Name] = true
		name := o.port(want.Name)
		p, ok := byName[name]
		switch {
		case !ok:
			bad("ports", want.Name, "module %s has no port %s, which is %s of the block; ports says what it is called", o.Module, name, want.Name)
		case taken[name] != "":
			bad("ports", want.Name, "port %s is both %s and %s", name, taken[name], want.Name)
		case p.In && p.Out || p.In != want.In:
			bad("ports", want.Name, "port %s of module %s has the wrong direction for %s of the block", name, o.Module, want.Name)
		case p.Width != want.Width:
			bad("ports", want.Name, "port %s of module %s has %s, %s of the block has %d", name, o.Module, words.Count(p.Width, "bit"), want.Name, want.Width)
		}
		taken[name] = want.Name
	}
	for _, name := range slices.Sorted(maps.Keys(o.Ports)) {
		if !known[name] {
			bad("ports", name, "the block has no port %s", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o.Tie)) {
		switch p, ok := byName[name]; {
		case !ok:
			bad("tie", name, "module %s has no port %s", o.Module, name)
		case taken[name] != "":
			bad("tie", name, "port %s is %s of the block", name, taken[name])
		case !p.In || p.Out:
			bad("tie", name, "port %s of module %s is no input", name, o.Module)
		case p.Width < 63 && (o.Tie[name] < 0 || o.Tie[name]>>p.Width != 0):
			bad("tie", name, "%d does not fit into the %s of port %s", o.Tie[name], words.Count(p.Width, "bit"), name)
		}
		taken[name] = name
		o.widths[name] = byName[name].Width
	}
	for _, p := range ports {
		if p.In && taken[p.Name] == "" {
			bad("ports", "", "input %s of module %s is none of the block's; tie gives it a constant", p.Name, o.Module)
		}
	}
	if o.Datapath != "" && b.datapath == nil {
		bad("datapath", "", "a %s has no datapath", b.kind)
	}
	return o, all
}
