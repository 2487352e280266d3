package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/golden/accuracy"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/onnx"
	"github.com/hashiflex/hashiflex/spec/words"
)

func evalCommand() *cobra.Command {
	var network, images, labelFile, model, modelOutput, out string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "eval --images DIR",
		Short: "Measure a network on a folder of images, bit for bit as the hardware would",
		Long: `Run the reference model on every PNG and JPEG of a folder, on all CPUs, and say how
good it is. With --labels, a file with the name of a picture and its class in each line,
that is top-1 and top-5. With --model, the ONNX model that the network was made of, it is
how often the class stays that of the trained float network, and what each layer lost
against it. Of a network with one output, class 1 is where that is greater than 0, as a
Sigmoid is than 0.5; else it is class 0.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if images == "" {
				return errors.New("eval: --images names the folder of images, and is missing")
			}
			n, err := networks.OpenOrLoad(network)
			if err != nil {
				return err
			}
			names, err := readClasses(network)
			if err != nil {
				return err
			}
			pictures, err := floatnet.Pictures(images)
			if err != nil {
				return fmt.Errorf("--images: %w", err)
			}
			var labels accuracy.Labels
			if labelFile != "" {
				if labels, err = accuracy.ReadLabels(labelFile, names); err != nil {
					return fmt.Errorf("--labels: %w", err)
				}
				if missing := labels.Missing(pictures); len(missing) > 0 {
					return fmt.Errorf("--labels: %s: %s of %s have no label, the first %s", labelFile, words.Count(len(missing), "picture"), images, printable(missing[0]))
				}
			}
			const top = 5
			opt := accuracy.Options{Top: top}
			if model != "" {
				m, err := onnx.Read(model, onnx.Options{Output: modelOutput, Quantizer: onnx.Quantizer{Bits: 4, Round: true}})
				if err != nil {
					return fmt.Errorf("--model: %w", err)
				}
				if m.Input != n.Input.Shape {
					return fmt.Errorf("--model: its image is %v, the network's %v", m.Input, n.Input.Shape)
				}
				opt.Trained = m.Float()
			}
			bar := screenOf(cmd).progress
			bar.Report("pictures", 0, len(pictures))
			const pictureLines = 100
			done := 0
			opt.Done = func(accuracy.Image) {
				bar.Add(1)
				if done++; done%pictureLines == 0 {
					bar.Line("%d of %s", done, words.Count(len(pictures), "picture"))
				}
			}
			r, err := accuracy.Measure(cmd.Context(), n, pictures, opt)
			if err != nil {
				return err
			}
			if out != "" {
				b, err := json.MarshalIndent(&measured{images, r.Features().Trained, r.Agreement(), r.Images, r.Layers}, "", " ")
				if err != nil {
					return err
				}
				if err := os.WriteFile(out, append(b, '\n'), 0o644); err != nil {
					return machine(err)
				}
			}
			last := n.Layers[len(n.Layers)-1].OutShape()
			e := evaluation{r, labels, names, model != "", last == spec.Shape{C: 1, H: 1, W: 1}}
			if asJSON {
				return machine(writeJSON(cmd.OutOrStdout(), e.output(n.Name, images)))
			}
			w := bufio.NewWriter(cmd.OutOrStdout())
			e.write(w)
			return machine(w.Flush())
		},
	}
	networkFlag(cmd, &network)
	f := cmd.Flags()
	f.StringVar(&images, "images", "", "folder of PNG or JPEG images of the network's input size")
	f.StringVar(&labelFile, "labels", "", "file with the name of an image and its class, number or name, in each line")
	f.StringVar(&model, "model", "", "ONNX model that the network was made of")
	f.StringVar(&modelOutput, "model-output", "", "output of the model that the network computes, as for import")
	f.StringVarP(&out, "output", "o", "", "JSON file to write: every image and every layer")
	jsonFlag(cmd, &asJSON)
	return cmd
}

// evalOutput is what eval writes as JSON.
type evalOutput struct {
	Network string `json:"network"`
	measured
	Correct []correct `json:"correct,omitempty"` // with labels
	Changed []string  `json:"changed"`           // images whose class is not the trained network's
}

// correct counts images whose label is among the best classes.
type correct struct {
	Top     int `json:"top"` // how many classes
	Network int `json:"network"`
	Trained int `json:"trained"` // of the trained network; 0 without --model
}

func (e evaluation) output(network, folder string) *evalOutput {
	o := &evalOutput{Network: network, measured: measured{folder, e.r.Features().Trained, e.r.Agreement(), list(e.r.Images), list(e.r.Layers)}, Changed: []string{}}
	if !e.model {
		o.Agreement = 0
	}
	for _, k := range tops {
		if e.labels != nil {
			ours, trained := e.r.Correct(e.labels, k)
			o.Correct = append(o.Correct, correct{k, ours, trained})
		}
	}
	if e.model {
		for _, i := range e.r.Changed() {
			o.Changed = append(o.Changed, i.Name)
		}
	}
	return o
}

// tops are how many of the best classes may contain an image's label.
var tops = []int{1, 5}

// evaluation is what eval prints.
type evaluation struct {
	r      *accuracy.Result
	labels accuracy.Labels
	names  []string
	model  bool
	single bool // the network has one output
}

// maxChanged is the largest number of listed images whose class changed.
const maxChanged = 20

func (e evaluation) write(w io.Writer) {
	n := len(e.r.Images)
	share := func(k int) string { return fmt.Sprintf("%d of %d, %.1f %%", k, n, 100*float64(k)/float64(n)) }
	classes := map[int]int{}
	for _, i := range e.r.Images {
		classes[i.Class()]++
	}
	fmt.Fprintf(w, "%-32s %9s\n", "class", "images")
	byCount := slices.SortedFunc(maps.Keys(classes), func(a, b int) int { return cmp.Or(classes[b]-classes[a], a-b) })
	for _, c := range byCount[:min(len(byCount), maxChanged)] {
		fmt.Fprintf(w, "%-32s %9d\n", className(e.names, c), classes[c])
	}
	if more := len(byCount) - maxChanged; more > 0 {
		fmt.Fprintf(w, "and %d more classes\n", more)
	}
	if e.single {
		fmt.Fprintln(w, "the network has one output: class 1 is where it is greater than 0, as a Sigmoid is than 0.5")
	}
	if e.model {
		fmt.Fprintf(w, "\n%-32s %8s\n", "layer", "SQNR against the trained network")
		for _, l := range e.r.Layers {
			fmt.Fprintf(w, "%-32s %8s\n", l.Name, l.Trained)
		}
	}
	fmt.Fprintln(w)
	if e.labels != nil {
		for _, k := range tops {
			network, trained := e.r.Correct(e.labels, k)
			fmt.Fprintf(w, "top-%d: %s", k, share(network))
			if e.model {
				fmt.Fprintf(w, "; the trained network %s", share(trained))
			}
			fmt.Fprintln(w)
		}
	}
	if !e.model {
		if e.labels == nil {
			fmt.Fprintln(w, "--labels and --model say how good that is")
		}
		return
	}
	fmt.Fprintf(w, "class as the trained network's: %s; features against it: %s\n", share(e.r.Agreement()), e.r.Features().Trained)
	changed := e.r.Changed()
	if len(changed) == 0 {
		return
	}
	var list []string
	for _, i := range changed[:min(len(changed), maxChanged)] {
		list = append(list, fmt.Sprintf("%s (%s for %s)", printable(i.Name), className(e.names, i.Class()), className(e.names, i.Trained())))
	}
	if len(changed) > maxChanged {
		list = append(list, "…")
	}
	fmt.Fprintf(w, "WARNING: CLASS CHANGED for %s: %s\n", words.Count(len(changed), "picture"), strings.Join(list, ", "))
}
