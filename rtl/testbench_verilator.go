package rtl

import (
	"bufio"
	"context"
	_ "embed"
	le "encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/rtl/verilated"
)

//go:embed testbench/driver.cpp
var driver string

// verilatorSimulation is an executable.
type verilatorSimulation struct {
	v      Verilator
	dir    *workdir
	path   string
	tb     *Testbench
	layout layout

	mu      sync.Mutex
	entered map[verilated.Point]int64
}

// simulateArgs are Verilator's arguments. Warnings are off, since Lint reports them.
// Delays are ignored, since only settled values are compared. An x becomes a random
// value.
var simulateArgs = []string{"-Wno-fatal", "-Wno-lint", "-Wno-style", "--no-timing", "--x-assign", "unique", "--x-initial", "unique", "-O3"}

// Compile makes a test bench ready to run. The error is a *SourceError for Verilog that
// Verilator does not accept, else a *ToolError or a *tool.MissingError.
func (v Verilator) Compile(ctx context.Context, sources Sources, tb *Testbench) (Covering, error) {
	l, err := tb.layout()
	if err != nil {
		return nil, &ToolError{Tool: "verilator", Err: err}
	}
	text, err := tb.wrapperText()
	if err != nil {
		return nil, &ToolError{Tool: "verilator", Err: err}
	}
	dir, err := newWorkdir(sources)
	if err != nil {
		return nil, err
	}
	m := verilated.Model{
		Files: []verilated.File{{Name: "wrapper.v", Text: text}}, Top: wrapper, Prefix: "Vwrapper",
		Args: simulateArgs, Main: driver, Coverage: verilated.CoverLines, Quick: true, Memory: v.Limits.Memory,
	}
	for _, f := range dir.files {
		m.Files = append(m.Files, verilated.File{Name: f.Name, Text: f.Text})
	}
	for _, f := range dir.extra {
		m.Beside = append(m.Beside, verilated.File{Name: f.Name, Text: f.Text})
	}
	if v.Uncounted {
		m.Coverage = ""
	}
	ctx, cancel := v.Limits.context(ctx)
	defer cancel()
	path, err := m.Make(ctx)
	if err != nil {
		dir.remove()
		return nil, v.refused(ctx, dir, err)
	}
	return &verilatorSimulation{v: v, dir: dir, path: path, tb: tb, layout: l, entered: map[verilated.Point]int64{}}, nil
}

// refused says whether a model could not be made for the text's sake.
func (v Verilator) refused(ctx context.Context, dir *workdir, err error) error {
	var failed *verilated.StageError
	switch {
	case ctx.Err() != nil:
		return dir.stopped(ctx, tool.Verilator, v.Limits)
	case !errors.As(err, &failed):
		return err
	}
	if failed.Tool == tool.Verilator.Name {
		if errs := dir.verilatorErrors(failed.Log); len(errs) > 0 {
			return &SourceError{failed.Tool, errs}
		}
	}
	return &ToolError{failed.Tool, failed.Err, tail(failed.Log)}
}

// verilatorErrors are what Verilator says is wrong with the sources.
func (d *workdir) verilatorErrors(log string) (errs []Message) {
	for _, line := range strings.Split(log, "\n") {
		if text, ok := strings.CutPrefix(line, "%Error"); ok {
			if m := d.message(strings.TrimLeft(text, ":- ")); m.File != "" {
				errs = append(errs, m)
			}
		}
	}
	return errs
}

func (s *verilatorSimulation) Simulator() string { return tool.Verilator.Name }
func (s *verilatorSimulation) Close() error      { s.dir.remove(); return nil }

