package chip

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/rtl/verilated"
)

// Simulation is a design with its test bench, compiled. It plays one trial at a time.
type Simulation struct {
	tool tool.Tool
	dir  string // in which it runs; Close removes it
	path string
	args []string
}

// memory bounds the address space of a simulator.
const memory = 4 << 30

// Verilate compiles a design and its test bench with Verilator. quick prefers fast
// compilation to fast simulation. The error is a *rtl.ToolError for Verilog that does
// not compile, and a *tool.MissingError for a missing tool.
func Verilate(ctx context.Context, sources []rtl.Source, quick bool) (*Simulation, error) {
	return made(ctx, benchModel(sources, quick))
}

// benchModel is a design with its test bench.
func benchModel(sources []rtl.Source, quick bool) verilated.Model {
	m := verilated.Model{Top: "bench", Prefix: "Vbench", Args: []string{"-O3", "--x-initial", "unique"}, Quick: quick}
	for _, s := range sources {
		switch s.Name {
		case stream.IcarusFile:
		case stream.VerilatorFile:
			m.Main = string(s.Text)
		default:
			m.Files = append(m.Files, verilated.File{Name: s.Name, Text: s.Text})
		}
	}
	return m
}

func made(ctx context.Context, m verilated.Model) (*Simulation, error) {
	path, err := m.Make(ctx)
	var failed *verilated.StageError
	switch {
	case errors.As(err, &failed):
		return nil, &rtl.ToolError{Tool: failed.Tool, Err: failed.Err, Log: short(failed.Log)}
	case err != nil:
		return nil, err
	}
	s := &Simulation{tool: tool.Verilator, path: path}
	return s, s.folder()
}

// Icarus compiles a design and its test bench with Icarus. The errors are those of
// Verilate.
func Icarus(ctx context.Context, sources []rtl.Source) (*Simulation, error) {
	iverilog, err := tool.Icarus.Find()
	if err != nil {
		return nil, err
	}
	vvp, err := tool.VVP.Find()
	if err != nil {
		return nil, err
	}
	s := &Simulation{tool: tool.VVP, path: vvp.Path, args: []string{"-n", "bench.vvp"}}
	if err := s.folder(); err != nil {
		return nil, err
	}
	args := []string{"-g2005", "-s", "icarus", "-o", "bench.vvp"}
	for _, f := range sources {
		if f.Name == stream.VerilatorFile {
			continue
		}
		if err := s.put(f); err != nil {
			return nil, errors.Join(err, s.Close())
		}
		args = append(args, f.Name)
	}
	if _, err := s.run(ctx, tool.Icarus, iverilog.Path, args...); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Simulation) folder() (err error) {
	if s.dir, err = os.MkdirTemp("", "hashiflex-chip-"); err != nil {
		return fmt.Errorf("chip: %w", err)
	}
	return nil
}

// Close removes the compiled files.
func (s *Simulation) Close() error { return os.RemoveAll(s.dir) }

func (s *Simulation) put(f rtl.Source) error {
	if err := os.WriteFile(filepath.Join(s.dir, f.Name), f.Text, 0o600); err != nil {
		return fmt.Errorf("chip: %w", err)
	}
	return nil
}

// run runs a tool in the simulation's folder. Its error is a *rtl.ToolError, or ctx's.
func (s *Simulation) run(ctx context.Context, t tool.Tool, path string, args ...string) (string, error) {
	cmd := tool.Command(ctx, path, args...)
	cmd.Dir = s.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.dir, "TMPDIR=" + s.dir, "LC_ALL=C"}
	var said tool.Output
	cmd.Stdout, cmd.Stderr = &said, &said
	err := tool.Box{Read: []string{s.path}, Write: []string{s.dir}}.Run(cmd, memory)
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil:
		return "", &rtl.ToolError{Tool: t.Name, Err: err, Log: said.Beginning()}
	}
	return said.String(), nil
}

// short is the beginning of what a tool said.
func short(log string) string {
	const most = 2000
	log = strings.TrimSpace(log)
	return log[:min(len(log), most)]
}

// Played is how a trial ended.
type Played struct {
	Pass   bool
	Said   string // by the bench, in a line
	Cycles int    // from the first beat to the last result, if it passed
}

// Play plays a trial; data are the files that the bench reads. A seed other than 0
// makes random stalls on both sides. The compiled trial and this one must have equal
// numbers of beats and results. An error is no verdict: a tool failed.
func (s *Simulation) Play(ctx context.Context, data []rtl.Source, seed uint32) (*Played, error) {
	for _, f := range data {
		if err := s.put(f); err != nil {
			return nil, err
		}
	}
	result := filepath.Join(s.dir, "result")
	if err := os.RemoveAll(result); err != nil {
		return nil, fmt.Errorf("chip: %w", err)
	}
	args := s.args
	if seed != 0 {
		args = append(args[:len(args):len(args)], fmt.Sprint("+seed=", seed))
	}
	said, err := s.run(ctx, s.tool, s.path, args...)
	if err != nil {
		return nil, err
	}
	verdict, err := os.ReadFile(result)
	if err != nil || string(verdict) != "0\n" && !strings.HasPrefix(string(verdict), "1 ") {
		return nil, errors.Join(&rtl.ToolError{Tool: s.tool.Name, Err: errors.New("the test bench did not come to an end"), Log: short(said)}, err)
	}
	p := &Played{}
	if _, err := fmt.Sscanf(string(verdict), "1 %d\n", &p.Cycles); err == nil {
		p.Pass = true
	}
	for line := range strings.Lines(said) {
		if strings.HasPrefix(line, "PASS: ") || strings.HasPrefix(line, "FAIL: ") {
			p.Said = strings.TrimSpace(line)
			break
		}
	}
	return p, nil
}
