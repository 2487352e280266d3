package main

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/fuzz/chip"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
)

// streamKnobs are the options of a streaming design, as flags.
type streamKnobs struct {
	lanes, pipeline, pixels int
	headless                bool
	rate, clock             int64
}

// names are the flags, for commands that have others too.
var streamKnobNames = []string{"lanes", "pipeline", "pixels", "no-head", "images-per-second", "clock"}

func (k *streamKnobs) flags(cmd *cobra.Command) {
	cmd.Flags().IntVar(&k.lanes, "lanes", 4, "multipliers of the programmable head")
	k.flagsOfLayers(cmd)
}

// flagsOfLayers are those that do not concern the head's size.
func (k *streamKnobs) flagsOfLayers(cmd *cobra.Command) {
	f := cmd.Flags()
	f.IntVar(&k.pipeline, "pipeline", 0, "levels of adders between registers; 0: none among the adders of a layer")
	f.IntVar(&k.pixels, "pixels", 1, "neighbouring pixels a beat of every layer")
	f.BoolVar(&k.headless, "no-head", false, "the layers before the programmable head alone")
	f.Int64Var(&k.rate, "images-per-second", 0, "choose the pixels a beat of each layer for this rate at --clock")
	f.Int64Var(&k.clock, "clock", 0, "cycles a second")
}

// options are those of a design of n. The error is everything that is wrong.
func (k *streamKnobs) options(n *spec.Network, o stream.Options) (stream.Options, error) {
	o.Lanes, o.Pipeline, o.Headless = k.lanes, k.pipeline, k.headless
	var errs []error
	if k.pixels < 1 {
		errs = append(errs, fmt.Errorf("--pixels %d: want 1 or more", k.pixels))
	}
	if k.rate < 0 || k.clock < 0 || (k.rate == 0) != (k.clock == 0) {
		errs = append(errs, fmt.Errorf("--images-per-second %d, --clock %d: want both, 1 or more", k.rate, k.clock))
	}
	if err := errors.Join(errs...); err != nil {
		return o, err
	}
	if k.rate > 0 {
		if k.pixels != 1 {
			return o, errors.New("--pixels: --images-per-second chooses the pixels of each layer")
		}
		return o, k.keep(n, &o)
	}
	if k.pixels > 1 {
		o.Pixels = map[string]int{spec.InputName: k.pixels}
		for _, l := range n.Layers {
			if l.Kind() != "dense" {
				o.Pixels[l.Name] = k.pixels
			}
		}
	}
	return o, nil
}

// keep chooses the pixels of each layer for the rate. Layers that each keep the rate
// may still wait for each other. Then keep chooses them for a higher rate, up to twice
// the requested one.
func (k *streamKnobs) keep(n *spec.Network, o *stream.Options) error {
	budget := int(k.clock / k.rate)
	best := 0
	for tenths := 10; tenths >= 5; tenths-- {
		pixels, err := stream.PixelsFor(n, budget*tenths/10)
		if err != nil {
			if best == 0 {
				return err
			}
			break
		}
		o.Pixels = pixels
		d, err := stream.Generate(n, *o)
		if err != nil {
			return err
		}
		period, err := d.Period()
		if err != nil || period <= budget {
			return err
		}
		if best == 0 || period < best {
			best = period
		}
	}
	why := ""
	if !k.headless {
		why = "; features reach the programmable head one a cycle, and --no-head leaves it out"
	}
	return fmt.Errorf("--images-per-second %d: %d cycles from one image to the next, %d at most keep the rate: %d images a second are to be had%s",
		k.rate, best, budget, k.clock/int64(best), why)
}

func planCommand() *cobra.Command {
	var (
		network string
		s       streamKnobs
		k       knobs
	)
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Say what a rate costs: pixels a beat, cycles, adders, registers, memories",
		Long: `Choose, for each layer of the streaming chip, the smallest number of pixels a beat
that keeps a rate, and print what that takes. The same flags make generate --stream write
the plan. Without --images-per-second, print what the chip of --pixels takes.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			opt, err := k.options()
			if err != nil {
				return err
			}
			n, err := networks.OpenOrLoad(network)
			if err != nil {
				return err
			}
			o, err := s.options(n, stream.Options{Datapath: opt})
			if err != nil {
				return err
			}
			d, err := stream.Generate(n, o)
			if err != nil {
				return err
			}
			costs, err := d.Costs(cmd.Context())
			if err != nil {
				return err
			}
			return writePlan(cmd.OutOrStdout(), n, d, costs, s)
		},
	}
	networkFlag(cmd, &network)
	s.flags(cmd)
	k.flags(cmd)
	return cmd
}

// writePlan prints the table of a plan, and what bounds the rate of the whole.
func writePlan(out io.Writer, n *spec.Network, d *stream.Design, costs []stream.Cost, s streamKnobs) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	var all stream.Cost
	for _, c := range costs {
		all.Adders += c.Adders
		all.ModelBits += c.ModelBits
		all.RegisterBits += c.RegisterBits
		all.MemoryBits += c.MemoryBits
	}
	share := func(part int) float64 { return 100 * float64(part) / float64(max(1, all.ModelBits)) }
	fmt.Fprint(w, "layer\tpixels\tcycles\tstages\tadders\tadder bits\tshare\tregister bits\tmemory bits\tmultipliers\t\n")
	for _, c := range costs {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%.1f %%\t%d\t%d\t0\t\n", c.Layer, c.Pixels, c.Cycles, c.Latency, c.Adders, c.ModelBits, share(c.ModelBits), c.RegisterBits, c.MemoryBits)
	}
	fmt.Fprintf(w, "all\t\t\t\t%d\t%d\t\t%d\t%d\t0\t\n", all.Adders, all.ModelBits, all.RegisterBits, all.MemoryBits)
	if err := w.Flush(); err != nil {
		return machine(err)
	}
	first, err := d.Cycles(1)
	if err != nil {
		return err
	}
	period, err := d.Period()
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%d cycles from one image to the next, %d from the first pixel of an image to the last of its results", period, first)
	if s.clock > 0 {
		fmt.Fprintf(out, "; at %d Hz %d images a second", s.clock, s.clock/int64(period))
	}
	fmt.Fprintln(out)
	if d.Map.Head != "" {
		p, err := npu.Assemble(chip.Dense(n), d.Head)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "the programmable head, %v: %d multipliers, %d cycles an image; features reach it one a cycle", d.Head, d.Head.Lanes, npu.Cycles(p.Layers, d.Head.Lanes))
		if s.rate > 0 {
			fmt.Fprintf(out, "; for %d images a second %d of them, and one is generated", s.rate, npu.Heads(p.Layers, d.Head.Lanes, s.rate, s.clock))
		}
		fmt.Fprintln(out)
	}
	_, err = fmt.Fprint(out, "adder bits are those of the area model of HaShiFlex (arXiv 2512.12847): an adder at level n has 8+n bits.\n"+
		"The model has no rounding, no clamps, no registers, memories, wires or control.\n")
	return machine(err)
}
