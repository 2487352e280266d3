package main

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/equiv/selftest"
	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/words"
)

func mutateCommand() *cobra.Command {
	var (
		k       knobs
		o       selftest.MutateOptions
		network string
		layers  []string
		asJSON  bool
		own     foreignFlags
	)
	cmd := &cobra.Command{
		Use:   "mutate",
		Short: "Plant faults in a network's circuits, and see whether the prover finds them",
		Long: `Plant one fault at a time, half of them in the generated netlists and half in their
Verilog: a shift by one place, a lost sign, a clamp's bound, the arms of a selection.
Simulation decides which mutants compute another function: it tries all inputs if they
are few, and else many. A mutant that is refuted by a witness is killed. One that is
neither proved nor refuted is held: it would stop a signoff. One that is proved although
simulation shows a difference lives: exit 4.

With --verilog, the faults are planted in your own Verilog of one --layer, combinational or
a pipeline: in operators, numbers, names and the arms of selections. Yosys reads each mutant. Normal
forms and the search for a witness decide it: what only a solver proves counts as held.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := networks.OpenOrLoad(network)
			if err != nil {
				return err
			}
			var errs []error
			o.Knobs, err = k.options()
			errs = append(errs, err)
			if o.Mutants < 1 {
				errs = append(errs, errors.New("--mutants: at least one"))
			}
			for _, l := range layers {
				if n.Layer(l) == nil {
					errs = append(errs, fmt.Errorf("--layer: %w", n.NoLayer(l)))
				}
			}
			if err := errors.Join(errs...); err != nil {
				return err
			}
			o.Layers = layers
			var text *selftest.Text
			if text, err = mutableText(cmd, &own, n, layers); err != nil {
				return err
			}
			bar := screenOf(cmd).progress
			bar.Report("mutants", 0, o.Mutants)
			o.Done = bar.Add
			var res *reports.Mutation
			if text != nil {
				res, err = selftest.MutateText(cmd.Context(), *text, o)
			} else {
				res, err = selftest.Mutate(cmd.Context(), n, o)
			}
			if err != nil {
				return err
			}
			if asJSON {
				err = writeJSON(cmd.OutOrStdout(), newMutateOutput(n.Name, res))
			} else {
				err = sayMutation(cmd.OutOrStdout(), n.Name, res)
			}
			if err != nil {
				return machine(err)
			}
			if len(res.Survivors) > 0 {
				return &verdictError{reports.MachineryFailed}
			}
			return nil
		},
	}
	networkFlag(cmd, &network)
	k.flags(cmd)
	own.flags(cmd)
	f := cmd.Flags()
	f.IntVar(&o.Mutants, "mutants", 1000, "how many are made")
	f.Uint64Var(&o.Seed, "seed", 1, "of the sample")
	f.StringArrayVar(&layers, "layer", nil, "only this layer; may be given again")
	f.IntVar(&o.Jobs, "jobs", 0, "mutants at a time (0: as many as there are processors)")
	jsonFlag(cmd, &asJSON)
	return cmd
}

// mutableText is the Verilog that the flags name; nil is none.
func mutableText(cmd *cobra.Command, f *foreignFlags, n *spec.Network, layers []string) (*selftest.Text, error) {
	o, err := f.given(cmd, layers)
	if err != nil || o == nil {
		return nil, err
	}
	if o.rtl != nil {
		return nil, errors.New("--rtl: faults are planted in RTL, so give it as --verilog")
	}
	if err := f.inspect(cmd, o); err != nil {
		return nil, err
	}
	if err := messages(o.refused); err != nil {
		return nil, err
	}
	foreign, err := f.foreign(cmd.Context(), &signoff.Job{Network: n}, o)
	if err != nil {
		return nil, err
	}
	if foreign.Protocol != nil {
		return nil, fmt.Errorf("%s: it computes over several clocks; faults are planted in combinational hardware and in pipelines", o.at)
	}
	t := &selftest.Text{Layer: n.Layer(o.layer), Sources: foreign.Sources, Adapter: foreign.Adapter}
	knobs := shiftadd.Options{}
	if conv, ok := t.Layer.Op.(*spec.Conv); ok {
		knobs = shiftadd.For(conv.Acc)
	}
	g, err := shiftadd.New(t.Layer, knobs)
	if err != nil {
		return nil, err
	}
	for _, u := range g.Modules() {
		if u.Kind != shiftadd.KindShared {
			t.Units = append(t.Units, u)
		}
	}
	return t, nil
}

func sayMutation(w io.Writer, network string, m *reports.Mutation) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	rows := func(what string, list []reports.MutationScore) {
		fmt.Fprintf(t, "%s\tmutants\tkilled\theld\tequal\tlived\tnot read\t\n", what)
		for _, s := range list {
			if s.Mutants() > 0 {
				fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t\n", s.Name, s.Mutants(), s.Killed, s.Held, s.Equal, s.Lived, s.NotRead)
			}
		}
	}
	rows("fault", append(m.Faults, m.Total))
	fmt.Fprintln(t, "\t\t\t\t\t\t\t")
	rows("layer", m.Layers)
	if err := t.Flush(); err != nil {
		return err
	}
	for _, s := range m.Survivors {
		fmt.Fprintf(w, "survivor: mutant %d, %s of %s, %s: %s\n", s.Mutant, s.Where, s.Point, s.Fault, s.Why)
	}
	_, err := fmt.Fprintf(w, "%s: %s from seed %d, %s\n", network, words.Count(m.Total.Mutants(), "mutant"), m.Seed, words.Count(len(m.Survivors), "survivor"))
	return err
}

// mutateOutput is the JSON of mutate.
type mutateOutput struct {
	Network string `json:"network"`
	*reports.Mutation
}

func newMutateOutput(network string, m *reports.Mutation) mutateOutput {
	c := *m
	c.Faults, c.Layers, c.Survivors = list(m.Faults), list(m.Layers), list(m.Survivors)
	for i := range c.Survivors {
		c.Survivors[i].Inputs = list(c.Survivors[i].Inputs)
	}
	return mutateOutput{network, &c}
}
