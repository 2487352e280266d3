package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/portmap"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/source/rules"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/digest"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// foreignFlags name Verilog of the user's own.
type foreignFlags struct {
	verilog, ports, top string
	includes, defines   []string

	refused []source.Message // constructs on which readers part, once applied
}

func (f *foreignFlags) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.verilog, "verilog", "", "your own Verilog of --layer, in place of what is generated")
	cmd.Flags().StringVar(&f.ports, "ports", "", "port map of --verilog in TOML; see \"go doc ./rtl/portmap\"")
	cmd.Flags().StringVar(&f.top, "top", "", "module of --verilog, where it is not named as the generator names it")
	cmd.Flags().StringArrayVar(&f.includes, "include", nil, "FILE or NAME=FILE that --verilog takes in under that name; repeatable")
	cmd.Flags().StringArrayVar(&f.defines, "define", nil, "NAME or NAME=VALUE that is defined for every reader of --verilog; repeatable")
}

// generated are the flags that say how hardware is generated.
var generated = []string{"tree", "widths", "subtract", "share", "fast"}

// apply makes a job one on the user's Verilog. All problems are reported at once.
func (f *foreignFlags) apply(cmd *cobra.Command, j *signoff.Job) error {
	if f.verilog == "" {
		if f.ports != "" || f.top != "" || f.includes != nil || f.defines != nil {
			return errors.New("--ports, --top, --include and --define: --verilog is missing")
		}
		return nil
	}
	var errs []error
	for _, name := range generated {
		if cmd.Flags().Changed(name) {
			errs = append(errs, fmt.Errorf("--%s: it is about generated hardware, and --verilog is not", name))
		}
	}
	if len(j.Chain.Layers) != 1 {
		errs = append(errs, fmt.Errorf("--verilog %s: give the one --layer that it is of", f.verilog))
	}
	sources, inputs, err := f.sources()
	errs = append(errs, err)
	m, mapped, err := f.portMap()
	errs = append(errs, err)
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if err := f.inspect(cmd, sources); err != nil {
		return err
	}
	design, err := readVerilog(cmd.Context(), sources)
	if err != nil {
		return err
	}
	l := j.Network.Layer(j.Chain.Layers[0])
	if conv, ok := l.Op.(*spec.Conv); ok {
		// Nothing is generated: whatever order the terms are in, what counts is the model.
		j.Chain.Knobs = shiftadd.For(conv.Acc)
	}
	layer, err := units(l, j.Chain.Knobs, j.Chain.Channels)
	if err != nil {
		return err
	}
	foreign := &chain.Foreign{Sources: sources, Refused: f.refused}
	if m == nil {
		err = asGenerated(f.verilog, design, layer)
	} else {
		var unfit error
		foreign.Adapter, err = m.Adapt(design, layer)
		foreign.Joint = m.Join(design, layer)
		foreign.Latency, unfit = m.Latency(layer)
		err = errors.Join(err, unfit)
		foreign.Clock = m.Clock(design, layer)
	}
	if err != nil {
		return err
	}
	j.Chain.Foreign, j.Chain.Edges = foreign, []verdict.Edge{verdict.GoldenRTL}
	j.Inputs = append(append(j.Inputs, inputs...), mapped...)
	return nil
}

// sources are all files that are read, and their hashes. An included file is an input
// under the name that it is taken in by.
func (f *foreignFlags) sources() (s rtl.Sources, inputs []reports.Input, err error) {
	var errs []error
	read := func(name, path string) rtl.Source {
		text, err := readText(path)
		errs = append(errs, err)
		inputs = append(inputs, reports.Input{Name: name, SHA256: digest.Bytes(text)})
		return rtl.Source{Name: name, Text: text}
	}
	s.Files = []rtl.Source{read(f.verilog, f.verilog)}
	for _, arg := range f.includes {
		name, path, named := strings.Cut(arg, "=")
		if !named {
			name, path = filepath.ToSlash(filepath.Clean(arg)), arg
		}
		s.Extra = append(s.Extra, read(name, path))
	}
	for _, arg := range f.defines {
		name, value, _ := strings.Cut(arg, "=")
		s.Defines = append(s.Defines, rtl.Define{Name: name, Value: value})
	}
	return s, inputs, errors.Join(errs...)
}

// maxText is the longest text that is read: far more than any layer, and less than the
// memory that a device without an end would fill.
const maxText = 256 << 20

// readText reads a text of the user's, from a pipe as well.
func readText(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxText+1))
	if err == nil && len(text) > maxText {
		err = fmt.Errorf("%s: it is longer than %d MiB; no layer needs that", path, maxText>>20)
	}
	return text, err
}

