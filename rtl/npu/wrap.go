package npu

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec/words"
)

const (
	resetPort = "resetn"
	instance  = "own"           // of a head in the module that Wrap writes
	ownName   = "npu_head_own"  // of a head that was called as that module is
	wrapFile  = "npu_wrapped.v" // that Wrap writes
)

// ports are those of npu_head, in the order of its header.
var ports = []rtl.ModulePort{
	in("clk", 1), in(resetPort, 1),
	in("s_axi_awvalid", 1), out("s_axi_awready", 1), in("s_axi_awaddr", 24),
	in("s_axi_wvalid", 1), out("s_axi_wready", 1), in("s_axi_wdata", 32), in("s_axi_wstrb", 4),
	out("s_axi_bvalid", 1), in("s_axi_bready", 1), out("s_axi_bresp", 2),
	in("s_axi_arvalid", 1), out("s_axi_arready", 1), in("s_axi_araddr", 24),
	out("s_axi_rvalid", 1), in("s_axi_rready", 1), out("s_axi_rdata", 32), out("s_axi_rresp", 2),
	in("s_axis_tvalid", 1), out("s_axis_tready", 1), in("s_axis_tdata", 8), in("s_axis_tlast", 1),
	out("m_axis_tvalid", 1), in("m_axis_tready", 1), out("m_axis_tdata", 32), out("m_axis_tlast", 1),
}

func in(name string, w int) rtl.ModulePort  { return rtl.ModulePort{Name: name, Width: w, In: true} }
func out(name string, w int) rtl.ModulePort { return rtl.ModulePort{Name: name, Width: w, Out: true} }

func portNames() (names []string) {
	for _, p := range ports {
		names = append(names, p.Name)
	}
	return names
}

func sizeNames() (names []string) {
	for _, n := range (Params{}).Named() {
		names = append(names, n.Name)
	}
	return names
}

// wraps reports whether a head of this map is an instance in a module of ours.
func (m Map) wraps() bool {
	return len(m.Ports)+len(m.Parameters)+len(m.Tie)+len(m.Unused) > 0 || m.Module(Top) != Top
}

// PortsError is the error for a head whose ports, or whose parameters, are not those
// of the map, with every one of them.
type PortsError struct{ Problems []error }

func (e *PortsError) Error() string   { return errors.Join(e.Problems...).Error() }
func (e *PortsError) Unwrap() []error { return e.Problems }

// Wrap makes a user's head the module npu_head that everything else takes: it adds a
// module with the ports of rtl/npu, in which the head is an instance. Sources whose head
// needs no such module are returned as they are. The error is a *PortsError, or of
// reading.
func (m Map) Wrap(ctx context.Context, y rtl.Yosys, sources rtl.Sources) (rtl.Sources, error) {
	if !m.wraps() {
		return sources, nil
	}
	name := m.Module(Top)
	values, err := y.Parameters(ctx, sources, name)
	if err != nil {
		return sources, err
	}
	design, _, err := y.Read(ctx, sources)
	if err != nil {
		return sources, err
	}
	have, err := design.Ports(name)
	if err != nil {
		return sources, &PortsError{[]error{fmt.Errorf("modules: the text has no module %s", name)}}
	}
	var b strings.Builder
	e := &PortsError{}
	bad := func(format string, args ...any) { e.Problems = append(e.Problems, fmt.Errorf(format, args...)) }
	parameters := m.header(&b, values, bad)
	wires := m.connections(name, have, bad)
	if len(e.Problems) > 0 {
		return sources, e
	}
	if sources, err = apart(sources, name); err != nil {
		return sources, err
	}
	if name == Top {
		name = ownName
	}
	fmt.Fprintf(&b, "    %s%s %s (\n        %s\n    );\nendmodule\n", name, parameters, instance, strings.Join(wires, ",\n        "))
	sources.Files = append(slices.Clone(sources.Files), rtl.Source{Name: wrapFile, Text: []byte(b.String())})
	return sources, nil
}

// Rewrap makes another text of a head the module npu_head as Wrap had made that in a
// design: one text in which the name of each file is a comment before it. A design in
// which nothing was wrapped leaves the sources as they are.
func Rewrap(design []byte, sources rtl.Sources) (rtl.Sources, error) {
	_, wrapper, ok := bytes.Cut(design, []byte("// "+wrapFile+"\n"))
	if !ok {
		return sources, nil
	}
	name := "" // of the head, which is none of ours
	if bytes.Contains(wrapper, []byte(" "+ownName+" ")) {
		name = Top
	}
	sources, err := apart(sources, name)
	if err != nil {
		return sources, err
	}
	sources.Files = append(sources.Files, rtl.Source{Name: wrapFile, Text: wrapper})
	return sources, nil
}

