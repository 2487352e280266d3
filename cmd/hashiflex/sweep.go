package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/hashiflex/hashiflex/golden/accuracy"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/reports/sweep"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/crash"
	"github.com/hashiflex/hashiflex/spec/floatnet"
	"github.com/hashiflex/hashiflex/spec/onnx"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Files of a sweep.
const (
	sweepTable   = "sweep.csv"
	sweepDrawing = "sweep.svg"
)

func sweepCommand() *cobra.Command {
	var (
		opt                               onnx.Options
		bits, terms, prune, by, method    string
		images, labelFile, classList, out string
		k                                 knobs
		asJSON                            bool
	)
	cmd := &cobra.Command{
		Use:   "sweep MODEL.onnx -o DIR",
		Short: "Say how accuracy and area depend on bits, terms and pruning",
		Long: `Import a model with each setting of --bits, --terms and --prune, and measure each network on
the images of --images: accuracy where --labels tells the classes, else how often the class
stays the trained network's; the noise of the features that the head reads; adders, their
bits, and the area model of HaShiFlex. Weights are pruned by magnitude, the least of each
layer or the least anywhere.

What is printed is also in DIR/sweep.csv, and drawn in DIR/sweep.svg. Each row has the
--quantize with which import makes that network.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var errs []error
			if out == "" {
				errs = append(errs, errors.New("sweep: -o names the directory to write, and is missing"))
			}
			if opt.Calibrate == "" {
				errs = append(errs, errors.New("sweep: --calibrate names a folder of images, and is missing"))
			}
			settings, err := sweepSettings(bits, terms, prune, by, method)
			if err := errors.Join(append(errs, err)...); err != nil {
				return err
			}
			hardware, err := k.options()
			if err != nil {
				return err
			}
			flatters := images == ""
			if flatters {
				images = opt.Calibrate
			}
			pictures, err := floatnet.Pictures(images)
			if err != nil {
				return fmt.Errorf("--images: %w", err)
			}
			opt.Quantizer = settings[0]
			m, err := onnx.Read(args[0], opt)
			if err != nil {
				return summary(err, opt.Quantizer, out)
			}
			names := m.Classes
			if classList != "" {
				if names, err = readNames(classList, false); err != nil {
					return fmt.Errorf("--classes: %w", err)
				}
			}
			title := fmt.Sprintf("%s, on %s", m.Name, words.Count(len(pictures), "picture"))
			score := "agreement"
			var labels accuracy.Labels
			if labelFile != "" {
				score = "top-1"
				if labels, err = accuracy.ReadLabels(labelFile, names); err != nil {
					return fmt.Errorf("--labels: %w", err)
				}
				if missing := labels.Missing(pictures); len(missing) > 0 {
					return fmt.Errorf("--labels: %s: %s of %s have no label, the first %s", labelFile, words.Count(len(missing), "picture"), images, printable(missing[0]))
				}
			}
			if err := emptyDir(out); err != nil {
				return err
			}
			w := bufio.NewWriter(cmd.OutOrStdout())
			if asJSON {
				w.Reset(io.Discard)
			}
			if flatters {
				fmt.Fprintln(w, "all figures are of pictures that calibration saw, which flatters; --images DIR measures others")
			}
			table := sweep.Table{W: w, Labelled: labels != nil}
			err = errors.Join(table.Header(), w.Flush())
			bar := screenOf(cmd).progress
			bar.Report("settings", 0, len(settings))
			var rows []sweep.Row
			for _, q := range settings {
				if err != nil {
					return machine(err)
				}
				opt.Quantizer = q
				row, failed := sweepRow(cmd.Context(), m, opt, hardware, pictures, labels)
				if failed != nil {
					return fmt.Errorf("%s: %w", q, failed)
				}
				rows = append(rows, row)
				bar.Add(1)
				// What a long sweep found is there as soon as it is found.
				err = errors.Join(table.Row(row), w.Flush(), writeSweep(out, title, score, rows))
			}
			if err == nil && asJSON {
				err = writeJSON(cmd.OutOrStdout(), sweptOutput(m.Name, score, images, len(pictures), flatters, rows))
			}
			return machine(err)
		},
	}
	f := cmd.Flags()
	f.StringVarP(&out, "output", "o", "", "directory to write, empty or new")
	f.StringVar(&bits, "bits", "2..6", `bits of a code, as in "2..6" or "3,4"`)
	f.StringVar(&terms, "terms", "1", `powers of two a weight, as in "1,2"`)
	f.StringVar(&prune, "prune", "0", `percentages of the weights to make 0, as in "0,25,50,75,90"`)
	f.StringVar(&by, "by", string(onnx.ByLayer), `where magnitudes are compared: layer, global, or both as in "layer,global"`)
	f.StringVar(&method, "method", "", "method of rounding, as for import (default: the best)")
	f.StringVar(&opt.Calibrate, "calibrate", "", "folder of PNG or JPEG images")
	f.StringVar(&images, "images", "", "folder of images to measure on (default: those of --calibrate)")
	f.StringVar(&labelFile, "labels", "", "file with the name of an image and its class in each line, as for eval")
	f.StringVar(&classList, "classes", "", "file of the names of the classes, one a line (default: the model's own, where it has them)")
	f.StringVar(&opt.Output, "model-output", "", "output of the model that the network computes, as for import")
	k.flags(cmd)
	jsonFlag(cmd, &asJSON)
	return cmd
}

// sweepOutput is what sweep writes as JSON. Its rows have the columns of sweep.csv.
type sweepOutput struct {
	Model    string           `json:"model"`
	Folder   string           `json:"folder"` // of the images
	Images   int              `json:"images"`
	Flatters bool             `json:"flatters"` // calibration saw the images
	Score    string           `json:"score"`    // what score means: top-1 or agreement
	Rows     []sweepRowOutput `json:"rows"`
}

type sweepRowOutput struct {
	Quantizer string   `json:"quantizer"`
	Bits      int      `json:"bits"`
	Terms     int      `json:"terms"`
	Prune     int      `json:"prune_percent"`
	Scope     string   `json:"prune_by"`
	Score     float64  `json:"score"`
	Agreement float64  `json:"agreement"`
	Features  *float64 `json:"features_db" jsonschema:"nullable"` // null: exact
	Weights   int      `json:"weights"`
	NonZero   int      `json:"non_zero"`
	Adders    int      `json:"adders"`
	AdderBits int      `json:"adder_bits"`
	ModelBits int      `json:"area_model_bits"`
}

func sweptOutput(model, score, folder string, images int, flatters bool, rows []sweep.Row) *sweepOutput {
	o := &sweepOutput{Model: model, Folder: folder, Images: images, Flatters: flatters, Score: score, Rows: []sweepRowOutput{}}
	for _, r := range rows {
		o.Rows = append(o.Rows, sweepRowOutput{
			r.Quantizer, r.Bits, r.Terms, r.Prune, r.Scope, r.Score, r.Agreement, finite(r.DB), r.Weights, r.NonZero, r.Adders, r.AdderBits, r.ModelBits,
		})
	}
	return o
}

// sweepSettings returns all combinations, in order. A setting without pruning occurs
// only once.
func sweepSettings(bits, terms, prune, by, method string) ([]onnx.Quantizer, error) {
	allBits, err1 := numbers("--bits", bits)
	allTerms, err2 := numbers("--terms", terms)
	allPrune, err3 := numbers("--prune", prune)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	var settings []onnx.Quantizer
	for _, t := range allTerms {
		for _, b := range allBits {
			for _, p := range allPrune {
				for i, where := range strings.Split(by, ",") {
					if p == 0 && i > 0 {
						continue
					}
					text := fmt.Sprintf("po2:bits=%d,terms=%d,prune=%d,by=%s", b, t, p, where)
					if method != "" {
						text += ",method=" + method
					}
					q, err := onnx.ParseQuantizer(text)
					if err != nil {
						return nil, err
					}
					if t == 1 {
						q.Terms = 0 // what nobody need say
					}
					settings = append(settings, q)
				}
			}
		}
	}
	return settings, nil
}

// numbers reads "2..6" or "3,4", without repetitions.
func numbers(flag, s string) ([]int, error) {
	bad := fmt.Errorf("%s %q: want numbers, as in 2..6 or 3,4", flag, s)
	var ns []int
	for _, part := range strings.Split(s, ",") {
		from, to, span := strings.Cut(part, "..")
		if !span {
			to = from
		}
		a, err1 := strconv.Atoi(from)
		b, err2 := strconv.Atoi(to)
		if err1 != nil || err2 != nil || a < 0 || b < a || b > 100 {
			return nil, bad
		}
		for n := a; n <= b; n++ {
			if !slices.Contains(ns, n) {
				ns = append(ns, n)
			}
		}
	}
	return ns, nil
}

// sweepRow imports a model with one setting and measures what comes out.
func sweepRow(ctx context.Context, m *onnx.Model, opt onnx.Options, hardware shiftadd.Options, pictures []string, labels accuracy.Labels) (sweep.Row, error) {
	q := opt.Quantizer
	row := sweep.Row{Quantizer: q.String(), Bits: q.Bits, Terms: max(1, q.Terms), Prune: q.Prune}
	if q.Prune > 0 {
		row.Scope = string(q.PruneBy)
	}
	n, report, err := onnx.Import(ctx, m, opt)
	if err != nil {
		return row, err
	}
	row.Weights, row.NonZero, _, _ = report.Totals()
	r, err := accuracy.Measure(ctx, n, pictures, accuracy.Options{Trained: m.Float()})
	if err != nil {
		return row, err
	}
	row.Agreement = float64(r.Agreement()) / float64(len(r.Images))
	row.Score, row.DB = row.Agreement, r.Features().Trained.DB()
	if labels != nil {
		right, _ := r.Correct(labels, 1)
		row.Score = float64(right) / float64(len(r.Images))
	}
	s, err := hardwareStats(ctx, n, hardware)
	if err != nil {
		return row, err
	}
	row.Adders, row.AdderBits, row.ModelBits = s.Adders+s.Subtractors+s.Negations, s.AdderBits, s.ModelBits
	return row, nil
}

// hardwareStats counts the parts of a network's adder trees.
func hardwareStats(ctx context.Context, n *spec.Network, o shiftadd.Options) (netlist.Stats, error) {
	work, err := selectWork(n, o, "", -1)
	if err != nil {
		return netlist.Stats{}, err
	}
	each := make([]netlist.Stats, len(work))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, w := range work {
		group.Go(func() (err error) {
			defer crash.Recover("layer "+w.gen.Layer().Name, func(e *crash.Error) { err = e })
			for _, u := range w.units {
				if err := ctx.Err(); err != nil {
					return err
				}
				each[i] = each[i].Plus(netlist.Measure(w.gen.Module(u)))
			}
			return nil
		})
	}
	err = group.Wait()
	var sum netlist.Stats
	for _, s := range each {
		sum = sum.Plus(s)
	}
	return sum, err
}

// writeSweep writes the table and the drawing anew.
func writeSweep(dir, title, score string, rows []sweep.Row) error {
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{sweepTable, func(w io.Writer) error { return sweep.CSV(w, rows) }},
		{sweepDrawing, func(w io.Writer) error { return sweep.SVG(w, title, score, rows) }},
	} {
		var b bytes.Buffer
		if err := file.write(&b); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, file.name), b.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}
