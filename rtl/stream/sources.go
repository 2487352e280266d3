package stream

import (
	"bytes"
	"fmt"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
)

// Sources returns all of the design's Verilog. Modules come after those that they use,
// and the last file has Top.
func (d *Design) Sources() ([]rtl.Source, error) {
	var all []rtl.Source
	err := d.Write(func(s rtl.Source) error {
		all = append(all, s)
		return nil
	})
	return all, err
}

// Write is Sources, one file at a time, for designs larger than memory. The error is
// that of emit, or names two files or modules with the same name.
func (d *Design) Write(emit func(rtl.Source) error) error { return d.write(emit, whole) }

// Skeleton is Sources with datapaths that have only ports: everything between the
// layers' arithmetic.
func (d *Design) Skeleton() ([]rtl.Source, error) {
	var all []rtl.Source
	err := d.write(func(s rtl.Source) error {
		all = append(all, s)
		return nil
	}, skeleton)
	return all, err
}

// Datapaths returns the datapaths of a layer with empty modules in them, which shows
// their wiring. The network must have the layer.
func (d *Design) Datapaths(layer string) ([]rtl.Source, error) {
	var all []rtl.Source
	for _, l := range d.layers {
		if l.spec == nil || l.spec.Name != layer {
			continue
		}
		var w bytes.Buffer
		err := l.writeArithmetic(&w, func(s rtl.Source) error {
			all = append(all, s)
			return nil
		}, wiring)
		return append(all, rtl.Source{Name: l.module + ".v", Text: w.Bytes()}), err
	}
	return nil, fmt.Errorf("stream: no layer %q has a datapath", layer)
}

// Modules returns the modules of a layer's arithmetic, in self-contained files.
func (d *Design) Modules(layer string) ([]rtl.Source, error) {
	var all []rtl.Source
	for _, l := range d.layers {
		if l.spec != nil && l.spec.Name == layer {
			err := l.writeArithmetic(new(bytes.Buffer), func(s rtl.Source) error {
				all = append(all, s)
				return nil
			}, whole)
			return all, err
		}
	}
	return nil, fmt.Errorf("stream: no layer %q has arithmetic", layer)
}

// extent is how much of a design is written.
type extent uint8

const (
	whole    extent = iota
	skeleton        // datapaths have ports alone
	wiring          // modules in datapaths have ports alone
)

func (d *Design) write(emit func(rtl.Source) error, x extent) error {
	seen := map[string]bool{}
	put := func(s rtl.Source) error {
		if seen[s.Name] {
			return fmt.Errorf("stream: network %s: two files are called %s: rename a layer", d.net.Name, s.Name)
		}
		seen[s.Name] = true
		return emit(s)
	}
	used := map[string]bool{}
	for _, l := range d.layers {
		for _, b := range l.blocks {
			used[b.library] = used[b.library] || b.own == nil
			used["stream_trim"] = used["stream_trim"] || b.own == nil && b.trimmed()
		}
	}
	for _, e := range d.exits {
		used[e.library] = used[e.library] || e.own == nil
	}
	files := files(used)
	if d.headed() {
		head, err := npu.Sources(d.Head)
		if err != nil {
			return err
		}
		files = append(files, head...)
	}
	for _, f := range files {
		if err := put(f); err != nil {
			return err
		}
	}
	for _, l := range d.layers {
		var w bytes.Buffer
		name := l.module
		if l.spec != nil {
			if err := l.writeArithmetic(&w, put, x); err != nil {
				return fmt.Errorf("layer %s: %w", l.spec.Name, err)
			}
		}
		for _, b := range l.blocks {
			w.WriteString("\n")
			b.write(&w)
		}
		w.WriteString("\n")
		l.write(&w)
		if err := put(rtl.Source{Name: name + ".v", Text: bytes.TrimLeft(w.Bytes(), "\n")}); err != nil {
			return err
		}
	}
	var w bytes.Buffer
	written := map[string]bool{}
	for _, e := range d.exits {
		if !written[e.module] {
			written[e.module] = true
			e.write(&w)
			w.WriteString("\n")
		}
	}
	d.writeTop(&w)
	return put(rtl.Source{Name: d.Map.Top + ".v", Text: w.Bytes()})
}

// write writes the module around a layer's blocks.
func (l *layer) write(w *bytes.Buffer) {
	header(w, []string{l.title()}, l.module, l.ins, l.outs())
	last := len(l.blocks) - 1
	for _, b := range l.blocks[:last] {
		wires(w, b.outs[0], net{prefix: b.instance})
	}
	for i, b := range l.blocks {
		cs := append([]connection(nil), clocked...)
		for j, p := range b.ins {
			cs = append(cs, connect(p, l.from[i][j])...)
		}
		for _, p := range b.outs {
			to := net{prefix: b.instance}
			if i == last {
				to.prefix = p.prefix
			}
			cs = append(cs, connect(p, to)...)
		}
		w.WriteString("\n")
		instance(w, b.module, nil, b.instance, cs)
	}
	w.WriteString("endmodule\n")
}
