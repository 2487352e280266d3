package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
	"github.com/hashiflex/hashiflex/spec/onnx"
	"github.com/hashiflex/hashiflex/spec/words"
)

// exportersNames are what exporters call every graph.
var exportersNames = []string{"main_graph", "torch_jit", "torch-jit-export", "tf2onnx", "graph"}

func importCommand() *cobra.Command {
	var opt onnx.Options
	var out, quantize, reference, validate, classes string
	var compareMethods, asJSON bool
	cmd := &cobra.Command{
		Use:   "import MODEL.onnx -o DIR",
		Short: "Turn an ONNX model into a power-of-two network",
		Long: `Turn an ONNX model into a power-of-two network: network.json and
weights.safetensors in an empty directory.

Weights that already are 0 or a signed power of two are taken exactly; others
are refused unless --quantize says how to round them. Of more than ten problems
ten lines are shown, and all are in DIR.problems.txt. --calibrate measures the
formats of the activations on a folder of PNG or JPEG images of the network's input size.
--reference first compares the model, unquantized, with outputs that another
runtime recorded for the same images.

The report, on the terminal and in import.json beside the network, says what the
network lost: each layer against the trained float network, and the class of each
picture of --calibrate. Figures of pictures that calibration saw flatter; --validate
names a folder of others.

Rounding is by one of three methods: method=round takes the nearest power of two;
method=moments corrects each channel's mean and standard deviation; method=refit fits
each layer to the model's outputs, given what the layers before it compute, and lets
weights that are still free make up for the error of those that were rounded. The last
is what po2:bits=N means with --calibrate, and the first without.

A model that is quantized already, in QDQ format or by QONNX's Quant, with scales that are
powers of two and zero points that are 0, is taken exactly, its formats with it.

With terms=T a weight is a sum of up to T signed powers of two, each an operand of an
adder: more area, and less lost. With prune=P the convolutions' weights of least magnitude
are made 0 before, P percent of each layer, or with by=global of all together.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if out == "" {
				return errors.New("import: -o names the directory to write, and is missing")
			}
			if reference != "" && opt.Calibrate == "" {
				return errors.New("--reference: --calibrate names the folder of its images, and is missing")
			}
			var err error
			if opt.Quantizer, err = onnx.ParseQuantizer(quantize); err != nil {
				return fmt.Errorf("--quantize: %w", err)
			}
			// What is wrong with the folders is said before the work.
			if entries, err := os.ReadDir(out); err == nil && len(entries) > 0 {
				return emptyDir(out)
			}
			if validate != "" {
				if _, err := floatnet.Pictures(validate); err != nil {
					return fmt.Errorf("--validate: %w", err)
				}
			}
			m, err := onnx.Read(args[0], opt)
			if err != nil {
				return summary(err, opt.Quantizer, out)
			}
			if opt.Name == "" && slices.Contains(exportersNames, m.Name) {
				opt.Name = filepath.Base(filepath.Clean(out))
			}
			names := m.Classes
			if classes != "" {
				if names, err = readNames(classes, false); err != nil {
					return fmt.Errorf("--classes: %w", err)
				}
			}
			w := bufio.NewWriter(cmd.OutOrStdout())
			if asJSON {
				w.Reset(io.Discard)
			}
			if reference != "" {
				if err := compare(cmd, w, m, reference, opt.Calibrate); err != nil {
					return errors.Join(err, w.Flush())
				}
			}
			bar := screenOf(cmd).progress
			fitted := 0
			opt.Progress = func(layer string, of int) {
				fitted++
				bar.Report("fit", fitted, of)
			}
			n, report, err := onnx.Import(cmd.Context(), m, opt)
			if err != nil {
				return summary(err, opt.Quantizer, out)
			}
			r := &importReport{
				Network: n.Name, Model: filepath.Base(args[0]), SHA256: m.SHA256, Quantizer: quantize,
				Notes: list(report.Notes), Layers: list(report.Layers), Exponents: exponents(n), Zeroed: report.Zeroed(),
			}
			if opt.Calibrate != "" {
				if r.Seen, err = measure(cmd.Context(), n, m, opt.Calibrate, "seen", bar); err != nil {
					return err
				}
			}
			if validate != "" {
				if r.Unseen, err = measure(cmd.Context(), n, m, validate, "unseen", bar); err != nil {
					return fmt.Errorf("--validate: %w", err)
				}
			} else if opt.Calibrate != "" {
				r.Notes = append(r.Notes, "all figures are of pictures that calibration saw, which flatters; --validate DIR measures others")
			}
			if used := opt.Quantizer.Used(opt.Calibrate != ""); opt.Quantizer.Round && r.Seen != nil && compareMethods {
				if err := r.plainer(cmd.Context(), m, opt, used, validate, bar); err != nil {
					return err
				}
			}
			if err := emptyDir(out); err != nil {
				return err
			}
			if err := spec.Save(n, out); err != nil {
				return machine(err)
			}
			if len(names) > 0 {
				if err := os.WriteFile(filepath.Join(out, classesFile), []byte(strings.Join(names, "\n")+"\n"), 0o644); err != nil {
					return machine(err)
				}
			}
			if err := r.save(out); err != nil {
				return err
			}
			if asJSON {
				return machine(writeJSON(cmd.OutOrStdout(), r))
			}
			r.write(w, names, screenOf(cmd).wide)
			fmt.Fprintf(w, "%s: %s, calibrated on %s, written to %s\n", n.Name, words.Count(len(n.Layers), "layer"), words.Count(report.Images, "image"), out)
			for _, line := range r.loud() {
				fmt.Fprintln(w, line)
			}
			fmt.Fprintf(w, "\nits hardware is proved by:\n    hashiflex signoff %s\n", words.ShellQuote(out))
			return machine(w.Flush())
		},
	}
	f := cmd.Flags()
	f.StringVarP(&out, "output", "o", "", "directory to write, empty or new")
	f.StringVar(&opt.Name, "name", "", "name of the network (default: the model's own, or that of -o if an exporter gave it the name of all its models)")
	f.StringVar(&opt.Output, "model-output", "", "output or inner tensor of the model that the network computes (default: its only output)")
	f.StringVar(&quantize, "quantize", "", `round weights, as in "po2:bits=4"; ",terms=T" makes each a sum of up to T signed powers of two, ",method=M" chooses how, M one of round, moments, refit`)
	f.StringVar(&opt.Calibrate, "calibrate", "", "folder of PNG or JPEG images")
	f.StringVar(&validate, "validate", "", "folder of images that calibration does not see, to measure on")
	f.BoolVar(&compareMethods, "compare-methods", true, "measure what plainer methods of rounding reach, too")
	f.StringVar(&classes, "classes", "", "file of the names of the classes, one a line (default: the model's own, where it has them)")
	jsonFlag(cmd, &asJSON)
	f.StringVar(&reference, "reference", "", "JSON file of another runtime's outputs for the images of --calibrate")
	return cmd
}

// summaryLines is the largest number of lines that an import prints about a model that
// it refuses.
const summaryLines = 10

// summary describes a model's problems for a user. First it says how to import weights
// that an exact import refuses. Then it lists all problems. If those are too many, it
// lists problems other than weights and the first of each layer, up to the limit. A
// file beside the output directory then has all of them.
func summary(err error, q onnx.Quantizer, dir string) error {
	all := spec.Problems(err)
	var hint, others, firsts []error
	layers := map[string]bool{}
	for _, p := range all {
		var weight *onnx.WeightProblem
		switch {
		case !errors.As(p, &weight):
			others = append(others, p)
		case !layers[weight.Layer]:
			layers[weight.Layer] = true
			firsts = append(firsts, p)
		}
	}
	if len(firsts) > 0 && !q.Round {
		hint = []error{fmt.Errorf("--quantize po2:bits=4 rounds weights that an exact import refuses, here in %s", words.Count(len(firsts), "layer"))}
	}
	if len(hint)+len(all) <= summaryLines {
		return errors.Join(append(hint, all...)...)
	}
	file, failed := listProblems(all, dir)
	if failed != nil {
		return errors.Join(append(append(hint, all...), machine(failed))...)
	}
	shown := append(others, firsts...)
	shown = shown[:min(len(shown), summaryLines-len(hint)-1)]
	last := fmt.Errorf("%s in all, listed in %s", words.Count(len(all), "problem"), file)
	return errors.Join(append(append(hint, shown...), last)...)
}

// listProblems lists problems in a file beside a directory, one a line.
func listProblems(all []error, dir string) (file string, err error) {
	dir = filepath.Clean(dir)
	if base := filepath.Base(dir); base == "." || base == ".." {
		if dir, err = filepath.Abs(dir); err != nil {
			return "", err
		}
	}
	var b strings.Builder
	for _, p := range all {
		fmt.Fprintln(&b, strings.Join(strings.Fields(printable(p.Error())), " "))
	}
	file = dir + ".problems.txt"
	return file, os.WriteFile(file, []byte(b.String()), 0o644)
}

// compare refuses a model whose outputs are not those that were recorded.
func compare(cmd *cobra.Command, w *bufio.Writer, m *onnx.Model, outputs, images string) error {
	list, err := onnx.CheckReference(cmd.Context(), m, outputs, images)
	if err != nil {
		return err
	}
	var off []error
	for _, d := range list {
		fmt.Fprintf(w, "%-32s differs by at most %.2g\n", d.Image, d.Max)
		// Not "greater than": a NaN is no agreement.
		if !(d.Max <= onnx.MaxReferenceDeviation) {
			off = append(off, fmt.Errorf("%s: %s: an output differs by %g from the recorded one, more than %g", outputs, d.Image, d.Max, onnx.MaxReferenceDeviation))
		}
	}
	return errors.Join(off...)
}
