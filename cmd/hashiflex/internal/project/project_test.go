package project

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec/networks"
)

// tree writes files below a fresh folder, by their paths.
func tree(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		at := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(at), 0o755))
		require.NoError(t, os.WriteFile(at, []byte(text), 0o644))
	}
	return dir
}

// lines are the problems, with the folder left out of them.
func lines(dir string, err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(strings.ReplaceAll(err.Error(), dir+"/", ""), "\n")
}

const whole = `network = "tiny"
head = false
waivers = "w.toml"
baseline = "runs/before"
output = "runs/now"
solver = "cvc5"
seed = 7
[limits]
timeout = "90s"
deadline = "2h"
memory = 512
[hardware]
tree = "linear"
[layer.stem]
generated = false
[layer.project]
files = ["rtl/pkg.sv", "rtl/*.v", "-f lists/more.f", "-F lists/own.f"]
include = ["inc"]
defines = { WIDTH = 8, FAST = "" }
language = "systemverilog"
top = "project"
latency = "auto"
parameters = { LANES = 4 }
ports = { "x*" = "pixels", "y*" = "results" }
[layer.last]
files = "last.v"
map = "last.toml"
`

func TestWhole(t *testing.T) {
	dir := tree(t, map[string]string{
		File: whole, "rtl/pkg.sv": "", "rtl/b.v": "", "rtl/a.v": "`include \"sub/w.vh\"\n", "last.v": "module last; endmodule", "last.toml": "module = 'last'\n",
		"inc/sub/w.vh": "`define W 8\n", "inc/unused.vh": "", "inc/rom.hex": "",
		"lists/more.f": "// files\n+incdir+inc2+inc3 +define+DEEP=3\n\"rtl/c.v\" /* no\nmore */ rtl/a.v\n# comment\n-F lists/own.f\n",
		"lists/own.f":  "d.v\n", "lists/d.v": "", "rtl/c.v": "", "inc2/x.vh": "", "inc3/y.vh": "",
	})
	p, err := Open(filepath.Join(dir, File))
	require.NoError(t, err)
	require.Equal(t, "tiny", p.Network)
	require.Equal(t, []string{filepath.Join(dir, "w.toml"), filepath.Join(dir, "runs/before"), filepath.Join(dir, "runs/now")}, []string{p.Waivers, p.Baseline, p.Output})
	require.Equal(t, []any{int64(7), 90 * time.Second, 2 * time.Hour, int64(512)}, []any{*p.Seed, *p.Timeout, *p.Deadline, *p.Memory})
	require.Equal(t, map[string]string{"tree": "linear"}, p.Hardware)
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	require.NoError(t, p.Check(net))
	s := p.Scope(net)
	var own []string
	for _, l := range s.Own {
		own = append(own, l.Name)
	}
	require.Equal(t, []string{"project", "last"}, own)
	require.False(t, s.Head)
	require.False(t, s.Stream)
	var left []string
	for _, x := range s.LeftOut {
		left = append(left, x.What)
	}
	require.Contains(t, left, "layer stem")
	require.Contains(t, left, "layer logits")
	require.Contains(t, left, reports.Chip)
	require.NotContains(t, s.Layers, "stem")
	i := slices.IndexFunc(p.Layers, func(l *Layer) bool { return l.Name == "project" })
	sources, inputs, err := p.Resolve(p.Layers[i])
	require.NoError(t, err)
	var names []string
	for _, f := range sources.Files {
		rel, err := filepath.Rel(dir, f.Name)
		require.NoError(t, err)
		names = append(names, rel)
		require.Equal(t, source.SystemVerilog, f.Language)
	}
	require.Equal(t, []string{"rtl/pkg.sv", "rtl/a.v", "rtl/b.v", "rtl/c.v", "lists/d.v"}, names)
	require.Equal(t, []source.Define{{Name: "FAST"}, {Name: "WIDTH", Value: "8"}, {Name: "DEEP", Value: "3"}}, sources.Defines)
	require.Len(t, sources.Extra, 1, "what nobody takes in is no part of the design")
	require.Equal(t, "sub/w.vh", sources.Extra[0].Name)
	require.Equal(t, filepath.Join(dir, "inc/sub/w.vh"), inputs[len(inputs)-1].Name)
	require.Len(t, inputs, 6)
}

