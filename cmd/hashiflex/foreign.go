package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/cmd/hashiflex/internal/project"
	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/equiv/mapped"
	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/liberty"
	"github.com/hashiflex/hashiflex/rtl/portmap"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/source/rules"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/bounded"
	"github.com/hashiflex/hashiflex/spec/digest"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// foreignFlags name the user's Verilog in place of the project's.
type foreignFlags struct {
	verilog, includes, defines []string
	rtl                        []string // that a netlist of gates came from
	ports, top, language       string
	convert                    string // command of the program that writes --verilog as plain Verilog

	refused []source.Message // constructs on which readers part, once applied
}

func (f *foreignFlags) flags(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.verilog, "verilog", nil, "your own Verilog of --layer, in place of what is generated, and with it a Liberty library (.lib) of the cells of a netlist; may be given again")
	cmd.Flags().StringArrayVar(&f.rtl, "rtl", nil, "RTL that --verilog, a netlist of gates, was made from; may be given again")
	cmd.Flags().StringVar(&f.language, "language", "", "of --verilog: verilog or systemverilog (default: a name that ends in .sv says the latter)")
	cmd.Flags().StringVar(&f.convert, "convert", "", "program that writes --verilog as Verilog which the front end reads, such as sv2v; see \"go doc ./rtl Converter\"")
	cmd.Flags().StringVar(&f.ports, "ports", "", "port map of --verilog in TOML; see \"go doc ./rtl/portmap\"")
	cmd.Flags().StringVar(&f.top, "top", "", "module of --verilog, where it is not named as the generator names it")
	cmd.Flags().StringArrayVar(&f.includes, "include", nil, "FILE or NAME=FILE that --verilog takes in under that name; repeatable")
	cmd.Flags().StringArrayVar(&f.defines, "define", nil, "NAME or NAME=VALUE that is defined for every reader of --verilog; repeatable")
}

// generated are the flags for generating hardware.
var generated = []string{"tree", "widths", "subtract", "share", "fast"}

// own is a layer's hardware of the user's.
type own struct {
	layer   string
	sources source.Sources
	rtl     *source.Sources // that a netlist of gates came from; nil: it is none
	ports   *portmap.Map    // nil: modules are named as the generator names them
	inputs  []reports.Input // files, with their hashes
	at      string          // what to blame where no module is
	convert string          // see rtl.ParseConverter; "": the files are read as they are
	refused []source.Message
}

// given is the hardware that the flags name, of the one layer that is asked for; nil is
// none. All problems are reported at once.
func (f *foreignFlags) given(cmd *cobra.Command, layers []string) (*own, error) {
	if f.verilog == nil {
		if f.ports != "" || f.top != "" || f.includes != nil || f.defines != nil || f.language != "" || f.rtl != nil || f.convert != "" {
			return nil, errors.New("--ports, --top, --include, --define, --language, --convert and --rtl: --verilog is missing")
		}
		return nil, nil
	}
	var errs []error
	for _, name := range generated {
		if cmd.Flags().Changed(name) {
			errs = append(errs, fmt.Errorf("--%s: it is about generated hardware, and --verilog is not", name))
		}
	}
	o := &own{at: f.verilog[0], convert: f.convert}
	if len(layers) == 1 {
		o.layer = layers[0]
	} else {
		errs = append(errs, fmt.Errorf("--verilog %s: give the one --layer that it is of", f.verilog[0]))
	}
	var err error
	o.sources, o.inputs, err = f.sources()
	errs = append(errs, err)
	came, more, err := f.origin(o.sources)
	o.rtl, o.inputs = came, append(o.inputs, more...)
	errs = append(errs, err)
	m, mapped, err := f.portMap()
	o.ports, o.inputs = m, append(o.inputs, mapped...)
	return o, errors.Join(append(errs, err)...)
}

