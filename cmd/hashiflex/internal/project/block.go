package project

import (
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/rtl/source"
)

// Block is the table of one block of the chip between the layers: a module of the user's
// in its place.
type Block struct {
	Name       string // instance in the chip, as in "stem.window"
	Top        string
	Ports      map[string]string // by port of the generated block: what Top calls it
	Tie        map[string]int64
	Parameters map[string]int64
	Datapath   string // path of the instance below Top; "": as in the generated block

	texts *Layer
}

// At returns the place of a key of the block.
func (b *Block) At(path ...string) string { return b.texts.At(path...) }

// ResolveBlock is Resolve for a block.
func (p *Project) ResolveBlock(b *Block) (source.Sources, []reports.Input, error) {
	return p.resolve(b.texts, "files", b.texts.files, b.texts.Language)
}

// blockKeys are the keys of a block's table.
var blockKeys = []string{"files", "include", "defines", "language", "top", "ports", "tie", "parameters", "datapath"}

// blocks reads the tables of blocks. The name of a block has dots, which divide it in TOML
// unless it is quoted.
func (p *Project) blocks(r *reader, path []string, tables map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		at := append(path[:len(path):len(path)], name)
		t, ok := tables[name].(map[string]any)
		switch {
		case !ok && len(path) == 0:
			r.bad(append([]string{"block"}, at...), "block.%s = %v: want a table", name, tables[name])
		case !ok:
			r.bad(append([]string{"block"}, at...), "block %s: files: there are none", strings.Join(path, "."))
			return
		case divided(t):
			p.blocks(r, at, t)
		default:
			p.Blocks = append(p.Blocks, p.block(r, at, t))
		}
	}
}

// divided reports whether a table has tables alone, none of them a block's key.
func divided(t map[string]any) bool {
	for key, v := range t {
		if _, ok := v.(map[string]any); !ok || slices.Contains(blockKeys, key) {
			return false
		}
	}
	return len(t) > 0
}

// plain is an identifier of Verilog that needs no escape.
var plain = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_$]*$`)

func (p *Project) block(r *reader, path []string, t map[string]any) *Block {
	at := func(more ...string) string { return p.at(slices.Concat([]string{"block"}, path, more)...) }
	b := &Block{Name: strings.Join(path, "."), texts: &Layer{Name: strings.Join(path, "."), at: at}, Ports: map[string]string{}}
	in := &reader{at: at}
	defer func() { r.errs = append(r.errs, in.errs...) }()
	in.known(t, nil, blockKeys...)
	in.sources(b.texts, t)
	if t["files"] == nil {
		in.bad(nil, "block %s: files: there are none", b.Name)
	}
	b.Top = in.text(t, "top")
	if t["top"] == nil {
		in.bad(nil, "block %s: top: say which module it is", b.Name)
	}
	identifier := func(path []string, name string) {
		if name != "" && !plain.MatchString(name) {
			in.bad(path, "%s: %q is no plain identifier of Verilog; put a module around it", path[0], name)
		}
	}
	identifier([]string{"top"}, b.Top)
	ports := in.table(t, nil, "ports")
	for _, name := range slices.Sorted(maps.Keys(ports)) {
		s, ok := ports[name].(string)
		if !ok || s == "" {
			in.bad([]string{"ports", name}, "ports: %s = %v: want the name of a port of top", name, ports[name])
			continue
		}
		identifier([]string{"ports", name}, s)
		b.Ports[name] = s
	}
	b.Tie, b.Parameters = in.numbers(t, "tie", 0), in.numbers(t, "parameters", math.MinInt32)
	for _, name := range slices.Sorted(maps.Keys(b.Tie)) {
		identifier([]string{"tie", name}, name)
	}
	for _, name := range slices.Sorted(maps.Keys(b.Parameters)) {
		identifier([]string{"parameters", name}, name)
	}
	b.Datapath = in.text(t, "datapath")
	return b
}

// numbers reads a table of numbers from lo to the greatest of 32 bits.
func (r *reader) numbers(t map[string]any, key string, lo int64) map[string]int64 {
	all := map[string]int64{}
	table := r.table(t, nil, key)
	for _, name := range slices.Sorted(maps.Keys(table)) {
		if n := r.number(table, []string{key}, name, lo, math.MaxInt32); n != nil {
			all[name] = *n
		}
	}
	return all
}