// TestEveryProblem is reported at once, with its line.
func TestEveryProblem(t *testing.T) {
	dir := tree(t, map[string]string{"bad.toml": "module = 'm'\nmodul = 'n'\n[ports]\nx0 = 'a['\n"})
	at := filepath.Join(dir, File)
	_, err := Decode(at, []byte(`networks = "tiny"
network = 3
generated = "no"
seed = 1.5
[limits]
timeout = "soon"
memory = 0
speed = 9
[hardware]
tree = 4
[layer]
stem = 5
[layer.project]
files = ["a.v", 3, ""]
langage = "verilog"
language = "vhdl"
generated = true
top = "m"
map = "bad.toml"
clock = "ck"
[layer.last]
top = "x"
[layer.expand]
files = []
[layer.pool]
files = "p.v"
tie = { en = 1 }
[layer.mix]
files = "p.v"
top = "m"
latency = -1
ports = { x0 = "a[" }
`))
	require.Equal(t, []string{
		`hashiflex.toml:1: unknown key networks; did you mean "network"?`,
		`hashiflex.toml:2: network = 3: want a text that is not empty`,
		`hashiflex.toml:3: generated = no: want true or false`,
		`hashiflex.toml:4: seed = 1.5: want a number from -9223372036854775808 to 9223372036854775807`,
		`hashiflex.toml:8: unknown key speed`,
		`hashiflex.toml:6: timeout = soon: want a time, as in "90s" or "2h30m"`,
		`hashiflex.toml:7: memory = 0: want a number from 1 to 1073741824`,
		`hashiflex.toml:10: hardware: tree = 4: want a text`,
		`hashiflex.toml:24: files: there are none`,
		`hashiflex.toml:22: top: the layer has no files, so that it says nothing`,
		`hashiflex.toml:31: latency = -1: want a number of clocks from 0 to 1048576, or "auto"`,
		`hashiflex.toml:32: ports: "x0" = "a[": want a port, as in "data", "data[7]" or "data[7:0]"`,
		`hashiflex.toml:25: layer pool: top: say which module computes the layer`,
		`hashiflex.toml:15: unknown key langage; did you mean "language"?`,
		`hashiflex.toml:14: files: 3: want a text that is not empty`,
		`hashiflex.toml:14: files: : want a text that is not empty`,
		`hashiflex.toml:16: language = "vhdl": want verilog or systemverilog`,
		`hashiflex.toml:18: top: the port map says the module`,
		`hashiflex.toml:20: clock: map = "bad.toml" says it`,
		`bad.toml:2: unknown key modul`,
		`bad.toml:4: ports: "x0" = "a[": want a port, as in "data", "data[7]" or "data[7:0]"`,
		`hashiflex.toml:17: generated: the layer has files of its own`,
		`hashiflex.toml:12: layer.stem = 5: want a table`,
	}, sortedAs(lines(dir, err)))
}

// sortedAs keeps the order of lines but that of latency and ports, which come together.
func sortedAs(all []string) []string {
	i := slices.IndexFunc(all, func(s string) bool { return strings.Contains(s, "latency = -1") })
	if i > 0 && strings.Contains(all[i-1], "ports:") {
		all[i-1], all[i] = all[i], all[i-1]
	}
	return all
}

// TestFilesThatAreNotThere are named with the line that wants them.
func TestFilesThatAreNotThere(t *testing.T) {
	dir := tree(t, map[string]string{
		"lists/a.f": "x.v\n$HOME/y.v\n-y lib\nz.v\n-f\n", "lists/z.v": "", "lists/loop.f": "-f lists/loop.f\n", "some.v": "", "lists/open.f": "/* never\n",
	})
	p, err := Decode(filepath.Join(dir, File), []byte("[layer.stem]\nfiles = [\n'none.v',\n'no*.v',\n'**/*.v',\n'-f lists/a.f',\n'-f lists/loop.f',\n'-f lists/open.f',\n'-f gone.f']\ninclude = ['inc', 'some.v']\n"))
	require.NoError(t, err)
	_, _, err = p.Resolve(p.Layers[0])
	got := lines(dir, err)
	require.Len(t, got, 15, "%v", err)
	for i, want := range []string{
		"hashiflex.toml:3: open none.v: no such file", "hashiflex.toml:4: no*.v: no file fits", "hashiflex.toml:5: **/*.v: ** is no pattern",
		"lists/a.f:1: open x.v: no such file", "lists/a.f:2: $HOME/y.v: a variable", "lists/a.f:3: -y: of options", "lists/a.f:3: open lib: no such",
		"lists/a.f:4: open z.v: no such file", "lists/a.f:4: z.v: it is beside the list: take the list with -F", "lists/a.f:5: -f: nothing follows it",
		"lists/loop.f:1: lists/loop.f: file lists name each other", "lists/open.f:1: /* without */", "hashiflex.toml:9: open gone.f: no such file", "hashiflex.toml:10: stat inc: no such file",
	} {
		require.Contains(t, got[i], want)
	}
}

