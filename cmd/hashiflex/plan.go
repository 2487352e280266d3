package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/fuzz/chip"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
)

// streamKnobs are the options of a streaming design, as flags.
type streamKnobs struct {
	lanes, heads, pipeline, pixels int
	headless                       bool
	rate, clock                    int64
	given                          func(flag string) bool
}

// names are the flags, for commands that have others too.
var streamKnobNames = []string{"lanes", "heads", "pipeline", "pixels", "no-head", "images-per-second", "clock"}

func (k *streamKnobs) flags(cmd *cobra.Command) {
	cmd.Flags().IntVar(&k.lanes, "lanes", 4, "multipliers of a programmable head; with --images-per-second as many as it needs")
	k.flagsOfLayers(cmd)
}

// flagsOfLayers are those that do not concern the head's size.
func (k *streamKnobs) flagsOfLayers(cmd *cobra.Command) {
	f := cmd.Flags()
	k.given = f.Changed
	f.IntVar(&k.heads, "heads", 1, "programmable heads, which take the images in turn; with --images-per-second as many as it needs")
	f.IntVar(&k.pipeline, "pipeline", 0, "levels of adders between registers; 0: none among the adders of a layer")
	f.IntVar(&k.pixels, "pixels", 1, "neighbouring pixels a beat of every layer")
	f.BoolVar(&k.headless, "no-head", false, "the layers before the programmable head alone")
	f.Int64Var(&k.rate, "images-per-second", 0, "choose the pixels a beat of each layer for this rate at --clock")
	f.Int64Var(&k.clock, "clock", 0, "cycles a second")
}

// options are those of a design of n. The error is everything that is wrong.
func (k *streamKnobs) options(n *spec.Network, o stream.Options) (stream.Options, error) {
	o.Lanes, o.Heads, o.Pipeline, o.Headless = k.lanes, k.heads, k.pipeline, k.headless
	var errs []error
	if k.heads < 1 || k.heads > stream.MaxHeads {
		errs = append(errs, fmt.Errorf("--heads %d: want 1 to %d", k.heads, stream.MaxHeads))
	}
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

// keep chooses the pixels of each layer and the programmable heads for the rate. Layers that each keep the rate
// may still wait for each other. Then keep chooses them for a higher rate, up to twice
// the requested one.
func (k *streamKnobs) keep(n *spec.Network, o *stream.Options) error {
	budget := int(k.clock / k.rate)
	if budget < 1 {
		return fmt.Errorf("--images-per-second %d: more than --clock %d", k.rate, k.clock)
	}
	if !k.headless && len(chip.Dense(n)) > 0 {
		var lanes, heads int
		if k.given("lanes") {
			lanes = k.lanes
		}
		if k.given("heads") {
			heads = k.heads
		}
		var err error
		if o.Lanes, o.Heads, err = stream.HeadsFor(n, budget, lanes, heads); err != nil {
			return fmt.Errorf("--images-per-second %d: %w", k.rate, err)
		}
	}
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
	return fmt.Errorf("--images-per-second %d: %d cycles from one image to the next, %d at most keep the rate: %d images a second are to be had",
		k.rate, best, budget, k.clock/int64(best))
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

	sizes string // of a head
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

// planHead is the programmable heads of the chip, which take the images in turn.
type planHead struct {
	Heads          int              `json:"heads"`
	Size           reports.HeadSize `json:"size"`             // of each
	Multipliers    int              `json:"multipliers"`      // of all
	WeightBits     int              `json:"weight_bits"`      // of all
	CyclesPerImage int              `json:"cycles_per_image"` // of each
}

// planned says what a design costs.
func planned(n *spec.Network, d *stream.Design, costs []stream.Cost, s streamKnobs) (*planOutput, error) {
	p := &planOutput{Network: n.Name, Clock: s.clock, Total: planLayer{Layer: "all"}}
	for _, c := range costs {
		l := planLayer{Layer: c.Layer, Pixels: c.Pixels, Cycles: c.Cycles, Stages: c.Latency, Adders: c.Adders, AdderBits: c.ModelBits, RegisterBits: c.RegisterBits, MemoryBits: c.MemoryBits}
		p.Layers = append(p.Layers, l)
		p.Total.Adders += l.Adders
		p.Total.AdderBits += l.AdderBits
		p.Total.RegisterBits += l.RegisterBits
		p.Total.MemoryBits += l.MemoryBits
	}
	var err error
	if p.CyclesOfFirst, err = d.Latency(); err != nil {
		return nil, err
	}
	if p.CyclesPerImage, err = d.Period(); err != nil {
		return nil, err
	}
	if s.clock > 0 {
		p.ImagesPerSecond = s.clock / int64(p.CyclesPerImage)
	}
	if k := len(d.Map.Heads); k > 0 {
		p.sizes = d.Head.String()
		p.Head = &planHead{
			Heads: k, Size: reports.HeadSize(d.Head), Multipliers: k * d.Head.Lanes, WeightBits: 8 * k * d.Head.Lanes * d.Head.Rows,
			CyclesPerImage: d.HeadCycles(),
		}
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
		which := fmt.Sprintf("the programmable head, %s:", p.sizes)
		if h.Heads > 1 {
			which = fmt.Sprintf("%d programmable heads, which take the images in turn, each %s: in all", h.Heads, p.sizes)
		}
		fmt.Fprintf(out, "%s %d multipliers and %d bits of weights; a head takes %d cycles for an image\n", which, h.Multipliers, h.WeightBits, h.CyclesPerImage)
	}
	_, err := fmt.Fprint(out, "adder bits are those of the area model of HaShiFlex (arXiv 2512.12847): an adder at level n has 8+n bits.\n"+
		"The model has no rounding, no clamps, no registers, memories, wires or control.\n")
	return err
}
