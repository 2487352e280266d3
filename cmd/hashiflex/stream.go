package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashiflex/hashiflex/fuzz/chip"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
)

// benchDir holds the test benches, beside the design.
const benchDir = "bench"

// generateStream writes the streaming design of a network: Verilog, filelist.f,
// stream.json, README.md, and test benches that send the given pictures.
func generateStream(ctx context.Context, n *spec.Network, o stream.Options, pictures []string, dir string) (files int, err error) {
	d, err := stream.Generate(n, o)
	if err != nil {
		return 0, err
	}
	frames, err := streamFrames(n.Input, pictures)
	if err != nil {
		return 0, err
	}
	trial, err := chip.Expect(ctx, n, d, frames...)
	if err != nil {
		return 0, err
	}
	benches, data, err := d.Bench(trial)
	if err != nil {
		return 0, err
	}
	if err := emptyDir(dir); err != nil {
		return 0, err
	}
	if err := os.Mkdir(filepath.Join(dir, benchDir), 0o755); err != nil {
		return 0, machine(err)
	}
	put := func(name string, text []byte) error {
		files++
		return machine(os.WriteFile(filepath.Join(dir, name), text, 0o644))
	}
	var list strings.Builder
	err = d.Write(func(s rtl.Source) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		fmt.Fprintln(&list, s.Name)
		return put(s.Name, s.Text)
	})
	if err != nil {
		return files, err
	}
	for _, f := range append(benches, data...) {
		if err := put(filepath.Join(benchDir, f.Name), f.Text); err != nil {
			return files, err
		}
	}
	text, err := json.MarshalIndent(d.Map, "", "  ")
	if err != nil {
		return files, machine(err)
	}
	for _, f := range []struct {
		name string
		text []byte
	}{{"filelist.f", []byte(list.String())}, {"stream.json", append(text, '\n')}, {"README.md", d.Readme()}} {
		if err := put(f.name, f.text); err != nil {
			return files, err
		}
	}
	return files, nil
}

// streamFrames returns the stimulus of the test benches: the given pictures, or two
// frames of noise.
func streamFrames(in spec.Input, pictures []string) ([]golden.Tensor, error) {
	var frames []golden.Tensor
	for _, name := range pictures {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		frame, err := golden.ReadFrame(bufio.NewReader(f), in)
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		frames = append(frames, frame)
	}
	if len(pictures) > 0 {
		return frames, nil
	}
	const noise = 2
	r, span := rand.New(rand.NewSource(1)), in.Format.Range()
	for range noise {
		f := golden.NewTensor(in.Shape)
		for i := range f.Data {
			f.Data[i] = int32(span.Lo + r.Int63n(span.Hi-span.Lo+1))
		}
		frames = append(frames, f)
	}
	return frames, nil
}
