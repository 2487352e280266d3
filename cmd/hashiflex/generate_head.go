package main

import (
	"fmt"
	"math/rand"
	"os"
	"path/filepath"

	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
)

// headImages is how many images the test bench of a head sends.
const headImages = 3

// generateHead writes the programmable head for a network's dense layers, with all that
// it takes to use it. What the test bench expects is the reference's.
func generateHead(n *spec.Network, lanes int, dir string) (files int, err error) {
	dense := signoff.Dense(n)
	params, err := npu.Room(dense, lanes)
	if err != nil {
		return 0, fmt.Errorf("network %s: %w", n.Name, err)
	}
	prog, err := npu.Assemble(dense, params)
	if err != nil {
		return 0, fmt.Errorf("network %s: %w", n.Name, err)
	}
	images, err := headExpected(prog)
	if err != nil {
		return 0, err
	}
	all, err := npu.Deliver(prog, images)
	if err != nil {
		return 0, err
	}
	if err := emptyDir(dir); err != nil {
		return 0, err
	}
	for _, f := range all {
		if err := os.WriteFile(filepath.Join(dir, f.Name), f.Text, 0o644); err != nil {
			return files, machine(err)
		}
		files++
	}
	return files, nil
}

// headExpected is images of random features, always the same, and what the reference
// makes of them.
func headExpected(p *npu.Program) (images []npu.Image, err error) {
	m := head.NewModel(p.Params)
	for _, w := range p.Writes() {
		m.Write(w)
	}
	rng := rand.New(rand.NewSource(1))
	for range headImages {
		image := npu.Image{Features: make([]uint8, p.Layers[0].In)}
		rng.Read(image.Features)
		for i, x := range image.Features {
			if err := m.In(x, i == len(image.Features)-1); err != nil {
				return nil, err
			}
		}
		for last := false; !last; {
			var y uint32
			if y, last, err = m.Out(); err != nil {
				return nil, err
			}
			image.Logits = append(image.Logits, int32(y))
		}
		images = append(images, image)
	}
	return images, nil
}
