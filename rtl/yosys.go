package rtl

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/rtl/tool"
)

// Yosys reads Verilog. The zero value is ready and has no limits; one process
// reads at most some 20,000 adders comfortably (about 250 MB).
type Yosys struct {
	Limits Limits
}

// Log is the tool output that came with a design.
type Log struct {
	Tool     tool.Found
	Script   string    // the commands that Yosys ran
	Warnings []Message // all of them on the reviewed list
	PeakRSS  int64     // bytes
}

// WarningError is a warning that is not on the list of reviewed ones. It may affect the
// design, so the design is not used.
type WarningError struct {
	Warnings []Message
}

func (e *WarningError) Error() string { return "yosys: unreviewed warning: " + lines(e.Warnings) }

// reviewed is the warnings that do not stop a read, with the reason.
var reviewed = []struct {
	text *regexp.Regexp
	why  string
}{
	{regexp.MustCompile("^Identifier `.*' is implicitly declared"), "Verilog declares one bit then; an undriven one is found as such"},
	{regexp.MustCompile(`^Range (select|\[).* out of (bounds|range)`), "the bits outside become x, which elaboration reports"},
	{regexp.MustCompile(`^Yosys has only limited support for tri-state logic`), "z becomes an undefined value or an unknown cell"},
	{regexp.MustCompile("^Replacing memory .* with list of registers"), "the words of an array become wires or registers, which are what the language defines; one that does not exist is x"},
	{regexp.MustCompile(`^Literal has a width of \d+ bit, but value requires \d+ bit`), "truncation is what the language defines"},
}

// Read reads all sources as one design. No pass rewrites the logic, except that a
// memory without writes becomes a tree of multiplexers. Ports keep the widths of their
// connections, so that elaboration can compare them. Locations in the design use the
// sources' own names. Yosys does not preprocess: it reads the output of package source;
// see source.Text.Plain.
//
// The error is a *SourceError for bad Verilog, a *WarningError, or a *ToolError.
func (y Yosys) Read(ctx context.Context, sources Sources) (*Design, Log, error) {
	found, err := tool.Yosys.Find()
	if err != nil {
		return nil, Log{}, &ToolError{Tool: "yosys", Err: err}
	}
	dir, err := plainWorkdir(sources)
	if err != nil {
		return nil, Log{}, err
	}
	defer dir.remove()
	ctx, cancel := y.Limits.context(ctx)
	defer cancel()
	d, log, err := y.run(ctx, found, dir, script(dir.names(), sources.Generated, ""))
	if initialized(err) {
		d, log, err = y.run(ctx, found, dir, script(dir.names(), sources.Generated, clean))
	}
	return d, log, err
}

// Synthesized is the design after the coarse part of Yosys' own synthesis: sums of many
// words are rows of full adders, in the order in which that synthesis puts them. Each
// module has all below it inside. It is what a netlist of gates resembles, and no evidence
// of what the sources mean.
func (y Yosys) Synthesized(ctx context.Context, sources Sources) (*Design, error) {
	found, err := tool.Yosys.Find()
	if err != nil {
		return nil, &ToolError{Tool: "yosys", Err: err}
	}
	dir, err := plainWorkdir(sources)
	if err != nil {
		return nil, err
	}
	defer dir.remove()
	if err := os.WriteFile(filepath.Join(dir.path, adderMap), []byte(adderCells), 0o600); err != nil {
		return nil, &ToolError{Tool: "yosys", Err: err}
	}
	ctx, cancel := y.Limits.context(ctx)
	defer cancel()
	d, _, err := y.run(ctx, found, dir, script(dir.names(), false, coarse))
	return d, err
}

const (
	// coarse is what "synth" does up to its rows of adders.
	coarse = "flatten; opt_expr; opt_clean; opt -nodffe -nosdff; wreduce; peepopt; opt_clean; alumacc; share; opt; opt_clean; " +
		"opt -fast -full; opt -undriven -fine; techmap t:$macc; techmap -map " + adderMap + "; opt_clean; "

	adderMap = "adders.v"
)

// adderCells are the cells of those adders, in cells that are read.
//
//go:embed adders.v
var adderCells string

// clean is for memories that an initial block fills. The enable of such a word is a
// constant behind a wire, and memory_collect sees it only after this pass. The pass
// also drops unneeded logic, which therefore counts as uncovered. Instances stay: one that
// nothing is connected to is how a module's ports are asked for.
const clean = "setattr -mod -set keep 1; opt_clean; "

// initialized reports whether err is that a memory's first words are behind wires.
func initialized(err error) bool {
	var bad *SourceError
	if !errors.As(err, &bad) {
		return false
	}
	return slices.ContainsFunc(bad.Messages, func(m Message) bool {
		return strings.HasPrefix(m.Text, "Non-constant enable ") && strings.Contains(m.Text, " in memory initialization ")
	})
}

