package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/words"
)

func listCommand() *cobra.Command {
	var (
		network  string
		layers   []string
		channels []int
		k        knobs
		asJSON   bool
	)
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List networks, layers or compare points, before anything is proved",
		Long: `List the embedded networks; with --network, the layers of one; with --layer, the
compare points of that layer: what a proof would look at, with how many operands each
adds up, and the strategy that is tried first. Nothing is generated and no tool runs.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			out := cmd.OutOrStdout()
			if !cmd.Flags().Changed("network") && len(layers) == 0 {
				if len(channels) > 0 {
					return errors.New("--channel: --layer is missing")
				}
				return listNetworks(out, asJSON)
			}
			n, err := networks.OpenOrLoad(network)
			if err != nil {
				return err
			}
			opt, err := k.options()
			c := checkFlags{layers: layers, channels: channels}
			if err := errors.Join(append(c.selection(n), err)...); err != nil {
				return err
			}
			o := chain.Options{Knobs: opt, Layers: c.layers, Channels: c.channels}
			if len(c.layers) == 0 {
				o.Layers = nil
			}
			if len(c.channels) == 0 {
				o.Channels = nil
			}
			points, err := chain.Outline(n, o)
			switch {
			case err != nil:
				return err
			case asJSON:
				return machine(writeJSON(out, points))
			case len(c.layers) > 0:
				return listPoints(out, points)
			}
			return listLayers(out, n, points)
		},
	}
	networkFlag(cmd, &network)
	k.flags(cmd)
	f := cmd.Flags()
	f.StringArrayVar(&layers, "layer", nil, "the compare points of this layer; may be given again")
	f.IntSliceVar(&channels, "channel", nil, "only these output channels of --layer")
	f.BoolVar(&asJSON, "json", false, "write JSON: networks, or compare points")
	return cmd
}

// listed is an embedded network in a list.
type listed struct {
	Network string `json:"network"`
	Input   string `json:"input"` // channels x rows x columns, and format
	Layers  int    `json:"layers"`
	Points  int    `json:"points"` // compare points
}

func listNetworks(out io.Writer, asJSON bool) error {
	var all []listed
	for _, name := range networks.Names() {
		n, err := networks.Open(name)
		if err != nil {
			return machine(err)
		}
		points, err := chain.Outline(n, chain.Options{})
		if err != nil {
			return machine(err)
		}
		s := n.Input.Shape
		all = append(all, listed{Network: name, Input: fmt.Sprintf("%dx%dx%d %v", s.C, s.H, s.W, n.Input.Format), Layers: len(n.Layers), Points: len(points)})
	}
	if asJSON {
		return machine(writeJSON(out, all))
	}
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "%-24s %-16s %8s %10s\n", "network", "input", "layers", "points")
	for _, l := range all {
		fmt.Fprintf(w, "%-24s %-16s %8s %10s\n", l.Network, l.Input, words.Number(l.Layers), words.Number(l.Points))
	}
	return machine(w.Flush())
}

// listLayers writes a line for each layer. A dense one has no hardware of its own.
func listLayers(out io.Writer, n *spec.Network, points []chain.Outlined) error {
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "%-24s %-6s %8s %12s  %s\n", "layer", "kind", "points", "fan-in", "strategies")
	for _, l := range n.Layers {
		count, least, most := 0, 0, 0
		by := map[string]int{}
		var order []string
		for _, p := range points {
			if p.Layer != l.Name {
				continue
			}
			if count++; count == 1 || p.FanIn < least {
				least = p.FanIn
			}
			most = max(most, p.FanIn)
			if by[string(p.Strategy)]++; by[string(p.Strategy)] == 1 {
				order = append(order, string(p.Strategy))
			}
		}
		if count == 0 {
			fmt.Fprintf(w, "%-24s %-6s %8s %12s  %s\n", l.Name, l.Kind(), "·", "·", "a program of the head")
			continue
		}
		fanIn := words.Number(most)
		if least < most {
			fanIn = words.Number(least) + " to " + fanIn
		}
		strategies := ""
		for i, s := range order {
			if i > 0 {
				strategies += " · "
			}
			strategies += s + " " + words.Number(by[s])
		}
		fmt.Fprintf(w, "%-24s %-6s %8s %12s  %s\n", l.Name, l.Kind(), words.Number(count), fanIn, strategies)
	}
	fmt.Fprintf(w, "%-24s %-6s %8s\n", "total", "", words.Number(len(points)))
	return machine(w.Flush())
}

func listPoints(out io.Writer, points []chain.Outlined) error {
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "%-36s %8s  %s\n", "compare point", "fan-in", "strategy")
	for _, p := range points {
		fmt.Fprintf(w, "%-36s %8s  %s\n", p.Layer+"/"+p.Label, words.Number(p.FanIn), p.Strategy)
	}
	return machine(w.Flush())
}
