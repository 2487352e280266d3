package project

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"time"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/portmap"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec/bounded"
	"github.com/hashiflex/hashiflex/spec/digest"
	"github.com/hashiflex/hashiflex/spec/keys"
	"github.com/hashiflex/hashiflex/spec/networks"
)

// File is the name of a project's file.
const File = "hashiflex.toml"

// Project is the content of a project's file. Missing fields are nil or "".
type Project struct {
	File   string // as it was opened
	SHA256 string

	Network   string // embedded name, or a path that can be opened
	Generated bool   // what becomes of layers without files: generated, or left out
	Head      *bool  // false: the programmable head is left out
	Stream    *bool  // false: the chip between the layers is left out
	Layers    []*Layer
	Blocks    []*Block // of the chip between the layers

	Waivers  string // paths that can be opened
	Baseline string
	Output   string

	Solver, SecondSolver string
	FrontEnd             string
	Seed                 *int64
	Timeout, Deadline    *time.Duration
	Memory               *int64            // MiB
	Hardware             map[string]string // how what is generated is generated, by flag

	dir string
	at  func(path ...string) string
}

// Layer is the table of one layer.
type Layer struct {
	Name      string
	Generated *bool // nil: as the project says
	Language  source.Language
	Top       string // "": the modules have the names that the generator gives
	Map       *portmap.Map
	MapFile   string // path of the map; "": it stands in the project
	// Convert is the command of a program that writes the files as Verilog which the front
	// end reads; see rtl.Converter.
	Convert string

	files, rtl, include []entry
	defines             []source.Define
	at                  func(path ...string) string
}

// entry is a text with its place.
type entry struct{ text, at string }

// Own reports whether the layer has hardware of its own.
func (l *Layer) Own() bool { return len(l.files) > 0 }

// At returns the place of a key of the project, such as "hashiflex.toml:7".
func (p *Project) At(path ...string) string { return p.at(path...) }

// At returns the place of a key of the layer.
func (l *Layer) At(path ...string) string { return l.at(path...) }

// Open reads a project from a file. If the file is valid TOML, it returns the readable
// part of the project even with an error.
func Open(path string) (*Project, error) {
	text, err := bounded.ReadFile(path, bounded.Text)
	if err != nil {
		return nil, err
	}
	return Decode(path, text)
}

// Decode reads a project's text. The error lists all problems, each with its line. Of
// the files that the project names, it reads only port maps.
func Decode(path string, text []byte) (*Project, error) {
	table, places, err := keys.Decode(path, text)
	if err != nil {
		return nil, err
	}
	p := &Project{File: path, SHA256: digest.Bytes(text), Generated: true, dir: filepath.Dir(path), at: places.At}
	r := &reader{at: places.At}
	r.known(table, nil, "network", "generated", "head", "stream", "layer", "block", "waivers", "baseline", "output", "solver", "second_solver", "front_end", "seed", "limits", "hardware")
	if name := r.text(table, "network"); name != "" {
		if p.Network = name; !networks.BuiltIn(name) {
			p.Network = p.path(name)
		}
	}
	if b := r.flag(table, nil, "generated"); b != nil {
		p.Generated = *b
	}
	p.Head, p.Stream = r.flag(table, nil, "head"), r.flag(table, nil, "stream")
	for key, to := range map[string]*string{"waivers": &p.Waivers, "baseline": &p.Baseline, "output": &p.Output} {
		if s := r.text(table, key); s != "" {
			*to = p.path(s)
		}
	}
	p.Solver, p.SecondSolver = r.text(table, "solver"), r.text(table, "second_solver")
	p.FrontEnd = r.text(table, "front_end")
	p.Seed = r.number(table, nil, "seed", math.MinInt64, math.MaxInt64)
	limits := r.table(table, nil, "limits")
	r.known(limits, []string{"limits"}, "timeout", "deadline", "memory")
	p.Timeout, p.Deadline = r.duration(limits, "timeout"), r.duration(limits, "deadline")
	p.Memory = r.number(limits, []string{"limits"}, "memory", 1, 1<<30)
	hardware := r.table(table, nil, "hardware")
	r.known(hardware, []string{"hardware"}, "tree", "widths", "subtract", "share")
	p.Hardware = map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(hardware)) {
		if s, ok := hardware[key].(string); ok {
			p.Hardware[key] = s
		} else {
			r.bad([]string{"hardware", key}, "hardware: %s = %v: want a text", key, hardware[key])
		}
	}
	layers := r.table(table, nil, "layer")
	for _, name := range slices.Sorted(maps.Keys(layers)) {
		if t, ok := layers[name].(map[string]any); ok {
			p.Layers = append(p.Layers, p.layer(r, name, t))
		} else {
			r.bad([]string{"layer", name}, "layer.%s = %v: want a table", name, layers[name])
		}
	}
	p.blocks(r, nil, r.table(table, nil, "block"))
	return p, errors.Join(r.errs...)
}

