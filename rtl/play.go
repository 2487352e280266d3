package rtl

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/hashiflex/hashiflex/rtl/tool"
)

// BenchModule is the module name of a test bench for Play.
const BenchModule = bench

// maxPlayed bounds the output of a test bench.
const maxPlayed = 256 << 20

// Play compiles sources with a test bench, the module BenchModule, and executes it. The
// bench may read the files in data by name. It writes results.txt, which Play returns.
// files names further output files to return if they exist.
//
// The error is a *SourceError for Verilog that does not compile, else a *ToolError.
func (ic Icarus) Play(ctx context.Context, sources Sources, text []byte, data []Source, files ...string) (results []byte, written []Source, err error) {
	dir, err := icarusWorkdir(sources)
	if err != nil {
		return nil, nil, err
	}
	defer dir.remove()
	for _, f := range append([]Source{{Name: "bench.v", Text: text}}, data...) {
		if err := dir.write(f.Name, f.Text); err != nil {
			return nil, nil, err
		}
	}
	if err := ic.compile(ctx, dir, append([]string{"bench.v"}, dir.names()...)); err != nil {
		return nil, nil, err
	}
	log, err := dir.run(ctx, tool.VVP, ic.Limits, "-n", icarusOutput)
	var failed *ToolError
	switch {
	case errors.As(err, &failed):
		return nil, nil, failed
	case err != nil:
		return nil, nil, &ToolError{"vvp", err, tail(log)}
	}
	read := func(name string) ([]byte, error) {
		at := filepath.Join(dir.path, name)
		if i, err := os.Lstat(at); err != nil || !i.Mode().IsRegular() || i.Size() > maxPlayed {
			return nil, errors.Join(errors.New("the test bench did not write "+name), err)
		}
		return os.ReadFile(at)
	}
	if results, err = read("results.txt"); err != nil {
		return nil, nil, &ToolError{"vvp", err, tail(log)}
	}
	for _, name := range files {
		if b, err := read(name); err == nil {
			written = append(written, Source{Name: name, Text: b})
		}
	}
	return results, written, nil
}
