package main

import (
	"bufio"
	"fmt"
	"math"
	"os"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/spec/networks"
)

func runCommand() *cobra.Command {
	var (
		network string
		top     int
		sqnr    bool
	)
	cmd := &cobra.Command{
		Use:   "run IMAGE",
		Short: "Run the reference model on an image, bit for bit as the hardware would",
		Long: `Run the reference model on a PNG or JPEG of exactly the network's input size and
print the greatest outputs, with the names of the classes where the network's folder
has classes.txt. With --sqnr, also compare every layer with float execution of the same
power-of-two weights: what formats lose, and nothing of what rounding the weights lost;
eval --model compares with the trained network.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if top < 1 {
				return fmt.Errorf("--top %d: want 1 or more", top)
			}
			n, err := networks.OpenOrLoad(network)
			if err != nil {
				return err
			}
			names, err := readClasses(network)
			if err != nil {
				return err
			}
			model, err := golden.New(n)
			if err != nil {
				return err
			}
			f, err := os.Open(args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			frame, err := golden.ReadFrame(bufio.NewReader(f), n.Input)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			trace, err := model.Run(cmd.Context(), frame)
			if err != nil {
				return err
			}
			out := bufio.NewWriter(cmd.OutOrStdout())
			fmt.Fprintf(out, "%6s %8s %12s\n", "class", "integer", "value")
			for _, s := range golden.TopK(trace, top) {
				fmt.Fprintf(out, "%6d %8d %12.6f", s.Class, s.Value, s.Real)
				if s.Class < len(names) {
					fmt.Fprintf(out, "  %s", printable(names[s.Class]))
				}
				fmt.Fprintln(out)
			}
			if sqnr {
				ratios, err := golden.SQNR(cmd.Context(), trace)
				if err != nil {
					return err
				}
				fmt.Fprintf(out, "\nformats against float execution of the same rounded weights\n%-32s %8s\n", "layer", "SQNR")
				for _, r := range ratios {
					fmt.Fprintf(out, "%-32s %8s\n", r.Layer, decibels(r.DB))
				}
			}
			return machine(out.Flush())
		},
	}
	networkFlag(cmd, &network)
	cmd.Flags().IntVar(&top, "top", 5, "how many outputs to print")
	cmd.Flags().BoolVar(&sqnr, "sqnr", false, "compare each layer with float execution, in dB")
	return cmd
}

func decibels(db float64) string {
	if math.IsInf(db, 1) {
		return "exact"
	}
	return fmt.Sprintf("%.1f dB", db)
}