// run runs one script on the sources in dir.
func (y Yosys) run(ctx context.Context, found tool.Found, dir *workdir, script string) (*Design, Log, error) {
	log := Log{Tool: found, Script: script}
	cmd := tool.Command(ctx, found.Path, "-Q", "-T", "-q", "-p", log.Script)
	cmd.Dir, cmd.Env = dir.path, dir.environment()
	var said tool.Output
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, log, &ToolError{Tool: "yosys", Err: err}
	}
	if err := dir.box().Start(cmd, y.Limits.Memory); err != nil {
		return nil, log, &ToolError{Tool: "yosys", Err: err}
	}
	d, parseErr := ParseRTLIL(out)
	// Whatever was wrong with the text, the exit status says why; read on for it.
	_, drainErr := io.Copy(io.Discard, out)
	waitErr := cmd.Wait()
	log.PeakRSS = tool.PeakRSS(cmd)

	if ctx.Err() != nil {
		return nil, log, dir.stopped(ctx, tool.Yosys, y.Limits)
	}
	warnings, errs := dir.sort(said.String())
	log.Warnings = warnings
	switch {
	case waitErr != nil && len(errs) > 0:
		return nil, log, &SourceError{"yosys", errs}
	case waitErr != nil:
		return nil, log, &ToolError{"yosys", waitErr, tail(said.String())}
	case said.Lost() > 0:
		return nil, log, &ToolError{"yosys", fmt.Errorf("more than %d bytes of warnings", tool.MaxOutput), ""}
	case parseErr != nil:
		return nil, log, &ToolError{"yosys", parseErr, ""}
	case drainErr != nil:
		return nil, log, &ToolError{"yosys", drainErr, ""}
	}
	if bad := unreviewed(warnings); len(bad) > 0 {
		return nil, log, &WarningError{bad}
	}
	d.files = dir.users
	return d, log, nil
}

// proc turns processes into logic. It is the command of that name without its rewriting
// passes proc_rom and opt_expr, and without its first pass, proc_clean. With a constant
// selector, proc_clean compares also the don't-care bits of an item, and so drops the
// arm that matches. proc_arst does so too, below the reset that it finds; by then
// proc_rmdead has marked the choice as one that covers all, so that a lost arm is x or
// drives nothing. proc_clean comes twice at the end, since it drops a process only if
// that is empty to begin with.
const proc = "proc_rmdead; proc_prune; proc_init; proc_arst; proc_mux; proc_dlatch; proc_dff; proc_memwr; proc_clean; proc_clean; "

// script reads files and writes RTLIL. Generated Verilog has no processes and no
// memories, so it needs no pass for them; if there is one, elaboration treats it as
// unknown. The commands in first run before memories are collected.
func script(names []string, generated bool, first string) string {
	var b strings.Builder
	b.WriteString(reading(names))
	b.WriteString("hierarchy -check -keep_portwidths; ")
	if !generated {
		b.WriteString(proc + first + "memory_collect; memory_map -rom-only; ")
	}
	b.WriteString("write_rtlil -")
	return b.String()
}

// missing is an error about the sources that carries no place.
var missing = regexp.MustCompile("^(Module|module) `.*' referenced in module `.*' in cell `.*' (is not part of the design|does not have)")

// ResetParted is how a message begins about a text that no register is made of, although
// simulators run it.
const ResetParted = "edge and level of a reset differ"

// halfReset is the other one: an edge on which the text does not reset. The register then
// takes its next value on that edge, and no register does.
var halfReset = regexp.MustCompile("^Async reset .* yields non-constant value")

// twoEdges is a text with two edges of which neither is a reset, or with a reset that leaves
// out something that is assigned there.
var twoEdges = regexp.MustCompile("^Multiple edge sensitive events found for this signal")

// sort splits what Yosys said into warnings and errors about the sources.
func (d *workdir) sort(said string) (warnings, errs []Message) {
	for _, line := range strings.Split(said, "\n") {
		m := d.message(strings.TrimSpace(line))
		if text, ok := strings.CutPrefix(m.Text, "ERROR: "); ok {
			m.Text = text
			if halfReset.MatchString(text) {
				m.Text = ResetParted + ": want posedge with if (reset), or negedge with if (!reset): " + text
			}
			if m.File != "" || missing.MatchString(text) || halfReset.MatchString(text) || twoEdges.MatchString(text) {
				if m.File == "" && len(d.files) == 1 {
					m.File = d.users[d.files[0].Name]
				}
				errs = append(errs, m)
			}
			continue
		}
		if text, ok := strings.CutPrefix(m.Text, "Warning: "); ok {
			m.Text = text
			warnings = append(warnings, m)
		} else if m.Text != "" {
			// Nothing else is expected on this channel.
			warnings = append(warnings, m)
		}
	}
	return warnings, errs
}

func unreviewed(ms []Message) (bad []Message) {
	for _, m := range ms {
		known := false
		for _, r := range reviewed {
			known = known || r.text.MatchString(m.Text)
		}
		if !known {
			bad = append(bad, m)
		}
	}
	return bad
}
