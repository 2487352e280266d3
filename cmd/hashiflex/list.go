package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

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
			case len(c.layers) > 0 && asJSON:
				return machine(writeJSON(out, &listOutput{Network: n.Name, Points: points}))
			case len(c.layers) > 0:
				return listPoints(out, points)
			case asJSON:
				return machine(writeJSON(out, &listOutput{Network: n.Name, Layers: layersOf(n, points)}))
			}
			return listLayers(out, layersOf(n, points))
		},
	}
	networkFlag(cmd, &network)
	k.flags(cmd)
	f := cmd.Flags()
	f.StringArrayVar(&layers, "layer", nil, "the compare points of this layer; may be given again")
	f.IntSliceVar(&channels, "channel", nil, "only these output channels of --layer")
	jsonFlag(cmd, &asJSON)
	return cmd
}

// listOutput is what list writes as JSON: one of three lists, and the network of the
// latter two.
type listOutput struct {
	Networks []listed         `json:"networks,omitempty"`
	Network  string           `json:"network,omitempty"`
	Layers   []listedLayer    `json:"layers,omitempty"`
	Points   []chain.Outlined `json:"points,omitempty"`
}

// listedLayer is a layer in a list.
type listedLayer struct {
	Layer      string  `json:"layer"`
	Kind       string  `json:"kind"`
	Points     int     `json:"points"` // 0: a program of the programmable head
	FanInMin   int     `json:"fan_in_min"`
	FanInMax   int     `json:"fan_in_max"`
	Strategies []count `json:"strategies"` // that are tried first, in the order of the points
}

type count struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
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
		return machine(writeJSON(out, &listOutput{Networks: all}))
	}
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "%-24s %-16s %8s %10s\n", "network", "input", "layers", "points")
	for _, l := range all {
		fmt.Fprintf(w, "%-24s %-16s %8s %10s\n", l.Network, l.Input, words.Number(l.Layers), words.Number(l.Points))
	}
	return machine(w.Flush())
}

// layersOf sums up the compare points of each layer.
func layersOf(n *spec.Network, points []chain.Outlined) []listedLayer {
	all := make([]listedLayer, len(n.Layers))
	at := map[string]*listedLayer{}
	for i, l := range n.Layers {
		all[i] = listedLayer{Layer: l.Name, Kind: l.Kind(), Strategies: []count{}}
		at[l.Name] = &all[i]
	}
	for _, p := range points {
		l := at[p.Layer]
		if l.Points++; l.Points == 1 || p.FanIn < l.FanInMin {
			l.FanInMin = p.FanIn
		}
		l.FanInMax = max(l.FanInMax, p.FanIn)
		i := slices.IndexFunc(l.Strategies, func(c count) bool { return c.Name == string(p.Strategy) })
		if i < 0 {
			i = len(l.Strategies)
			l.Strategies = append(l.Strategies, count{Name: string(p.Strategy)})
		}
		l.Strategies[i].Count++
	}
	return all
}

// listLayers writes a line for each layer. A dense one has no hardware of its own.
func listLayers(out io.Writer, layers []listedLayer) error {
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "%-24s %-6s %8s %12s  %s\n", "layer", "kind", "points", "fan-in", "strategies")
	total := 0
	for _, l := range layers {
		if total += l.Points; l.Points == 0 {
			fmt.Fprintf(w, "%-24s %-6s %8s %12s  %s\n", l.Layer, l.Kind, "·", "·", "a program of the head")
			continue
		}
		fanIn := words.Number(l.FanInMax)
		if l.FanInMin < l.FanInMax {
			fanIn = words.Number(l.FanInMin) + " to " + fanIn
		}
		var strategies []string
		for _, s := range l.Strategies {
			strategies = append(strategies, s.Name+" "+words.Number(s.Count))
		}
		fmt.Fprintf(w, "%-24s %-6s %8s %12s  %s\n", l.Layer, l.Kind, words.Number(l.Points), fanIn, strings.Join(strategies, " · "))
	}
	fmt.Fprintf(w, "%-24s %-6s %8s\n", "total", "", words.Number(total))
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