// sources are all files that are read, and their hashes. An included file is an input
// under the name that it is taken in by.
func (f *foreignFlags) sources() (s rtl.Sources, inputs []reports.Input, err error) {
	var errs []error
	language := source.Language(f.language)
	if language != source.ByName && language != source.Verilog && language != source.SystemVerilog {
		errs = append(errs, fmt.Errorf("--language %w", noneOf(f.language, string(source.Verilog), string(source.SystemVerilog))))
	}
	read := func(name, path string) rtl.Source {
		text, err := project.ReadText(path)
		errs = append(errs, err)
		inputs = append(inputs, reports.Input{Name: name, SHA256: digest.Bytes(text)})
		return rtl.Source{Name: name, Text: text}
	}
	for _, name := range f.verilog {
		file := read(name, name)
		file.Language = language
		s.Files = append(s.Files, file)
	}
	if errors.Join(errs...) == nil {
		var err error
		s.Files, err = liberty.Link(s.Files)
		errs = append(errs, err)
	}
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

// origin is the RTL of a netlist of gates, with what the netlist takes in; nil is none.
func (f *foreignFlags) origin(netlist source.Sources) (*source.Sources, []reports.Input, error) {
	if f.rtl == nil {
		return nil, nil, nil
	}
	came := source.Sources{Extra: netlist.Extra, Defines: netlist.Defines}
	var inputs []reports.Input
	var errs []error
	for _, name := range f.rtl {
		text, err := project.ReadText(name)
		errs = append(errs, err)
		inputs = append(inputs, reports.Input{Name: name, SHA256: digest.Bytes(text)})
		came.Files = append(came.Files, source.File{Name: name, Text: text})
	}
	return &came, inputs, errors.Join(errs...)
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
	text, err := bounded.ReadFile(f.ports, bounded.Text)
	if err != nil {
		return nil, nil, err
	}
	m, err := portmap.Parse(f.ports, text)
	return m, []reports.Input{{Name: f.ports, SHA256: digest.Bytes(text)}}, err
}

// apply makes a job one on the user's Verilog of some layers. All problems are reported
// at once.
func (f *foreignFlags) apply(cmd *cobra.Command, j *signoff.Job, all []*own) error {
	if len(all) == 0 {
		return nil
	}
	var errs []error
	for _, o := range all {
		errs = append(errs, o.converted(cmd.Context()))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	for _, o := range all {
		errs = append(errs, f.inspect(cmd, o))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	j.Chain.Foreign = map[string]*chain.Foreign{}
	for _, o := range all {
		foreign, err := f.foreign(cmd.Context(), j, o)
		errs = append(errs, err)
		j.Chain.Foreign[o.layer] = foreign
		for _, in := range o.inputs {
			if !slices.Contains(j.Inputs, in) {
				j.Inputs = append(j.Inputs, in)
			}
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	mine := func(l *spec.Layer) bool {
		return l.Kind() == "dense" || j.Chain.Foreign[l.Name] != nil || j.Chain.Layers != nil && !slices.Contains(j.Chain.Layers, l.Name)
	}
	if !slices.ContainsFunc(j.Network.Layers, func(l *spec.Layer) bool { return !mine(l) }) {
		j.Chain.Edges = []verdict.Edge{verdict.GoldenRTL}
	}
	return nil
}

// converted has the program of the user's rewrite the text: the RTL of a netlist of gates, or
// the files themselves.
func (o *own) converted(ctx context.Context) error {
	if o.convert == "" {
		return nil
	}
	c, err := rtl.ParseConverter(o.convert)
	if err != nil {
		return err
	}
	to := &o.sources
	if o.rtl != nil {
		to = o.rtl
	}
	text, err := source.Read(*to)
	var bad *source.Error
	if errors.As(err, &bad) {
		return messages(bad.Messages)
	}
	if endless := rules.Endless(text); len(endless) > 0 {
		return messages(endless)
	}
	to.Conversion, err = c.Convert(ctx, *to, toolLimits)
	var refused *rtl.SourceError
	if errors.As(err, &refused) {
		for i := range refused.Messages {
			refused.Messages[i].Text = refused.Tool + ": " + refused.Messages[i].Text
		}
		return messages(refused.Messages)
	}
	return machine(err)
}

// foreign reads the hardware of a layer and finds its ports.
func (f *foreignFlags) foreign(ctx context.Context, j *signoff.Job, o *own) (*chain.Foreign, error) {
	layer, err := mapped.Layer(j.Network.Layer(o.layer), j.Chain.Channels)
	if err != nil {
		return nil, err
	}
	sources := o.sources
	if o.ports != nil {
		if probe := o.ports.Probe(layer); probe != nil {
			sources = sources.With(rtl.Source{Name: "parameters.v", Text: probe})
		}
	}
	design, err := readVerilog(ctx, sources)
	if err != nil {
		return nil, err
	}
	if o.ports != nil && len(layer.Units) == 1 && o.ports.Bare(rtl.VerilogName(layer.Units[0].Name)) && asGenerated(o.at, design, layer) == nil {
		// The name is the one that the generator gives, too. Any other module that it gives
		// that name is not the one that was meant.
		o.ports = nil
	}
	foreign := &chain.Foreign{Sources: o.sources, Refused: o.refused, Outputs: map[string]chain.Place{}}
	if foreign.RTL, err = o.origin(ctx, layer); err != nil {
		return nil, err
	}
	if o.ports == nil {
		for _, u := range layer.Units {
			foreign.Outputs[u.Name] = chain.Place{Module: rtl.VerilogName(u.Name), Port: rtl.VerilogName(u.Output.Name), Hi: u.Output.Width - 1}
		}
		return foreign, asGenerated(o.at, design, layer)
	}
	var unfit error
	foreign.Adapter, err = o.ports.Adapt(design, layer)
	foreign.Joint = o.ports.Join(design, layer)
	foreign.Latency, unfit = o.ports.Latency(layer)
	foreign.Clock = o.ports.Clock(design, layer)
	foreign.Tied = o.ports.Ties()
	foreign.Protocol, foreign.Items = o.ports.Protocol(), o.ports.Items(layer)
	var unused []string
	unused, foreign.Unused = o.ports.Unused(design, layer)
	foreign.Left = unused
	for unit, at := range o.ports.Outputs(design, layer) {
		foreign.Outputs[unit] = chain.Place(at)
	}
	if err == nil && len(layer.Units) > 0 {
		if register := foreign.Inverted(ctx, layer.Units[0].Name, toolLimits); register != "" {
			err = o.inverted(foreign.Protocol, register)
		}
	}
	return foreign, errors.Join(err, unfit)
}

// inverted is the error for a reset of the wrong polarity.
func (o *own) inverted(p *portmap.Protocol, register string) error {
	said, want, level := p.Reset, "!"+p.Reset, 0
	if active, ok := p.Active[p.Reset]; ok && active == 0 {
		said, want, level = want, said, 1
	}
	return fmt.Errorf("layer %s: port map: sequential: reset = %q: register %s is reset where %s is %d, and none is where it is %d: want reset = %q",
		o.layer, said, strings.TrimPrefix(register, "hashiflex_core."), p.Reset, level, 1-level, want)
}

// origin is the RTL of a netlist of gates as it is read: with an adapter of its own for
// the same map.
func (o *own) origin(ctx context.Context, layer portmap.Layer) (*source.Sources, error) {
	if o.rtl == nil {
		return nil, nil
	}
	if o.ports != nil && o.ports.Protocol() != nil {
		return nil, fmt.Errorf("%s: it is the RTL of a netlist, and the port map says that outputs take several clocks, and gates are compared without registers", o.rtl.Files[0].Name)
	}
	design, err := readVerilog(ctx, *o.rtl)
	if err != nil {
		return nil, err
	}
	if o.ports == nil {
		return o.rtl, asGenerated(o.rtl.Files[0].Name, design, layer)
	}
	adapter, err := o.ports.Adapt(design, layer)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.rtl.Files[0].Name, err)
	}
	whole := (&chain.Foreign{Sources: *o.rtl, Adapter: adapter}).Whole()
	return &whole, nil
}

// inspect looks for constructs that tools are known to read differently. It prints
// notes at once. A refused construct ends the command, but only after the simulators
// had the chance to refute the text; see refusal. A loop without end reaches no tool.
func (f *foreignFlags) inspect(cmd *cobra.Command, o *own) error {
	text, err := source.Read(o.sources)
	var bad *source.Error
	if errors.As(err, &bad) {
		return messages(bad.Messages)
	}
	if err != nil {
		return err
	}
	if endless := rules.Endless(text); len(endless) > 0 {
		return messages(endless)
	}
	findings := rules.Check(o.sources, text)
	if o.sources.Conversion != nil {
		// The front end reads this text, and may part from simulators on it.
		written := o.sources.Written()
		made, err := source.Read(written)
		if err != nil {
			return fmt.Errorf("what %s wrote: %w", o.sources.Conversion.By, err)
		}
		if endless := rules.Endless(made); len(endless) > 0 {
			return messages(endless)
		}
		// What the rules' own parser does not read here was converted.
		findings = slices.DeleteFunc(findings, func(f rules.Finding) bool { return f.Kind == rules.Unread })
		for _, found := range rules.Check(written, made) {
			if at, ok := o.sources.Conversion.Origin(found.Line); ok && found.File == source.ConvertedFile {
				found.File, found.Line = at.File, at.Line
				found.Text = "as " + o.sources.Conversion.By + " wrote it: " + found.Text
			}
			findings = append(findings, found)
		}
	}
	for _, found := range findings {
		if found.Severity == rules.Note {
			fmt.Fprintf(cmd.ErrOrStderr(), "note: %s\n", printable(found.String()))
			continue
		}
		f.refuse(o, source.Message{File: found.File, Line: found.Line, Text: fmt.Sprintf("%s (%s)", found.Text, found.Kind)})
	}
	parted, err := rtl.Preprocessors(cmd.Context(), o.sources, toolLimits)
	for _, m := range parted {
		f.refuse(o, m)
	}
	var refused *rtl.SourceError
	if errors.As(err, &refused) {
		return messages(refused.Messages)
	}
	return machine(err)
}

// refuse notes a place, which several layers may have in their files.
func (f *foreignFlags) refuse(o *own, m source.Message) {
	o.refused = append(o.refused, m)
	if !slices.Contains(f.refused, m) {
		f.refused = append(f.refused, m)
	}
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

// readVerilog reads the user's Verilog. The error has one problem for each faulty line.
// Text that the front end refuses but a simulator accepts is not bad input: its meaning
// is unknown.
func readVerilog(ctx context.Context, sources rtl.Sources) (*rtl.Design, error) {
	if text, err := source.Read(sources.Written()); err == nil {
		if endless := rules.Endless(text); len(endless) > 0 {
			return nil, messages(endless)
		}
	}
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
	for i, m := range bad.Messages {
		if at, ok := sources.Conversion.Origin(m.Line); ok && m.File == source.ConvertedFile {
			bad.Messages[i].File, bad.Messages[i].Line = at.File, at.Line
		}
	}
	for i, m := range bad.Messages {
		if strings.HasSuffix(m.Text, " is not part of the design.") {
			bad.Messages[i].Text = strings.TrimSuffix(m.Text, ".") + ": name the file that has it, or the Liberty library (.lib) of the cell, beside the others"
		}
	}
	said := messages(bad.Messages)
	// Verilator takes the first of two modules of one name, and only warns.
	known := func(m rtl.Message) bool {
		return strings.HasPrefix(m.Text, rtl.ResetParted) || strings.HasPrefix(m.Text, "Re-definition of module")
	}
	if slices.ContainsFunc(bad.Messages, known) {
		return nil, said
	}
	if c := sources.Conversion; c != nil {
		return nil, &unreadError{said, "Yosys does not read what " + c.By + " wrote"}
	}
	const remedy = `; write it otherwise, or name a program that converts it, as in convert = "sv2v" (--convert)`
	if (rtl.Icarus{Limits: toolLimits}).Accepts(ctx, sources) == nil {
		return nil, &unreadError{said, "a simulator accepts it and Yosys does not" + remedy}
	}
	if _, err := (rtl.Verilator{Limits: toolLimits}).Lint(ctx, sources); err == nil {
		return nil, &unreadError{said, "Verilator accepts it, and Yosys and Icarus do not" + remedy}
	}
	return nil, said
}

func hasOutput(ports []rtl.ModulePort, name string) bool {
	return slices.ContainsFunc(ports, func(p rtl.ModulePort) bool { return p.Out && p.Name == name })
}

// asGenerated checks that a design has the modules that the generator would write, with
// inputs of the model and one output.
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
				switch want := rtl.VerilogName(u.Output.Name); {
				case p.Name != want && hasOutput(ports, want):
					bad("output %s of %s is none of the layer's; a map (--ports) that says unused = [%q] leaves it out", p.Name, words.Count(p.Width, "bit"), p.Name)
				case p.Name != want || p.Width != u.Output.Width:
					bad("output %s of %s, want %s of %d", p.Name, words.Count(p.Width, "bit"), u.Output.Name, u.Output.Width)
				}
				outputs++
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