// inspect looks for what readers of the text are known to read in different ways. A
// note is said at once. What is refused ends the command once the simulators had the
// chance to refute the text; see refusal.
func (f *foreignFlags) inspect(cmd *cobra.Command, sources source.Sources) error {
	text, err := source.Read(sources)
	var bad *source.Error
	if errors.As(err, &bad) {
		return messages(bad.Messages)
	}
	if err != nil {
		return err
	}
	for _, found := range rules.Check(sources, text) {
		if found.Severity == rules.Note {
			fmt.Fprintf(cmd.ErrOrStderr(), "note: %s\n", printable(found.String()))
			continue
		}
		f.refused = append(f.refused, source.Message{File: found.File, Line: found.Line, Text: fmt.Sprintf("%s (%s)", found.Text, found.Kind)})
	}
	parted, err := rtl.Preprocessors(cmd.Context(), sources, toolLimits)
	f.refused = append(f.refused, parted...)
	var refused *rtl.SourceError
	if errors.As(err, &refused) {
		return messages(refused.Messages)
	}
	return machine(err)
}

// refusal is the error for a text on which readers part, unless it is refuted.
func (f *foreignFlags) refusal(verdict reports.Conclusion) error {
	if verdict == reports.NetworkRefuted {
		return nil
	}
	return messages(f.refused)
}

// messages are an error for each of them; nil for none.
func messages(all []source.Message) error {
	var errs []error
	for _, m := range all {
		errs = append(errs, errors.New(m.String()))
	}
	return errors.Join(errs...)
}

// portMap is the map that the flags give, and its file; nil is none.
func (f *foreignFlags) portMap() (*portmap.Map, []reports.Input, error) {
	switch {
	case f.ports != "" && f.top != "":
		return nil, nil, errors.New("--top: the port map says the module")
	case f.top != "":
		return portmap.Of(f.top), nil, nil
	case f.ports == "":
		return nil, nil, nil
	}
	text, err := readText(f.ports)
	if err != nil {
		return nil, nil, err
	}
	m, err := portmap.Parse(f.ports, text)
	return m, []reports.Input{{Name: f.ports, SHA256: digest.Bytes(text)}}, err
}

// readVerilog reads the user's Verilog: what is wrong with it is one error for each
// line of it. What the front end refuses and a simulator takes is no bad input; nobody
// knows what it is.
func readVerilog(ctx context.Context, sources rtl.Sources) (*rtl.Design, error) {
	d, _, err := rtl.Yosys{Limits: toolLimits}.Read(ctx, sources)
	var bad *rtl.SourceError
	var warned *rtl.WarningError
	switch {
	case err == nil:
		return d, nil
	case errors.As(err, &warned):
		return nil, messages(warned.Warnings)
	case !errors.As(err, &bad):
		return nil, machine(err)
	}
	said := messages(bad.Messages)
	if (rtl.Icarus{Limits: toolLimits}).Accepts(ctx, sources) == nil {
		return nil, &unreadError{said}
	}
	return nil, said
}

// units are the modules of a layer that are to be proved, with the ports of the
// reference model.
func units(l *spec.Layer, o shiftadd.Options, channels []int) (portmap.Layer, error) {
	g, err := shiftadd.New(l, o)
	if err != nil {
		return portmap.Layer{}, err
	}
	var out portmap.Layer
	seen := map[string]bool{}
	for _, u := range g.Modules() {
		unit := portmap.Unit{Name: u.Name, Channel: u.Channel}
		for _, v := range equiv.ModelOf(l, u).Vars {
			p := portmap.Port{Name: v.Port, Width: v.Width}
			unit.Inputs = append(unit.Inputs, p)
			if !seen[p.Name] {
				seen[p.Name] = true
				out.Inputs = append(out.Inputs, p)
			}
		}
		out.Channels++
		if u.Kind == shiftadd.KindChannel && channels != nil && !slices.Contains(channels, u.Channel) {
			continue
		}
		o := g.Module(u).Outputs[0]
		unit.Output = portmap.Port{Name: o.Name, Width: o.Width}
		out.Units = append(out.Units, unit)
	}
	return out, nil
}

// asGenerated checks that a design has the modules that the generator would
// write, with inputs that the model has and one output.
func asGenerated(file string, d *rtl.Design, l portmap.Layer) error {
	var errs []error
	for _, u := range l.Units {
		name := rtl.VerilogName(u.Name)
		bad := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("%s: module %s: "+format, append([]any{file, name}, args...)...))
		}
		ports, err := d.Ports(name)
		if err != nil {
			bad("it is missing; --top or --ports say what it is called")
			continue
		}
		width := map[string]int{}
		for _, x := range u.Inputs {
			width[rtl.VerilogName(x.Name)] = x.Width
		}
		outputs, clock := 0, ""
		if read, err := d.Module(name); err == nil {
			clock = read.Clock
		}
		for _, p := range ports {
			w, input := width[p.Name]
			switch {
			case p.In && p.Out:
				bad("port %s goes both ways", p.Name)
			case p.Out:
				outputs++
				if p.Name != rtl.VerilogName(u.Output.Name) || p.Width != u.Output.Width {
					bad("output %s of %s, want %s of %d", p.Name, words.Count(p.Width, "bit"), u.Output.Name, u.Output.Width)
				}
			case !input && p.Name == clock:
			case !input:
				bad("input %s is none of the layer's; --ports can tie it", p.Name)
			case w != p.Width:
				bad("input %s has %s, the layer's has %d", p.Name, words.Count(p.Width, "bit"), w)
			}
		}
		if outputs == 0 {
			bad("it has no output %s", u.Output.Name)
		}
	}
	return errors.Join(errs...)
}