func (s *verilatorSimulation) Run(ctx context.Context, seed uint64, in [][]uint64) ([][]Bits, error) {
	lanes, err := s.tb.lanes(in)
	if err != nil {
		return nil, &ToolError{Tool: "verilator", Err: err}
	}
	ctx, cancel := s.v.Limits.context(ctx)
	defer cancel()
	counts, err := os.CreateTemp(s.dir.path, "counts-*")
	if err != nil {
		return nil, &ToolError{Tool: "temporary folder", Err: err}
	}
	defer os.Remove(counts.Name())
	if err := counts.Close(); err != nil {
		return nil, &ToolError{Tool: "temporary folder", Err: err}
	}
	cmd := tool.Command(ctx, s.path, strconv.FormatUint(seed&(1<<31-1), 10), filepath.Base(counts.Name()))
	cmd.Dir, cmd.Env = s.dir.path, s.dir.environment()
	res, log, err := s.exchange(cmd, lanes, in)
	switch {
	case ctx.Err() != nil:
		return nil, s.dir.stopped(ctx, tool.Verilator, s.v.Limits)
	case err != nil:
		return nil, &ToolError{"verilator's model", err, log}
	}
	if err := s.count(counts.Name()); err != nil {
		return nil, &ToolError{Tool: "verilator's model", Err: err}
	}
	return res, nil
}

// exchange feeds all lanes to a process and reads all of its results.
func (s *verilatorSimulation) exchange(cmd *exec.Cmd, lanes int, in [][]uint64) ([][]Bits, string, error) {
	var said tool.Output
	cmd.Stdout, cmd.Stderr = &said, &said
	to, err := cmd.StdinPipe()
	if err != nil {
		return nil, "", err
	}
	from, results, err := os.Pipe()
	if err != nil {
		return nil, "", err
	}
	defer from.Close()
	cmd.ExtraFiles = []*os.File{results}
	box := s.dir.box()
	box.Read = append(box.Read, s.path)
	err = box.Start(cmd, s.v.Limits.Memory)
	results.Close()
	if err != nil {
		return nil, "", err
	}
	go func() {
		// A process that ends early closes the pipe, and its status says why.
		defer to.Close()
		w := bufio.NewWriterSize(to, 1<<16)
		le.Write(w, le.LittleEndian, uint32(lanes))
		words := make([]uint32, (s.layout.in+31)/32)
		line := make([]byte, 0, 4*len(words))
		for lane := range lanes {
			pack(words, s.tb.Inputs, in, lane)
			line = line[:0]
			for _, x := range words {
				line = le.LittleEndian.AppendUint32(line, x)
			}
			if _, err := w.Write(line); err != nil {
				return
			}
		}
		w.Flush()
	}()
	res := response(s.layout.outs, lanes)
	r := bufio.NewReaderSize(from, 1<<16)
	words := make([]uint32, (s.layout.out+31)/32)
	line := make([]byte, 4*len(words))
	var short error
	for lane := 0; lane < lanes && short == nil; lane++ {
		if short = readLane(r, line, lane, lanes); short != nil {
			break
		}
		for i := range words {
			words[i] = le.LittleEndian.Uint32(line[4*i:])
		}
		unpack(words, s.layout.outs, func(i int, word uint64) { res[i][lane].Value = word })
	}
	if err := cmd.Wait(); err != nil {
		var code *exec.ExitError
		if errors.As(err, &code) && code.ExitCode() == 4 {
			err = errors.New("the design ends the simulation")
		}
		return nil, tail(said.String()), err
	}
	return res, tail(said.String()), short
}

// count adds what a run counted, under the user's file names.
func (s *verilatorSimulation) count(file string) error {
	hits := map[verilated.Point]int64{}
	if err := verilated.ReadCounts(file, hits); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for p, n := range hits {
		user, ok := s.dir.users[p.File]
		if !ok {
			continue // the wrapper
		}
		p.File = user
		s.entered[p] += n
	}
	return nil
}

func (s *verilatorSimulation) Entered() map[verilated.Point]int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make(map[verilated.Point]int64, len(s.entered))
	for p, n := range s.entered {
		all[p] += n
	}
	return all
}
