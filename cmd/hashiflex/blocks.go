package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source/rules"
	"github.com/hashiflex/hashiflex/rtl/stream"
)

// blocks puts the project's own blocks into a chip that is asked for, and their files into
// the job. The error lists all problems, each with its place.
func (c *checkFlags) blocks(cmd *cobra.Command, j *signoff.Job, o *stream.Options) error {
	p := c.project.Project
	if p == nil || len(p.Blocks) == 0 || j.Network == nil {
		return nil
	}
	o.Datapath = j.Chain.Knobs
	d, err := stream.Generate(j.Network, *o)
	if err != nil {
		return fmt.Errorf("%s: blocks of a chip that cannot be generated: %w", p.At("block"), err)
	}
	all := map[string]stream.Own{}
	var errs []error
	for _, b := range p.Blocks {
		bad := func(err error, path ...string) { errs = append(errs, fmt.Errorf("%s: %w", b.At(path...), err)) }
		if !hasBlock(d, b.Name) {
			bad(d.NoBlock(b.Name))
			continue
		}
		sources, inputs, err := p.ResolveBlock(b)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		for _, in := range inputs {
			if !slices.Contains(j.Inputs, in) {
				j.Inputs = append(j.Inputs, in)
			}
		}
		text := &own{sources: sources, at: b.At("files")}
		if err := errors.Join(c.own.inspect(cmd, text), messages(append(text.refused, rules.Tooled(sources)...))); err != nil {
			errs = append(errs, err)
			continue
		}
		module := stream.Own{Module: b.Top, Parameters: b.Parameters, Ports: b.Ports, Tie: b.Tie, Datapath: b.Datapath, Sources: sources}
		ports, err := portsOf(cmd, d, b.Name, &module)
		if err != nil {
			bad(err)
			continue
		}
		fitted, misfits := d.Fit(b.Name, module, ports)
		for _, m := range misfits {
			path := []string{m.Key}
			if m.Name != "" {
				path = append(path, m.Name)
			}
			bad(fmt.Errorf("block %s: %s", b.Name, m.Text), path...)
		}
		all[b.Name] = fitted
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	o.Own = all
	if _, err = stream.Generate(j.Network, *o); err != nil {
		return fmt.Errorf("%s: %w", p.At("block"), err)
	}
	return nil
}

// portsOf reads a module of the user's by itself and returns its ports, with the parameters
// that it has in its block.
func portsOf(cmd *cobra.Command, d *stream.Design, block string, o *stream.Own) ([]rtl.ModulePort, error) {
	read, err := readVerilog(cmd.Context(), o.Sources.With(rtl.Source{Name: "probe.v", Text: d.Probe(block, o)}))
	if err != nil && strings.Contains(err.Error(), o.Module+"' referenced in module `\\"+stream.ProbeModule) {
		return nil, fmt.Errorf("block %s: no module %s in its files", block, o.Module)
	}
	if err != nil {
		return nil, err
	}
	if taken := d.Arithmetic(read.Modules()); taken != nil {
		return nil, fmt.Errorf("block %s: its files have module %s, and so has the layers' arithmetic: the chip is one text", block, strings.Join(taken, ", "))
	}
	name, err := read.Instance(stream.ProbeModule, stream.ProbeInstance)
	if err != nil {
		return nil, fmt.Errorf("block %s: no module %s in its files", block, o.Module)
	}
	ports, err := read.Ports(name)
	if err != nil {
		return nil, fmt.Errorf("block %s: no module %s in its files", block, o.Module)
	}
	return ports, nil
}
