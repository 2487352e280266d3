package rate

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/rtl/verilated"
)

// Config has the sizes of a measurement.
type Config struct {
	Cases   int // random sequences
	Both    int // of these, that Icarus plays as well
	Program *npu.Program
	Images  int // between two programs
	Loads   int // images with a program for each
	Seed    int64
}

// Record is the result of a measurement.
type Record struct {
	Small     Size    `json:"small"` // the head of the sequences
	Verilator Rate    `json:"verilator"`
	Icarus    Rate    `json:"icarus"`
	Ratio     float64 `json:"ratio"`              // of the two, in sequences a second
	Steps     float64 `json:"steps_per_sequence"` // commands
	Checked   float64 `json:"inferences_per_sequence"`
	Fewest    int64   `json:"fewest_inferences"` // of a sequence

	Full    Size `json:"full"` // the head of the images
	Lines   Rate `json:"images"`
	Toggles Rate `json:"images_with_toggles"` // the same with every bit of every signal counted
	Loads   Rate `json:"images_with_program"`
}

// Size is what a head was measured at.
type Size struct {
	Lanes    int `json:"lanes"`
	Features int `json:"features"`
	Rows     int `json:"rows"`
	Biases   int `json:"biases"`
	Layers   int `json:"layers"`
}

// String is the size as the head's parameters.
func (s Size) String() string { return npu.Params(s).String() }

// Rate is a number of items and the processor time that they took.
type Rate struct {
	Count int64         `json:"count"`
	CPU   time.Duration `json:"cpu_ns"`
}

// PerSecond is the number of items per second on one otherwise idle core.
func (r Rate) PerSecond() float64 {
	if r.CPU <= 0 {
		return 0
	}
	return float64(r.Count) / r.CPU.Seconds()
}

// Run measures. An error is a failure of the machine, or of the head.
func Run(ctx context.Context, c Config) (*Record, error) {
	r := &Record{Small: Size(head.DefaultParams), Full: Size(c.Program.Params)}
	dir, err := os.MkdirTemp("", "hashiflex-coverage-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := r.sequences(ctx, c, dir); err != nil {
		return nil, err
	}
	for _, m := range []struct {
		into *Rate
		what verilated.Coverage
		load bool
		n    int
	}{{&r.Lines, verilated.CoverLines, false, c.Images}, {&r.Toggles, verilated.CoverToggles, false, max(1, c.Images/10)}, {&r.Loads, verilated.CoverLines, true, c.Loads}} {
		sim, err := head.Build{Params: c.Program.Params, Coverage: m.what}.Make(ctx)
		if err != nil {
			return nil, err
		}
		var res *head.InferenceResult
		m.into.CPU, err = measure(func() (err error) {
			res, err = head.RunInferences(ctx, sim, head.Inferences{
				Program: c.Program, Count: m.n, Seed: c.Seed, Reprogram: m.load, Coverage: []string{filepath.Join(dir, "counts")},
			})
			return err
		})
		switch {
		case err != nil:
			return nil, err
		case res.Found != nil:
			return nil, fmt.Errorf("the head fails: %w", res.Found)
		}
		m.into.Count = res.Images
	}
	return r, nil
}

// sequences runs a campaign with lines counted, and plays its first cases in
// Icarus.
func (r *Record) sequences(ctx context.Context, c Config, dir string) error {
	sim, err := head.Build{Params: npu.Params(r.Small), Coverage: verilated.CoverLines}.Make(ctx)
	if err != nil {
		return err
	}
	var res *head.Result
	r.Verilator.CPU, err = measure(func() (err error) {
		res, err = head.Run(ctx, sim, head.Campaign{Cases: c.Cases, Seed: c.Seed, Coverage: []string{filepath.Join(dir, "counts")}})
		return err
	})
	switch {
	case err != nil:
		return err
	case res.Found != nil:
		return fmt.Errorf("the head fails: %w", res.Found)
	case ctx.Err() != nil:
		return ctx.Err()
	}
	n := float64(res.Cases)
	r.Verilator.Count, r.Steps, r.Checked, r.Fewest = res.Cases, float64(res.Steps)/n, float64(res.Inferences)/n, res.FewestInferences

	all := &head.Tape{}
	cases, err := head.Sequences(ctx, sim, c.Seed, c.Both)
	if err != nil {
		return err
	}
	for _, s := range cases {
		t, failure, err := head.Record(ctx, sim, s)
		if err != nil {
			return err
		}
		if failure != nil {
			return fmt.Errorf("the head fails: %w", failure)
		}
		all.Steps = append(all.Steps, t.Steps...)
	}
	sources, err := npu.Sources(npu.Params(r.Small))
	if err != nil {
		return err
	}
	p, err := head.NewPlayer(ctx, sources, all)
	if err != nil {
		return err
	}
	played, err := p.Play(ctx, all, true, false)
	if err = errors.Join(err, p.Close()); err != nil {
		return err
	}
	if !played.Pass {
		return fmt.Errorf("iverilog disagrees with verilator: %s", played.Said)
	}
	r.Icarus = Rate{int64(len(cases)), played.CPU}
	r.Ratio = r.Verilator.PerSecond() / r.Icarus.PerSecond()
	return nil
}

// measure is the processor time that f takes, with the processes that it starts
// and waits for.
func measure(f func() error) (time.Duration, error) {
	before, err := used()
	if err != nil {
		return 0, err
	}
	if err := f(); err != nil {
		return 0, err
	}
	after, err := used()
	return after - before, err
}

func used() (time.Duration, error) {
	var sum time.Duration
	for _, who := range []int{unix.RUSAGE_SELF, unix.RUSAGE_CHILDREN} {
		var u unix.Rusage
		if err := unix.Getrusage(who, &u); err != nil {
			return 0, fmt.Errorf("processor time: %w", err)
		}
		sum += time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	return sum, nil
}
