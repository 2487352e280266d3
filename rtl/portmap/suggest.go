package portmap

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Suggestion is a map guessed from the names and widths of a design's ports. Only a
// proof shows whether it is right.
type Suggestion struct {
	Keys []string // lines of TOML, for a layer's table: "top" is the module
	Left []string // ports that were not placed or only guessed, in words
	Map  *Map
}

// Suggest proposes a map for a layer of the given name; nil if no module has ports of
// the layer's widths. Of several modules it takes the one whose name is most similar to
// the layer's and which leaves the fewest ports unused.
func Suggest(d *rtl.Design, l Layer, name string) *Suggestion {
	var best *Suggestion
	rank := 0
	for _, module := range d.Modules() {
		if strings.HasPrefix(module, "$") {
			continue
		}
		s := suggest(d, l, module)
		if s == nil {
			continue
		}
		r := -len(s.Left)
		switch low, like := strings.ToLower(module), strings.ToLower(name); {
		case low == like:
			r += 1000
		case strings.Contains(low, like) || strings.Contains(like, low):
			r += 500
		}
		if best == nil || r > rank {
			best, rank = s, r
		}
	}
	return best
}

// trailing is the number at the end of a name.
var trailing = regexp.MustCompile(`^(.*?)([0-9]+)$`)

// suggester places the ports of one module.
type suggester struct {
	ports  []rtl.ModulePort
	placed map[string]bool
	table  map[string]any
	s      *Suggestion
}

func (g *suggester) add(key string, value any) {
	g.table[key] = value
	g.s.Keys = append(g.s.Keys, key+" = "+quoted(value))
}

// quoted is a value as TOML.
func quoted(v any) string {
	switch v := v.(type) {
	case string:
		return strconv.Quote(v)
	case []any:
		var list []string
		for _, e := range v {
			list = append(list, quoted(e))
		}
		return "[" + strings.Join(list, ", ") + "]"
	case map[string]any:
		var list []string
		for _, k := range sorted(v) {
			key := k
			if !plainName.MatchString(k) {
				key = strconv.Quote(k)
			}
			list = append(list, key+" = "+quoted(v[k]))
		}
		return "{ " + strings.Join(list, ", ") + " }"
	}
	return fmt.Sprint(v)
}

// suggest proposes a map of a layer onto a module, or nil.
func suggest(d *rtl.Design, l Layer, module string) *Suggestion {
	all, err := d.Ports(module)
	if err != nil || len(l.Units) == 0 {
		return nil
	}
	g := &suggester{ports: all, placed: map[string]bool{}, table: map[string]any{}, s: &Suggestion{}}
	top := module
	channels, inputs := l.Channels, l.Inputs
	if m := trailing.FindStringSubmatch(module); m != nil && l.Channels > 1 && family(d, m[1], l.Channels) {
		// A module for each channel.
		if m[2] != "0" {
			return nil
		}
		top, channels, inputs = m[1]+channel, 1, l.Units[0].Inputs
	}
	clock := ""
	if read, err := d.Module(module); err == nil {
		clock = read.Clock
	}
	if clock == "" {
		// Registers with a reset of their own are read where that is known.
		for _, p := range all {
			if p.In && p.Width == 1 && clocks.MatchString(p.Name) {
				clock = p.Name
				break
			}
		}
	}
	g.add("module", top)
	g.add("latency", auto)
	ports := map[string]any{}
	w := l.Units[0].Output.Width
	given := func(p rtl.ModulePort) bool { return p.Out && !p.In }
	shake := shakes(all)
	serialIn, serialOut := false, false
	outs := g.find(channels, uniform(channels, w), given)
	if name := g.alone(w, given); outs == nil && channels > 1 && name != "" && shake.protocol(true, true) != nil {
		outs, serialOut, g.placed[name] = name, true, true
	}
	switch {
	case outs == nil:
		return nil
	case channels == 1:
		ports["y"] = outs
		if list, ok := outs.([]any); ok {
			ports["y"] = list[0]
		}
	default:
		ports[allOutputs] = outs
	}
	own := func(p rtl.ModulePort) bool { return p.In && !p.Out && p.Name != clock }
	if !g.named(inputs) {
		ins := g.find(len(inputs), widths(inputs), own)
		if name := g.alone(inputs[0].Width, own); ins == nil && len(inputs) > 1 && name != "" && shake.protocol(true, true) != nil {
			ins, serialIn, g.placed[name] = name, true, true
		}
		if ins == nil {
			return nil
		}
		ports[allInputs] = ins
	}
	g.add("ports", ports)
	if t := shake.protocol(serialIn, serialOut); t != nil {
		g.add("sequential", t)
		for _, name := range shake.used(t) {
			g.placed[name] = true
		}
		g.s.Left = append(g.s.Left, "how a computation begins and ends is guessed from names alone")
		if !serialIn {
			g.s.Left = append(g.s.Left, `inputs are taken to stay until the output: write inputs = "at-start" if they may change after the start`)
		}
	}
	tie := map[string]any{}
	for _, p := range all {
		if g.placed[p.Name] || p.Name == clock || !own(p) {
			continue
		}
		if v, ok := tied(p); ok {
			tie[p.Name] = v
			g.s.Left = append(g.s.Left, fmt.Sprintf("input %s is tied to %d, by its name alone", p.Name, v))
			continue
		}
		g.s.Left = append(g.s.Left, fmt.Sprintf("input %s of %s is not placed: tie it, or say what it holds", p.Name, words.Count(p.Width, "bit")))
	}
	if len(tie) > 0 {
		g.add("tie", tie)
	}
	for _, p := range all {
		if p.Out && !g.placed[p.Name] {
			g.s.Left = append(g.s.Left, fmt.Sprintf("output %s of %s is not placed: declare it in unused, if nobody reads it", p.Name, words.Count(p.Width, "bit")))
		}
	}
	m, err := FromTable(g.table, func(...string) string { return "suggestion" })
	if err == nil {
		_, err = m.Adapt(d, l)
	}
	if err != nil {
		g.s.Left = append(g.s.Left, strings.Split(err.Error(), "\n")...)
	}
	g.s.Map = m
	return g.s
}