// header writes the beginning of the module: the sizes that the head has parameters for,
// with the values that it is elaborated with, and the ports. It returns what the instance
// is given of the parameters.
func (m Map) header(b *strings.Builder, values map[string]int64, bad func(string, ...any)) string {
	var own, given []string
	for _, ours := range sizeNames() {
		theirs, listed := m.Parameters[ours]
		if !listed {
			theirs = ours
		}
		v, ok := values[theirs]
		if !ok {
			if listed {
				bad("parameters: %s has no parameter %s, which should be %s", m.Module(Top), theirs, ours)
			}
			continue
		}
		own = append(own, fmt.Sprintf("    parameter integer %s = %d", ours, v))
		given = append(given, fmt.Sprintf(".%s(%s)", theirs, ours))
	}
	fmt.Fprintf(b, "// %s as the proofs and simulators take it, by its map.\nmodule %s ", m.Module(Top), Top)
	parameters := ""
	if len(own) > 0 {
		fmt.Fprintf(b, "#(\n%s\n) ", strings.Join(own, ",\n"))
		parameters = " #(" + strings.Join(given, ", ") + ")"
	}
	var list []string
	for _, p := range ports {
		way, bits := "input ", ""
		if p.Out {
			way = "output"
		}
		if p.Width > 1 {
			bits = fmt.Sprintf("[%d:0] ", p.Width-1)
		}
		list = append(list, fmt.Sprintf("    %s wire %s%s", way, bits, p.Name))
	}
	fmt.Fprintf(b, "(\n%s\n);\n", strings.Join(list, ",\n"))
	return parameters
}

// connections are those of the head's ports, all of them.
func (m Map) connections(name string, have []rtl.ModulePort, bad func(string, ...any)) (wires []string) {
	missing := map[string]bool{}
	for _, p := range have {
		missing[p.Name] = true
	}
	used := map[string]bool{}
	for _, p := range ports {
		theirs, listed := m.Ports[p.Name]
		if !listed {
			theirs = p.Name
		}
		wire := p.Name
		if inner, inverse := strings.CutPrefix(theirs, "!"); inverse {
			theirs, wire = inner, "~"+wire
		}
		i := slices.IndexFunc(have, func(h rtl.ModulePort) bool { return h.Name == theirs })
		if i < 0 && listed {
			bad("ports: %s has no port %s, which should be %s", name, theirs, p.Name)
			continue
		} else if i < 0 {
			bad("ports: %s has no port %s: say in [ports] what it is called", name, theirs)
			continue
		}
		used[theirs] = true
		switch h := have[i]; {
		case h.In != p.In || h.Out != p.Out:
			bad("ports: %s of %s is no %s as %s is", theirs, name, way(p), p.Name)
		case h.Width != p.Width:
			bad("ports: %s of %s has %s, %s has %d", theirs, name, words.Count(h.Width, "bit"), p.Name, p.Width)
		}
		wires = append(wires, fmt.Sprintf(".%s(%s)", theirs, wire))
	}
	for _, h := range have {
		k, tied := m.Tie[h.Name]
		unused := slices.Contains(m.Unused, h.Name)
		switch {
		case used[h.Name]:
		case tied && (!h.In || h.Out):
			bad("tie: %s of %s is no input", h.Name, name)
		case tied && h.Width < 63 && k>>h.Width != 0:
			bad("tie: %s = %d: the port has %s", h.Name, k, words.Count(h.Width, "bit"))
		case tied:
			wires = append(wires, fmt.Sprintf(".%s(%d'd%d)", h.Name, h.Width, k))
		case unused && (!h.Out || h.In):
			bad("unused: %s of %s is no output", h.Name, name)
		case unused:
			wires = append(wires, fmt.Sprintf(".%s()", h.Name))
		case h.In:
			bad("ports: nothing drives input %s of %s: give it in [ports] or [tie]", h.Name, name)
		default:
			bad("ports: output %s of %s is no port of rtl/npu: give it in [ports] or unused", h.Name, name)
		}
	}
	for _, p := range slices.Sorted(maps.Keys(m.Tie)) {
		if !missing[p] {
			bad("tie: %s has no port %s", name, p)
		}
	}
	for _, p := range m.Unused {
		if !missing[p] {
			bad("unused: %s has no port %s", name, p)
		}
	}
	return wires
}

func way(p rtl.ModulePort) string {
	if p.Out {
		return "output"
	}
	return "input"
}

// apart gives a head that is called npu_head another name, so that there is room for the
// module around it. The text is taken without comments and macros, so that what is
// renamed is the module. Whoever has both is told so.
func apart(sources rtl.Sources, name string) (rtl.Sources, error) {
	text, err := source.Read(sources)
	if err != nil {
		return sources, err
	}
	plain, err := text.Plain(func(file string) string { return file })
	if err != nil {
		return sources, err
	}
	top := regexp.MustCompile(`\bmodule\s+` + Top + `\b`)
	sources.Files = slices.Clone(sources.Files)
	found := 0
	for i := range sources.Files {
		found += len(top.FindAllIndex(plain[i], -1))
		if name == Top {
			sources.Files[i].Text = top.ReplaceAll(plain[i], []byte("module "+ownName))
		}
		if regexp.MustCompile(`\b` + ownName + `\b`).Match(plain[i]) {
			return sources, &PortsError{[]error{errors.New("modules: the name " + ownName + " is taken for the head")}}
		}
	}
	switch {
	case name == Top && found != 1:
		return sources, errors.New("npu: the text has " + fmt.Sprint(found) + " modules " + Top)
	case name != Top && found > 0:
		return sources, &PortsError{[]error{fmt.Errorf("modules: the head is %s, and the text has a module %s as well", name, Top)}}
	}
	return sources, nil
}
