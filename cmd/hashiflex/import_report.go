package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/cmd/hashiflex/internal/progress"
	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/golden/accuracy"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/bounded"
	"github.com/hashiflex/hashiflex/spec/floatnet"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/onnx"
	"github.com/hashiflex/hashiflex/spec/words"
)

// importReportFile is beside the network that an import wrote.
const importReportFile = signoff.ImportFile

// importReport is what an import says of the network that it wrote, on the terminal and
// in importReportFile.
type importReport struct {
	Network   string             `json:"network"`
	Model     string             `json:"model"`
	SHA256    string             `json:"sha256"`
	Quantizer string             `json:"quantizer"`
	Notes     []string           `json:"notes"`
	Layers    []onnx.LayerReport `json:"layers"`
	// Exponents counts the weights of convolutions that are ±2^k, by k.
	Exponents map[int]int `json:"exponents"`
	Zeroed    int         `json:"zeroed"` // weights that the model has and rounding made 0
	// Seen is measured on the calibration images, Unseen on others; nil if there were
	// none.
	Seen   *measured `json:"seen,omitempty"`
	Unseen *measured `json:"unseen,omitempty"`
	// Methods are the results of the rounding methods, the simplest first, up to the
	// one that was used.
	Methods []methodReport `json:"methods,omitempty"`
}

// methodReport is the result of a rounding method on the images.
type methodReport struct {
	Method onnx.Method   `json:"method"`
	Seen   *methodFigure `json:"seen,omitempty"`
	Unseen *methodFigure `json:"unseen,omitempty"`
}

type methodFigure struct {
	Features  accuracy.Ratio `json:"features_db"`
	Agreement int            `json:"agreement"`
	Images    int            `json:"images"`
}

func (m *measured) figure() *methodFigure {
	if m == nil {
		return nil
	}
	return &methodFigure{m.Features, m.Agreement, len(m.Images)}
}

func (f *methodFigure) String() string {
	if f == nil {
		return "-"
	}
	return fmt.Sprintf("%s, %d of %d", f.Features, f.Agreement, f.Images)
}

// plainer measures what plainer methods than the one used reach, so that what each gained
// can be said.
func (r *importReport) plainer(ctx context.Context, m *onnx.Model, opt onnx.Options, used onnx.Method, validate string, bar *progress.Progress) error {
	opt.Progress = nil
	for _, method := range onnx.Methods {
		if method == used {
			r.Methods = append(r.Methods, methodReport{method, r.Seen.figure(), r.Unseen.figure()})
			return nil
		}
		opt.Quantizer.Method = method
		n, _, err := onnx.Import(ctx, m, opt)
		if err != nil {
			return err
		}
		title := fmt.Sprintf("method=%s", method)
		seen, err := measure(ctx, n, m, opt.Calibrate, title, bar)
		if err != nil {
			return err
		}
		var unseen *measured
		if validate != "" {
			if unseen, err = measure(ctx, n, m, validate, title, bar); err != nil {
				return err
			}
		}
		r.Methods = append(r.Methods, methodReport{method, seen.figure(), unseen.figure()})
	}
	return nil
}

// measured is an accuracy.Result for readers: ratios in dB, null where exact.
type measured struct {
	Folder    string           `json:"folder"`
	Features  accuracy.Ratio   `json:"features_db"` // what the head reads, against the trained network
	Agreement int              `json:"agreement"`
	Images    []accuracy.Image `json:"images"`
	Layers    []accuracy.Layer `json:"layers"`
}

// measure runs a network and the model that it was made of on the pictures of a folder.
func measure(ctx context.Context, n *spec.Network, m *onnx.Model, folder, title string, bar *progress.Progress) (*measured, error) {
	pictures, err := floatnet.Pictures(folder)
	if err != nil {
		return nil, err
	}
	bar.Report(title, 0, len(pictures))
	r, err := accuracy.Measure(ctx, n, pictures, accuracy.Options{
		Trained: m.Float(), Rounded: true, Top: 1,
		Done: func(accuracy.Image) { bar.Add(1) },
	})
	if err != nil {
		return nil, err
	}
	return &measured{folder, r.Features().Trained, r.Agreement(), r.Images, r.Layers}, nil
}

// exponents counts the powers of two of a network's convolutions.
func exponents(n *spec.Network) map[int]int {
	counts := map[int]int{}
	for _, l := range n.Layers {
		if c, ok := l.Op.(*spec.Conv); ok {
			for oc := range c.OutC {
				for _, code := range l.Channel(oc) {
					if code != 0 {
						counts[int(c.Base[oc])+code.Shift()]++
					}
				}
			}
		}
	}
	return counts
}

func (r *importReport) save(dir string) error {
	var b bytes.Buffer
	if err := writeJSON(&b, r); err != nil {
		return err
	}
	return machine(os.WriteFile(filepath.Join(dir, importReportFile), b.Bytes(), 0o644))
}