// path is a path of the project's file, for who opens it.
func (p *Project) path(name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(p.dir, filepath.FromSlash(name))
}

// mapKeys are keys of a port map that stand in a layer's table.
var mapKeys = []string{"clock", "latency", "parameters", "ports", "encoding", "tie", "unused", "sequential"}

func (p *Project) layer(r *reader, name string, t map[string]any) *Layer {
	path := []string{"layer", name}
	at := func(more ...string) string { return p.at(append(path[:2:2], more...)...) }
	l := &Layer{Name: name, at: at}
	in := &reader{at: at}
	defer func() { r.errs = append(r.errs, in.errs...) }()
	in.known(t, nil, append([]string{"files", "include", "defines", "language", "convert", "rtl", "generated", "top", "map"}, mapKeys...)...)
	l.Generated = in.flag(t, nil, "generated")
	in.sources(l, t)
	l.rtl = in.entries(t, "rtl")
	if t["rtl"] != nil && len(l.rtl) == 0 {
		in.bad([]string{"rtl"}, "rtl: there are no files")
	}
	if l.Convert = in.text(t, "convert"); t["convert"] != nil {
		if _, err := rtl.ParseConverter(l.Convert); err != nil {
			in.bad([]string{"convert"}, "%v", err)
		}
	}
	l.Top = in.text(t, "top")
	p.portMap(in, l, t)
	if !l.Own() {
		for _, key := range slices.Sorted(maps.Keys(t)) {
			if key != "generated" && key != "files" {
				in.bad([]string{key}, "%s: the layer has no files, so that it says nothing", key)
			}
		}
	} else if l.Generated != nil {
		in.bad([]string{"generated"}, "generated: the layer has files of its own")
	}
	return l
}

// sources reads the keys that say which files there are and how they are read.
func (r *reader) sources(l *Layer, t map[string]any) {
	l.files, l.include = r.entries(t, "files"), r.entries(t, "include")
	if t["files"] != nil && len(l.files) == 0 {
		r.bad([]string{"files"}, "files: there are none")
	}
	defines := r.table(t, nil, "defines")
	for _, name := range slices.Sorted(maps.Keys(defines)) {
		switch v := defines[name].(type) {
		case string:
			l.defines = append(l.defines, source.Define{Name: name, Value: v})
		case int64:
			l.defines = append(l.defines, source.Define{Name: name, Value: fmt.Sprint(v)})
		default:
			r.bad([]string{"defines", name}, "defines: %s = %v: want a text or a number", name, v)
		}
	}
	switch s := source.Language(r.text(t, "language")); s {
	case source.ByName, source.Verilog, source.SystemVerilog:
		l.Language = s
	default:
		r.bad([]string{"language"}, "language = %q: want %s or %s", s, source.Verilog, source.SystemVerilog)
	}
}

// portMap reads the layer's port map, from its own file or out of its table.
func (p *Project) portMap(r *reader, l *Layer, t map[string]any) {
	here := map[string]any{}
	for _, key := range mapKeys {
		if v, ok := t[key]; ok {
			here[key] = v
		}
	}
	if name := r.text(t, "map"); name != "" {
		l.MapFile = p.path(name)
		if t["top"] != nil {
			r.bad([]string{"top"}, "top: the port map says the module")
		}
		for _, key := range slices.Sorted(maps.Keys(here)) {
			r.bad([]string{key}, "%s: map = %q says it", key, name)
		}
		text, err := bounded.ReadFile(l.MapFile, bounded.Text)
		if err != nil {
			r.bad([]string{"map"}, "map: %v", err)
			return
		}
		var problems error
		l.Map, problems = portmap.Parse(l.MapFile, text)
		r.join(problems)
		return
	}
	if t["top"] == nil {
		if len(here) > 0 && l.Own() {
			r.bad(nil, "layer %s: top: say which module computes the layer", l.Name)
		}
		return
	}
	here["module"] = t["top"]
	var problems error
	l.Map, problems = portmap.FromTable(here, func(path ...string) string {
		if len(path) > 0 && path[0] == "module" {
			path = append([]string{"top"}, path[1:]...)
		}
		return l.at(path...)
	})
	r.join(problems)
}
