package stream

import (
	"bytes"
	"context"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/rtl/verilated"
	"github.com/hashiflex/hashiflex/spec"
)

// simulation is a design with its test bench, compiled by one simulator.
type simulation struct {
	dir  string
	path string
	args []string
}

// verilate compiles with Verilator.
func verilate(t *testing.T, sources []rtl.Source) *simulation {
	t.Helper()
	m := verilated.Model{Top: "bench", Prefix: "Vbench", Args: []string{"-O3", "--x-initial", "unique"}, Quick: true}
	for _, s := range sources {
		switch s.Name {
		case IcarusFile:
		case VerilatorFile:
			m.Main = string(s.Text)
		default:
			m.Files = append(m.Files, verilated.File{Name: s.Name, Text: s.Text})
		}
	}
	path, err := m.Make(t.Context())
	require.NoError(t, err)
	return &simulation{dir: t.TempDir(), path: path}
}

// icarus compiles with Icarus.
func icarus(t *testing.T, sources []rtl.Source) *simulation {
	t.Helper()
	iverilog, err := tool.Icarus.Find()
	require.NoError(t, err)
	vvp, err := tool.VVP.Find()
	require.NoError(t, err)
	s := &simulation{dir: t.TempDir(), path: vvp.Path, args: []string{"-n", "bench.vvp"}}
	args := []string{"-g2005", "-s", "icarus", "-o", "bench.vvp"}
	for _, f := range sources {
		if f.Name != VerilatorFile {
			require.NoError(t, os.WriteFile(filepath.Join(s.dir, f.Name), f.Text, 0o600))
			args = append(args, f.Name)
		}
	}
	_, err = s.run(t.Context(), iverilog.Path, args...)
	require.NoError(t, err)
	return s
}

func (s *simulation) run(ctx context.Context, path string, args ...string) (string, error) {
	cmd := tool.Command(ctx, path, args...)
	cmd.Dir = s.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.dir, "TMPDIR=" + s.dir, "LC_ALL=C"}
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	err := tool.Box{Read: []string{s.path}, Write: []string{s.dir}}.Run(cmd, 4<<30)
	if err != nil {
		err = fmt.Errorf("%w: %s", err, said.String())
	}
	return said.String(), err
}

// play runs a trial. It is the bench's verdict, and what it said.
func (s *simulation) play(t *testing.T, data []rtl.Source, args ...string) (bool, string) {
	t.Helper()
	for _, f := range data {
		require.NoError(t, os.WriteFile(filepath.Join(s.dir, f.Name), f.Text, 0o600))
	}
	require.NoError(t, os.RemoveAll(filepath.Join(s.dir, "result")))
	said, err := s.run(t.Context(), s.path, append(s.args, args...)...)
	require.NoError(t, err)
	verdict, err := os.ReadFile(filepath.Join(s.dir, "result"))
	require.NoError(t, err, said)
	require.Contains(t, []string{"0\n", "1\n"}, string(verdict))
	return string(verdict) == "1\n", said
}

// randomFrame draws a frame over the whole range of the input's format.
func randomFrame(r *rand.Rand, in spec.Input) golden.Tensor {
	f := golden.NewTensor(in.Shape)
	span := in.Format.Range()
	for i := range f.Data {
		f.Data[i] = int32(span.Lo + r.Int63n(span.Hi-span.Lo+1))
	}
	return f
}

// trial is the given frames and what golden makes of them.
func trial(t *testing.T, n *spec.Network, d *Design, frames ...golden.Tensor) Trial {
	t.Helper()
	g, err := golden.New(n)
	require.NoError(t, err)
	var tr Trial
	var dense []*spec.Layer
	for _, l := range n.Layers {
		if l.Kind() == "dense" {
			dense = append(dense, l)
		}
	}
	if len(dense) > 0 {
		p, err := npu.Assemble(dense, d.Head)
		require.NoError(t, err)
		tr.Program = p.Writes()
	}
	for _, f := range frames {
		tr.Beats = append(tr.Beats, d.Frame(f.At)...)
		got, err := g.Run(t.Context(), f)
		require.NoError(t, err)
		last := got.Outputs[len(got.Outputs)-1]
		if len(dense) == 0 {
			for y := range last.Shape.H {
				for x := range last.Shape.W {
					var r []int32
					for c := range last.Shape.C {
						r = append(r, last.At(c, y, x))
					}
					tr.Results = append(tr.Results, r)
				}
			}
			continue
		}
		features, ok := got.Output(dense[0].Inputs[0])
		require.True(t, ok)
		tr.Features = append(tr.Features, features.Data...)
		for _, v := range last.Data {
			tr.Results = append(tr.Results, []int32{v})
		}
	}
	return tr
}

// verdict is the line in which the bench says how it ended.
func verdict(said string) string {
	for line := range strings.Lines(said) {
		if strings.HasPrefix(line, "PASS") || strings.HasPrefix(line, "FAIL") {
			return line
		}
	}
	return ""
}

// cycles is how long the bench has measured.
func cycles(t *testing.T, said string) int {
	t.Helper()
	var beats, results, n int
	_, err := fmt.Sscanf(verdict(said), "PASS: %d beats, %d results, %d cycles", &beats, &results, &n)
	require.NoError(t, err, said)
	return n
}
