package head

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/tool"
)

// Player plays tapes in Icarus: the second simulator, with a test bench in Verilog.
type Player struct {
	dir string // with the compiled design; Close removes it
	vvp tool.Found
}

// Played is the result of playing a tape.
type Played struct {
	Pass bool
	Said string // by the test bench, a line
	VCD  []byte // the waves, if they were asked for
	CPU  time.Duration
}

// playerMemory bounds the address space of Icarus.
const playerMemory = 4 << 30

// NewPlayer compiles a head with the test bench of a tape. The player plays that
// tape, and others with no longer steps. Verilog that does not compile is a
// *rtl.ToolError, a missing tool a *tool.MissingError.
func NewPlayer(ctx context.Context, sources []rtl.Source, t *Tape) (*Player, error) {
	iverilog, err := tool.Icarus.Find()
	if err != nil {
		return nil, err
	}
	p := &Player{}
	if p.vvp, err = tool.VVP.Find(); err != nil {
		return nil, err
	}
	if p.dir, err = os.MkdirTemp("", "hashiflex-icarus-"); err != nil {
		return nil, fmt.Errorf("head: %w", err)
	}
	args := []string{"-g2005", "-s", "bench", "-o", "bench.vvp"}
	for _, s := range append(append([]rtl.Source(nil), sources...), t.Bench()) {
		if err := os.WriteFile(filepath.Join(p.dir, s.Name), s.Text, 0o600); err != nil {
			return nil, errors.Join(fmt.Errorf("head: %w", err), p.Close())
		}
		args = append(args, s.Name)
	}
	if _, _, err := p.run(ctx, iverilog, args...); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

// Close removes the compiled design.
func (p *Player) Close() error { return os.RemoveAll(p.dir) }

// run runs a tool in the player's folder and returns its standard output. If the tool
// fails, the error is a *rtl.ToolError.
func (p *Player) run(ctx context.Context, f tool.Found, args ...string) (string, time.Duration, error) {
	cmd := tool.Command(ctx, f.Path, args...)
	cmd.Dir = p.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + p.dir, "TMPDIR=" + p.dir, "LC_ALL=C"}
	var out, said tool.Output
	cmd.Stdout, cmd.Stderr = &out, &said
	err := tool.Box{Write: []string{p.dir}}.Run(cmd, playerMemory)
	var cpu time.Duration
	if s := cmd.ProcessState; s != nil {
		cpu = s.UserTime() + s.SystemTime()
	}
	if err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		const most = 2000
		text := strings.TrimSpace(said.String() + out.String())
		return "", cpu, &rtl.ToolError{Tool: f.Tool.Name, Err: err, Log: text[:min(len(text), most)]}
	}
	return saying(out.String()), cpu, nil
}

// saying is the output of the test bench, without Icarus' messages about the waves.
func saying(out string) string {
	var lines []string
	for line := range strings.Lines(out) {
		if !strings.HasPrefix(line, "VCD info: ") {
			lines = append(lines, line)
		}
	}
	return strings.TrimSpace(strings.Join(lines, ""))
}

// Play runs a tape. strict also checks the recorded number of cycles of each step; it suits
// only the Verilog that was recorded. waves asks for a VCD file.
func (p *Player) Play(ctx context.Context, t *Tape, strict, waves bool) (*Played, error) {
	var steps bytes.Buffer
	if _, err := t.WriteTo(&steps); err != nil {
		return nil, err
	}
	result := filepath.Join(p.dir, "result")
	if err := errors.Join(os.RemoveAll(result), os.WriteFile(filepath.Join(p.dir, "steps.hex"), steps.Bytes(), 0o600)); err != nil {
		return nil, fmt.Errorf("head: %w", err)
	}
	args := []string{"-n", "bench.vvp", "+result=result"}
	if strict {
		args = append(args, "+strict")
	}
	if waves {
		args = append(args, "+vcd")
	}
	said, cpu, err := p.run(ctx, p.vvp, args...)
	var failed *rtl.ToolError
	if err != nil && !errors.As(err, &failed) || ctx.Err() != nil {
		return nil, err
	}
	// The exit status alone could come from a simulator that crashed.
	verdict, readErr := os.ReadFile(result)
	pass := string(verdict) == "1\n"
	if readErr != nil || pass != (err == nil) || !pass && string(verdict) != "0\n" {
		return nil, errors.Join(&rtl.ToolError{Tool: "vvp", Err: errors.New("the test bench did not come to an end"), Log: said}, err, readErr)
	}
	out := &Played{Pass: pass, Said: said, CPU: cpu}
	if failed != nil {
		out.Said = saying(failed.Log)
	}
	if waves {
		if out.VCD, err = os.ReadFile(filepath.Join(p.dir, "repro.vcd")); err != nil {
			return nil, fmt.Errorf("head: %w", err)
		}
	}
	return out, nil
}