// family reports whether a design has a module for each channel.
func family(d *rtl.Design, prefix string, channels int) bool {
	for n := range channels {
		if _, err := d.Ports(prefix + strconv.Itoa(n)); err != nil {
			return false
		}
	}
	return true
}

func uniform(n, width int) (all []int) {
	for range n {
		all = append(all, width)
	}
	return all
}

// named reports whether all inputs have ports of their own names, and places them.
func (g *suggester) named(inputs []Port) bool {
	width := inputWidth(g.ports)
	for _, x := range inputs {
		if w, ok := width(x.Name); !ok || w != x.Width {
			return false
		}
	}
	for _, x := range inputs {
		g.placed[x.Name] = true
	}
	return true
}

// find places n values: in one port that has the bits of all, or in a port each.
func (g *suggester) find(n int, widths []int, fit func(rtl.ModulePort) bool) any {
	total := 0
	for _, w := range widths {
		total += w
	}
	var single []string
	for _, p := range g.ports {
		if !fit(p) || g.placed[p.Name] {
			continue
		}
		if p.Width == total {
			g.placed[p.Name] = true
			if n > 1 {
				g.s.Left = append(g.s.Left, fmt.Sprintf("%s holds %d values: the first of them is taken for the lowest", p.Name, n))
			}
			return p.Name
		}
		if p.Width == widths[0] {
			single = append(single, p.Name)
		}
	}
	if len(single) != n || slices.ContainsFunc(widths, func(w int) bool { return w != widths[0] }) {
		return nil
	}
	for _, name := range single {
		g.placed[name] = true
	}
	if pattern, ok := numbered(single); ok {
		return pattern
	}
	g.s.Left = append(g.s.Left, fmt.Sprintf("%s: their order is that of the module's header", strings.Join(single, ", ")))
	var list []any
	for _, name := range single {
		list = append(list, name)
	}
	return list
}

// numbered is the pattern of names that differ in a number from 0 on.
func numbered(names []string) (pattern string, ok bool) {
	m := trailing.FindStringSubmatch(names[0])
	if m == nil {
		return "", false
	}
	for n := range names {
		if !slices.Contains(names, m[1]+strconv.Itoa(n)) {
			return "", false
		}
	}
	return m[1] + number, true
}

var (
	clocks  = regexp.MustCompile(`(?i)(^|_)a?(clk|clock)(_i|_in)?$`)
	resets  = regexp.MustCompile(`(?i)(^|_)(a|s|n)?(rst|reset|clr|clear)`)
	low     = regexp.MustCompile(`(?i)(_n|_b|_l|rstn|resetn|clrn|clearn)(_i)?$|^n(rst|reset|clr)`)
	enables = regexp.MustCompile(`(?i)(^|_)(en|ena|enable|ce|clken|valid|vld|ready|rdy)(_i|$|_)`)
)

// tied is the constant that an input's name suggests.
func tied(p rtl.ModulePort) (int64, bool) {
	switch {
	case p.Width != 1:
		return 0, false
	case resets.MatchString(p.Name):
		if low.MatchString(p.Name) {
			return 1, true
		}
		return 0, true
	}
	return 1, enables.MatchString(p.Name)
}