// TestScopeMustFit: layers that the network has not, and contradictions.
func TestScopeMustFit(t *testing.T) {
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	for text, want := range map[string][]string{
		"[layer.nope]\nfiles = 'a.v'":                                       {"p.toml:1: layer nope: network tiny has no such layer"},
		"[layer.logits]\ngenerated = false":                                 {"p.toml:1: layer logits: a dense layer is a program of the head, not fixed hardware; head = false leaves the head out"},
		"stream = true\n[layer.stem]\nfiles = 'a.v'":                        {"p.toml:1: stream = true: the chip is generated around generated arithmetic, and 1 of the layers have hardware of their own"},
		"stream = true\n[layer.stem]\ngenerated = false":                    {"p.toml:1: stream = true: the chip has all layers in it, and some are left out"},
		"generated = false":                                                 {"p.toml:1: everything is left out"},
		"generated = false\n[layer.a]\nfiles='a.v'\n[layer.b]\nfiles='a.v'": {"p.toml:2: layer a: ", "p.toml:4: layer b: ", "p.toml:1: everything is left out"},
	} {
		p, err := Decode("p.toml", []byte(text))
		require.NoError(t, err, text)
		err = p.Check(net)
		require.Len(t, lines("", err), len(want), "%s: %v", text, err)
		for _, w := range want {
			require.ErrorContains(t, err, w)
		}
	}
	p, err := Decode("p.toml", []byte("generated = true"))
	require.NoError(t, err)
	require.Empty(t, p.Scope(net).LeftOut)
	p, err = Decode("p.toml", []byte("generated = false\n[layer.stem]\ngenerated = true"))
	require.NoError(t, err)
	require.Equal(t, []string{"stem"}, p.Scope(net).Layers)
}

// FuzzDecode: whatever is in the file, every problem has a place in it, and what is
// accepted can be held to a network and resolved.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte("layer.a.files = '*'\nlayer.a.top = 'm_{channel}'\nlayer.a.ports = { 'y*' = ['a', 'b[1:0]'], 'x*' = { port = 'p', order = [1, 0] } }"))
	net, err := networks.Open("tiny")
	require.NoError(f, err)
	dir := tree(f, map[string]string{"a.v": "module m; endmodule\n", "l.f": "a.v\n"})
	f.Fuzz(func(t *testing.T, text []byte) {
		if strings.Contains(string(text), "/") || strings.Contains(string(text), "..") || strings.Contains(string(text), "\\") {
			return // stay in the folder
		}
		at := filepath.Join(dir, File)
		p, err := Decode(at, text)
		if err != nil {
			for _, line := range strings.Split(err.Error(), "\n") {
				require.NotEmpty(t, line)
			}
			require.True(t, strings.HasPrefix(err.Error(), dir), "%v", err)
		}
		if p == nil {
			return
		}
		_ = p.Check(net)
		s := p.Scope(net)
		require.Equal(t, len(net.Layers), len(s.Layers)+len(s.LeftOut)-chips(s.LeftOut)+headed(s.Head, len(net.Layers), net.Name), "every layer is looked at or left out")
		for _, l := range p.Layers {
			if l.Own() {
				_, _, _ = p.Resolve(l)
			}
		}
	})
}

func chips(all []reports.Exclusion) (n int) {
	for _, x := range all {
		if x.Layer == "" {
			n++
		}
	}
	return n
}

// headed counts the dense layers of tiny, which are looked at with the head.
func headed(head bool, _ int, _ string) int {
	if head {
		return 2
	}
	return 0
}