// write is the report as a person reads it, the worst news last, where it is seen.
func (r *importReport) write(w io.Writer, names []string, width int) {
	for _, note := range r.Notes {
		fmt.Fprintln(w, note)
	}
	best := cmp.Or(r.Unseen, r.Seen)
	if best != nil {
		fmt.Fprint(w, `
SQNR is in dB. "seen" and "unseen" compare with the trained float network, on pictures
that calibration saw and on others. "formats" compares with float execution of the same
rounded weights: it says what 8-bit activations lose and nothing of what rounding lost.
"saturated" are values at an end of their format.

`)
	}
	t := table{text: 3, head: []string{"layer", "kind", "format", "bits", "weights", "non-zero", "zeroed", "constant", "dropped"}}
	if best != nil {
		t.head = append(t.head, "seen", "unseen", "formats", "saturated")
	}
	for i, l := range r.Layers {
		row := []any{l.Name, l.Kind, l.Format, l.Bits, l.Weights, l.NonZero, l.Zeroed, l.Constant, l.Dropped}
		if best != nil {
			b := best.Layers[i]
			row = append(row, r.Seen.ratio(i), r.Unseen.ratio(i), bare(b.Rounded), b.AtEnd)
		}
		t.add(row...)
	}
	// A Writer keeps its first error for Flush.
	_ = t.write(w, width)
	r.histogram(w)
	for _, set := range []struct {
		name string
		m    *measured
	}{{"calibration saw", r.Seen}, {"calibration did not see", r.Unseen}} {
		if set.m != nil {
			set.m.write(w, set.name, names)
		}
	}
	if len(r.Methods) > 1 {
		fmt.Fprintf(w, "\nwhat rounding by each method keeps: features against the trained network, classes\n%-10s %-24s %-24s\n", "method", "seen", "unseen")
		for _, m := range r.Methods {
			fmt.Fprintf(w, "%-10s %-24s %-24s\n", m.Method, m.Seen, m.Unseen)
		}
	}
}

func (m *measured) ratio(layer int) string {
	if m == nil {
		return "-"
	}
	return bare(m.Layers[layer].Trained)
}

// bare is a ratio in a column headed dB.
func bare(r accuracy.Ratio) string { return strings.TrimSuffix(r.String(), " dB") }

// histogram draws how often each power of two is a weight.
func (r *importReport) histogram(w io.Writer) {
	if len(r.Exponents) == 0 {
		return
	}
	most := slices.Max(slices.Collect(maps.Values(r.Exponents)))
	fmt.Fprintf(w, "\nweights of convolutions by exponent; rounding made %s 0\n", words.Count(r.Zeroed, "weight"))
	const width = 40
	for _, k := range slices.Sorted(maps.Keys(r.Exponents)) {
		n := r.Exponents[k]
		fmt.Fprintf(w, "%6s %9d %s\n", fmt.Sprintf("2^%d", k), n, strings.Repeat("#", (n*width+most-1)/most))
	}
}

// write lists what became of each picture.
func (m *measured) write(w io.Writer, what string, names []string) {
	fmt.Fprintf(w, "\npictures that %s, of %s\n%-32s %-24s %-24s\n", what, printable(m.Folder), "picture", "float network", "power-of-two network")
	for _, i := range m.Images {
		verdict := "agrees"
		if !i.Agrees() {
			verdict = "CLASS CHANGED"
		}
		fmt.Fprintf(w, "%-32s %-24s %-24s %s\n", printable(i.Name), className(names, i.Trained()), className(names, i.Class()), verdict)
	}
	fmt.Fprintf(w, "class kept for %d of %s; features against the trained network: %s\n", m.Agreement, words.Count(len(m.Images), "picture"), m.Features)
}

// loud is one line for each set in which a class changed, for a reader who reads nothing
// else.
func (r *importReport) loud() []string {
	var lines []string
	for _, m := range []*measured{r.Seen, r.Unseen} {
		if m == nil || m.Agreement == len(m.Images) {
			continue
		}
		var changed []string
		for _, i := range m.Images {
			if !i.Agrees() {
				changed = append(changed, printable(i.Name))
			}
		}
		lines = append(lines, fmt.Sprintf("WARNING: the network says another class than the trained model for %d of %s of %s: %s",
			len(changed), words.Count(len(m.Images), "picture"), printable(m.Folder), words.Cut(strings.Join(changed, ", "), 200)))
	}
	return lines
}

// className is a class as a person knows it: its number, and its name where there is one.
func className(names []string, class int) string {
	if class >= 0 && class < len(names) {
		return fmt.Sprintf("%d %s", class, printable(names[class]))
	}
	return fmt.Sprint(class)
}

// classesFile has the class names of a network, one on each line. It is beside the
// network.
const classesFile = "classes.txt"

// readClasses reads the names of a network's classes. A missing file is no error, since
// most networks have none. network is an argument of networks.OpenOrLoad. An embedded
// network has no folder, even if one of its name exists.
func readClasses(network string) ([]string, error) {
	if networks.BuiltIn(network) {
		return nil, nil
	}
	return readNames(filepath.Join(network, classesFile), true)
}

func readNames(path string, optional bool) ([]string, error) {
	b, err := bounded.ReadFile(path, bounded.Text)
	if optional && (errors.Is(err, os.ErrNotExist) || isNotDir(path)) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var names []string
	for _, line := range strings.Split(strings.TrimRight(string(b), "\r\n"), "\n") {
		names = append(names, strings.TrimSpace(line))
	}
	return names, nil
}

func isNotDir(path string) bool {
	info, err := os.Stat(filepath.Dir(path))
	return err != nil || !info.IsDir()
}
