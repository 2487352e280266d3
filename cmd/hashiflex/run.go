package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"os"
	"runtime"
	"slices"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/crash"
	"github.com/hashiflex/hashiflex/spec/networks"
)

func runCommand() *cobra.Command {
	var (
		network string
		top     int
		sqnr    bool
		asJSON  bool
	)
	cmd := &cobra.Command{
		Use:   "run IMAGE...",
		Short: "Run the reference model on images, bit for bit as the hardware would",
		Long: `Run the reference model on PNGs or JPEGs of exactly the network's input size and
print the greatest outputs of each, with the names of the classes where the network's folder
has classes.txt. The network is loaded once. With --json, every image has an object of its
own. With --sqnr, also compare every layer with float execution of the same
power-of-two weights: what formats lose, and nothing of what rounding the weights lost;
eval --model compares with the trained network.`,
		Args: cobra.MinimumNArgs(1),
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
			out := bufio.NewWriter(cmd.OutOrStdout())
			first := true
			for r, err := range runImages(cmd.Context(), model, n, args, names, top, sqnr) {
				if err != nil {
					// What was computed is shown; a Writer keeps its error for the next use.
					return errors.Join(err, machine(out.Flush()))
				}
				if asJSON {
					err = writeJSON(out, r)
				} else {
					if len(args) > 1 {
						if !first {
							fmt.Fprintln(out)
						}
						fmt.Fprintf(out, "%s:\n", printable(r.Image))
					}
					r.write(out)
				}
				if err := errors.Join(err, out.Flush()); err != nil {
					return machine(err)
				}
				first = false
			}
			return nil
		},
	}
	networkFlag(cmd, &network)
	cmd.Flags().IntVar(&top, "top", 5, "how many outputs to print")
	cmd.Flags().BoolVar(&sqnr, "sqnr", false, "compare each layer with float execution, in dB")
	jsonFlag(cmd, &asJSON)
	return cmd
}

// runImages runs the model on the images of files and gives what it computed in their order,
// up to the first error. One image has all processors; of many each has one.
func runImages(ctx context.Context, model *golden.Executor, n *spec.Network, images []string, names []string, top int, sqnr bool) iter.Seq2[*runOutput, error] {
	execute := []execution{model.Run}
	if len(images) > 1 {
		execute = nil
		for range min(len(images), runtime.GOMAXPROCS(0)) {
			execute = append(execute, model.Worker().Run)
		}
	}
	return func(yield func(*runOutput, error) bool) {
		for some := range slices.Chunk(images, len(execute)) {
			outs := make([]*runOutput, len(some))
			errs := make([]error, len(some))
			var g crash.Group
			for i, image := range some {
				g.Go(func() { outs[i], errs[i] = runImage(ctx, execute[i], n, image, names, top, sqnr) })
			}
			g.Wait()
			for i := range some {
				if !yield(outs[i], errs[i]) || errs[i] != nil {
					return
				}
			}
		}
	}
}

// execution runs a network on a frame.
type execution func(context.Context, golden.Tensor) (*golden.Trace, error)

// runImage runs the model on the image of a file.
func runImage(ctx context.Context, execute execution, n *spec.Network, image string, names []string, top int, sqnr bool) (*runOutput, error) {
	f, err := os.Open(image)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	frame, err := golden.ReadFrame(bufio.NewReader(f), n.Input)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", image, err)
	}
	trace, err := execute(ctx, frame)
	if err != nil {
		return nil, err
	}
	r := &runOutput{Network: n.Name, Image: image, Outputs: []classOutput{}}
	for _, s := range golden.TopK(trace, top) {
		o := classOutput{Class: s.Class, Integer: s.Value, Value: s.Real}
		if s.Class < len(names) {
			o.Name = names[s.Class]
		}
		r.Outputs = append(r.Outputs, o)
	}
	if !sqnr {
		return r, nil
	}
	ratios, err := golden.SQNR(ctx, trace)
	if err != nil {
		return nil, err
	}
	for _, x := range ratios {
		r.Layers = append(r.Layers, layerOutput{x.Layer, finite(x.DB), x.DB})
	}
	return r, nil
}

// runOutput is what run prints of an image, and writes as JSON.
type runOutput struct {
	Network string        `json:"network"`
	Image   string        `json:"image"`
	Outputs []classOutput `json:"outputs"`          // the greatest ones, the greatest first
	Layers  []layerOutput `json:"layers,omitempty"` // with --sqnr
}

// classOutput is one output of the last layer.
type classOutput struct {
	Class   int     `json:"class"`
	Name    string  `json:"name,omitempty"`
	Integer int32   `json:"integer"`
	Value   float64 `json:"value"` // real value of Integer
}

// layerOutput compares a layer with float execution.
type layerOutput struct {
	Layer string   `json:"layer"`
	DB    *float64 `json:"sqnr_db" jsonschema:"nullable"` // null: exact, or no signal
	db    float64
}

func (r *runOutput) write(w io.Writer) {
	fmt.Fprintf(w, "%6s %8s %12s\n", "class", "integer", "value")
	for _, o := range r.Outputs {
		fmt.Fprintf(w, "%6d %8d %12.6f", o.Class, o.Integer, o.Value)
		if o.Name != "" {
			fmt.Fprintf(w, "  %s", printable(o.Name))
		}
		fmt.Fprintln(w)
	}
	if len(r.Layers) == 0 {
		return
	}
	fmt.Fprintf(w, "\nformats against float execution of the same rounded weights\n%-32s %8s\n", "layer", "SQNR")
	for _, l := range r.Layers {
		fmt.Fprintf(w, "%-32s %8s\n", l.Layer, decibels(l.db))
	}
}

// finite returns a pointer to x, or nil if JSON has no number for it.
func finite(x float64) *float64 {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return nil
	}
	return &x
}

func decibels(db float64) string {
	if math.IsInf(db, 1) {
		return "exact"
	}
	return fmt.Sprintf("%.1f dB", db)
}
