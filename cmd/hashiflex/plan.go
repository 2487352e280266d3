package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/fuzz/chip"
	"github.com/hashiflex/hashiflex/reports"
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
		asJSON  bool
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
			p, err := planned(n, d, costs, s)
			switch {
			case err != nil:
				return err
			case asJSON:
				return machine(writeJSON(cmd.OutOrStdout(), p))
			}
			return machine(p.write(cmd.OutOrStdout(), screenOf(cmd).wide))
		},
	}
	networkFlag(cmd, &network)
	s.flags(cmd)
	k.flags(cmd)
	jsonFlag(cmd, &asJSON)
	return cmd
}

// planOutput is what plan says, and writes as JSON.
type planOutput struct {
	Network string      `json:"network"`
	Layers  []planLayer `json:"layers"`
	Total   planLayer   `json:"total"` // of adders and bits
	// CyclesPerImage are from one image to the next, CyclesOfFirst from the first pixel of
	// an image to the last of its results.
	CyclesPerImage int `json:"cycles_per_image"`
	CyclesOfFirst  int `json:"cycles_of_first"`
	// Clock is that of --clock, in Hz; 0: not given, and no rates are said.
	Clock           int64     `json:"clock"`
	ImagesPerSecond int64     `json:"images_per_second"`
	Head            *planHead `json:"head,omitempty"` // nil: the chip has none

	wanted int64 // images a second, by --images-per-second
	sizes  string
}

// planLayer is the costs of a layer.
type planLayer struct {
	Layer        string `json:"layer"`
	Pixels       int    `json:"pixels"` // a beat
	Cycles       int    `json:"cycles"`
	Stages       int    `json:"stages"` // of registers among its adders
	Adders       int    `json:"adders"`
	AdderBits    int    `json:"adder_bits"` // by the area model of HaShiFlex
	RegisterBits int    `json:"register_bits"`
	MemoryBits   int    `json:"memory_bits"`
	Multipliers  int    `json:"multipliers"`
}

// planHead is the programmable head of the chip.
type planHead struct {
	Size           reports.HeadSize `json:"size"`
	Multipliers    int              `json:"multipliers"`
	CyclesPerImage int64            `json:"cycles_per_image"`
	Heads          int              `json:"heads"` // side by side, that the rate takes; 0: no rate is given
}

// planned says what a design costs.
func planned(n *spec.Network, d *stream.Design, costs []stream.Cost, s streamKnobs) (*planOutput, error) {
	p := &planOutput{Network: n.Name, Clock: s.clock, wanted: s.rate, Total: planLayer{Layer: "all"}}
	for _, c := range costs {
		l := planLayer{Layer: c.Layer, Pixels: c.Pixels, Cycles: c.Cycles, Stages: c.Latency, Adders: c.Adders, AdderBits: c.ModelBits, RegisterBits: c.RegisterBits, MemoryBits: c.MemoryBits}
		p.Layers = append(p.Layers, l)
		p.Total.Adders += l.Adders
		p.Total.AdderBits += l.AdderBits
		p.Total.RegisterBits += l.RegisterBits
		p.Total.MemoryBits += l.MemoryBits
	}
	var err error
	if p.CyclesOfFirst, err = d.Cycles(1); err != nil {
		return nil, err
	}
	if p.CyclesPerImage, err = d.Period(); err != nil {
		return nil, err
	}
	if s.clock > 0 {
		p.ImagesPerSecond = s.clock / int64(p.CyclesPerImage)
	}
	if d.Map.Head == "" {
		return p, nil
	}
	program, err := npu.Assemble(chip.Dense(n), d.Head)
	if err != nil {
		return nil, err
	}
	p.sizes = d.Head.String()
	p.Head = &planHead{Size: reports.HeadSize(d.Head), Multipliers: d.Head.Lanes, CyclesPerImage: npu.Cycles(program.Layers, d.Head.Lanes)}
	if s.rate > 0 {
		p.Head.Heads = npu.Heads(program.Layers, d.Head.Lanes, s.rate, s.clock)
	}
	return p, nil
}

// write prints the table of a plan, and what bounds the rate of the whole.
func (p *planOutput) write(out io.Writer, width int) error {
	share := func(part int) string {
		return fmt.Sprintf("%.1f %%", 100*float64(part)/float64(max(1, p.Total.AdderBits)))
	}
	t := table{head: []string{"layer", "pixels", "cycles", "stages", "adders", "adder bits", "share", "register bits", "memory bits", "multipliers"}}
	for _, l := range p.Layers {
		t.add(l.Layer, l.Pixels, l.Cycles, l.Stages, l.Adders, l.AdderBits, share(l.AdderBits), l.RegisterBits, l.MemoryBits, l.Multipliers)
	}
	all := &p.Total
	t.add(all.Layer, "", "", "", all.Adders, all.AdderBits, "", all.RegisterBits, all.MemoryBits, all.Multipliers)
	if err := t.write(out, width); err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%d cycles from one image to the next, %d from the first pixel of an image to the last of its results", p.CyclesPerImage, p.CyclesOfFirst)
	if p.Clock > 0 {
		fmt.Fprintf(out, "; at %d Hz %d images a second", p.Clock, p.ImagesPerSecond)
	}
	fmt.Fprintln(out)
	if h := p.Head; h != nil {
		fmt.Fprintf(out, "the programmable head, %s: %d multipliers, %d cycles an image; features reach it one a cycle", p.sizes, h.Multipliers, h.CyclesPerImage)
		if p.wanted > 0 {
			fmt.Fprintf(out, "; for %d images a second %d of them, and one is generated", p.wanted, h.Heads)
		}
		fmt.Fprintln(out)
	}
	_, err := fmt.Fprint(out, "adder bits are those of the area model of HaShiFlex (arXiv 2512.12847): an adder at level n has 8+n bits.\n"+
		"The model has no rounding, no clamps, no registers, memories, wires or control.\n")
	return err
}
