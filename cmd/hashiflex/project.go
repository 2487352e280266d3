package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/cmd/hashiflex/internal/project"
	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec/digest"
)

// projectFlag is --project.
type projectFlag struct {
	file string
	*project.Project
}

// noProject is the flag value for no project.
const noProject = "none"

func (p *projectFlag) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&p.file, "project", "", "project file (default "+project.File+", if there is one; "+noProject+" for none)")
}

// open reads the project, if there is one. Flags override it. The error lists all
// problems.
func (p *projectFlag) open(cmd *cobra.Command) error {
	switch p.file {
	case noProject:
		return nil
	case "":
		if _, err := os.Stat(project.File); err != nil {
			return nil
		}
		p.file = project.File
	}
	var err error
	if p.Project, err = project.Open(p.file); p.Project == nil {
		return err
	}
	set := func(name, value string) {
		f := cmd.Flags().Lookup(name)
		if f == nil || f.Changed || value == "" {
			return
		}
		if e := f.Value.Set(value); e != nil {
			err = errors.Join(err, fmt.Errorf("%s: %s: %w", p.File, name, e))
		}
	}
	set("network", p.Network)
	set("solver", p.Solver)
	set("second-solver", p.SecondSolver)
	set("front-end", p.FrontEnd)
	for _, name := range []string{"tree", "widths", "subtract", "share"} {
		set(name, p.Hardware[name])
	}
	number := func(name string, n *int64) {
		if n != nil {
			set(name, strconv.FormatInt(*n, 10))
		}
	}
	number("seed", p.Seed)
	number("memory", p.Memory)
	limit := func(name string, d *time.Duration) {
		if d != nil {
			set(name, d.String())
		}
	}
	limit("timeout", p.Timeout)
	limit("deadline", p.Deadline)
	set("waivers", p.Waivers)
	set("baseline", p.Baseline)
	return err
}

// run is the directory of the project's runs.
func (p *projectFlag) run(cmd *cobra.Command, args []string) (string, error) {
	switch {
	case len(args) == 1:
		return args[0], nil
	case p.Project == nil:
		return "", fmt.Errorf("%s: name a run directory, or have a project in %s", cmd.Name(), project.File)
	case p.Output != "":
		return p.Output, nil
	}
	name := defaultNetwork
	if p.Network != "" {
		name = p.Network
	}
	n, _, err := openHashed(name)
	if err != nil {
		return "", fmt.Errorf("%s: network: %w", p.At("network"), err)
	}
	return runDir(n.Name, false), nil
}

// selected returns the part of a project that a command covers: its whole scope, or the
// selected layers. It reads the hardware of these layers.
func (c *checkFlags) selected(j *signoff.Job) (all []*own, scope project.Scope, err error) {
	p := c.project.Project
	if p == nil || j.Network == nil {
		return nil, scope, nil
	}
	if err := p.Check(j.Network); err != nil {
		return nil, scope, err
	}
	scope = p.Scope(j.Network)
	j.Inputs = append(j.Inputs, reports.Input{Name: filepath.ToSlash(p.File), SHA256: p.SHA256})
	if c.layers == nil {
		j.LeftOut = scope.LeftOut
		if slices.ContainsFunc(scope.LeftOut, func(x reports.Exclusion) bool { return x.Layer != "" }) {
			j.Chain.Layers = scope.Layers
		}
	}
	var errs []error
	for _, l := range scope.Own {
		if c.layers != nil && !slices.Contains(c.layers, l.Name) {
			continue
		}
		sources, inputs, err := p.Resolve(l)
		o := &own{layer: l.Name, sources: sources, ports: l.Map, at: l.At("files"), inputs: inputs, convert: l.Convert}
		errs = append(errs, err)
		came, more, err := p.ResolveRTL(l)
		o.rtl, o.inputs = came, append(o.inputs, more...)
		errs = append(errs, err)
		if l.MapFile != "" {
			text, err := project.ReadText(l.MapFile)
			errs = append(errs, err)
			o.inputs = append(o.inputs, reports.Input{Name: filepath.ToSlash(l.MapFile), SHA256: digest.Bytes(text)})
		}
		all = append(all, o)
	}
	if c.fast && len(all) > 0 {
		var names []string
		for _, o := range all {
			names = append(names, o.layer)
		}
		errs = append(errs, fmt.Errorf("--fast: it reads no Verilog, and there is own of %s", strings.Join(names, ", ")))
	}
	return all, scope, errors.Join(errs...)
}

// errDeadline is the cause of a command that --deadline ended.
var errDeadline = errors.New("the deadline is over")

// limited is the command's context under --deadline, which counts from here on.
func (c *checkFlags) limited(cmd *cobra.Command) (end func()) {
	if c.deadline <= 0 {
		return func() {}
	}
	ctx, end := context.WithTimeoutCause(cmd.Context(), c.deadline, errDeadline)
	cmd.SetContext(ctx)
	return end
}

// inTime returns err, or the error that the deadline passed before there was a verdict.
// Any other error of a stopped command is a consequence of stopping it.
func (c *checkFlags) inTime(cmd *cobra.Command, err error) error {
	var verdict *verdictError
	if err == nil || errors.As(err, &verdict) || context.Cause(cmd.Context()) != errDeadline {
		return err
	}
	return &interruptedError{resumes: c.out != "" || cmd.Name() == "signoff", bare: cmd.Flags().Lookup("output") == nil, deadline: c.deadline}
}
