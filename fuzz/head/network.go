package head

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"time"

	"github.com/hashiflex/hashiflex/rtl/npu"
)

// Inferences runs one program on many images: a head as it is used, at full size.
type Inferences struct {
	Program   *npu.Program
	Writes    []npu.Write   // load the program; nil: Program.Writes
	Images    [][]uint8     // features; when they are all used, random ones follow
	Want      [][]int32     // the logits of Images, from another source; nil: compare with the reference alone
	Count     int           // images to run; 0 is no limit
	Time      time.Duration // 0 is no limit
	Reprogram bool          // load the whole program before each image
	Seed      int64
	Jobs      int
	Coverage  []string // as in Campaign
	Progress  func(images int)
}

// InferenceResult is the result of RunInferences. A *Failure names the image.
type InferenceResult struct {
	Images, Programs int64
	Cycles           int64 // of images, from the first feature to the last logit
	Elapsed          time.Duration
	Found            *Failure
}

// RunInferences compares every logit of every image. The error is a failure of the
// machinery.
func RunInferences(ctx context.Context, sim *Simulator, c Inferences) (*InferenceResult, error) {
	began := time.Now()
	res := &InferenceResult{}
	crew := newCrew(c.Count, c.Time)
	err := crew.work(c.Jobs, "a worker that infers", func(j int) error {
		file := ""
		if j < len(c.Coverage) {
			file = c.Coverage[j]
		}
		take := func() (int, bool) { return crew.take(ctx) }
		done := func(cycles, programs int64, f *Failure) {
			res.Programs += programs
			if f != nil {
				if res.Found == nil || f.Step < res.Found.Step {
					res.Found = f
				}
				crew.stop = true
				return
			}
			res.Images++
			res.Cycles += cycles
			if c.Progress != nil {
				c.Progress(int(res.Images))
			}
		}
		return c.worker(ctx, sim, file, take, func(cycles, programs int64, f *Failure) {
			crew.locked(func() { done(cycles, programs, f) })
		})
	})
	res.Elapsed = time.Since(began)
	return res, err
}

// worker runs images on one process until take returns false.
func (c *Inferences) worker(ctx context.Context, sim *Simulator, coverage string, take func() (int, bool), done func(cycles, programs int64, f *Failure)) (err error) {
	p, err := sim.Start(ctx, 1, coverage)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	b := &Bench{Process: p, Model: NewModel(sim.Params)}
	load := c.load()
	loaded := false
	for {
		i, ok := take()
		if !ok {
			return nil
		}
		programs := int64(0)
		var failure *Failure
		if !loaded || c.Reprogram {
			programs, loaded = 1, true
			if err := b.Run(&load); errors.As(err, &failure) {
				failure.Step = i
				done(0, programs, failure)
				continue
			} else if err != nil {
				return fmt.Errorf("image %d: %w", i, err)
			}
		}
		s := c.image(i)
		before := b.Cycles
		err := b.Run(&s)
		if err == nil && i < len(c.Want) {
			err = c.compare(b.Model, i)
		}
		if errors.As(err, &failure) {
			failure.Step = i
		} else if err != nil {
			return fmt.Errorf("image %d: %w", i, err)
		}
		done(b.Cycles-before, programs, failure)
	}
}

// Sequence is the sequence for image i on a head after power-up: the program, and that image
// alone.
func (c *Inferences) Sequence(i int) Sequence {
	return Sequence{Params: c.Program.Params, Steps: []Step{c.load(), c.image(i)}}
}

// load is the step that writes the program.
func (c *Inferences) load() Step {
	s := Plain("load the program")
	s.Take = 0
	ws := c.Writes
	if ws == nil {
		ws = c.Program.Writes()
	}
	for _, w := range ws {
		s.Writes = append(s.Writes, BusWrite{Write: w})
	}
	return s
}

// image is the step that runs image i.
func (c *Inferences) image(i int) Step {
	s := Plain(fmt.Sprintf("image %d", i))
	var features []uint8
	if i < len(c.Images) {
		features = c.Images[i]
	} else {
		rng := rand.New(rand.NewSource(c.Seed + int64(i)))
		features = make([]uint8, c.Program.Layers[0].In)
		rng.Read(features)
	}
	for k, x := range features {
		s.Beats = append(s.Beats, Beat{Data: x, Last: k == len(features)-1})
	}
	return s
}

// compare checks the reference itself against Want. The hardware has just agreed with the
// reference.
func (c *Inferences) compare(m *Model, i int) error {
	for o, w := range c.Want[i] {
		if got := m.last[o]; got != w {
			return &Failure{i, fmt.Sprintf("image %d", i), fmt.Sprintf("logit %d: %d, the network's is %d", o, got, w)}
		}
	}
	return nil
}
