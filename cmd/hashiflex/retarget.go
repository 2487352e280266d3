package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/equiv/retarget"
	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
	"github.com/hashiflex/hashiflex/spec/onnx"
)

// retargetImages is the number of images that the new classifier's program runs on.
const retargetImages = 200

// retargetFlags are those of retarget.
type retargetFlags struct {
	network, head, from, out string
	quantize                 string
	opt                      onnx.Options
	jobs                     int
	seed                     int64
	asJSON                   bool
}

// retargetOutput is what retarget writes as JSON.
type retargetOutput struct {
	Conclusion reports.Conclusion `json:"conclusion"`
	Sentence   string             `json:"sentence"`
	Reasons    []string           `json:"reasons"`
	Changed    []string           `json:"changed"`
	Same       []string           `json:"same"`
	Notes      []string           `json:"notes"` // on how the classifier was quantized
	Cited      string             `json:"cited"` // SHA-256 of the cited run's SHA256SUMS
	Evidence   string             `json:"evidence"`
	Program    string             `json:"program"` // file of bus writes
}

func retargetCommand() *cobra.Command {
	var c retargetFlags
	cmd := &cobra.Command{
		Use:   "retarget --head MODEL",
		Short: "Renew a signoff for another classifier, after tape-out",
		Long: `Put another classifier on the programmable head of a network that is signed off. The
hardened layers stay, so the evidence about them is cited and not proved again.

MODEL is an ONNX model of the classifier alone, which reads the features: Gemm, MatMul
with Add, 1×1 convolutions. Or it is the whole network, fine-tuned; then --quantize and
--calibrate must be those of its import, and every hardened layer must come out as it was
signed off. The classifier is quantized to int8, as import does. --calibrate names a folder
of images whose features choose the formats; without it they are those of the old one.

Shown of the new classifier: it reads the features that the hardware gives, fits the
memories of the head as it was hardened, and overflows no accumulator. Its program, a
file of bus writes, is read back and run on the head's Verilog in a simulator, where every logit
must be the reference model's.

The signed-off run is runs/NETWORK if --from names no other. It must be undamaged, signed
off without waivers, and of this network; a bundle of attest will do, and verify says
whether its signature holds. Of several heads, each takes the program. The renewed run is a run directory as well: report, gate and attest
take it, and its folder network is the network for the next time. Its folder head has
program.txt, the head's Verilog, a driver in C and a test bench.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.run(cmd)
		},
	}
	networkFlag(cmd, &c.network)
	f := cmd.Flags()
	f.StringVar(&c.head, "head", "", "ONNX model of the new classifier, or of the whole network with it")
	f.StringVar(&c.from, "from", "", "run directory or bundle of the signoff to renew (default runs/NETWORK)")
	f.StringVarP(&c.out, "output", "o", "", "run directory for the renewed evidence (default runs/NETWORK-retarget)")
	f.StringVar(&c.quantize, "quantize", "", "of a whole network: how import rounded its weights")
	f.StringVar(&c.opt.Calibrate, "calibrate", "", "folder of PNG or JPEG images to choose formats by")
	f.StringVar(&c.opt.Output, "model-output", "", "output or inner tensor of the model that is the classifier's (default: its only output)")
	f.IntVar(&c.jobs, "jobs", runtime.GOMAXPROCS(0), "simulators at a time")
	f.Int64Var(&c.seed, "seed", 1, "of random features")
	jsonFlag(cmd, &c.asJSON)
	return cmd
}

func (c *retargetFlags) run(cmd *cobra.Command) error {
	var errs []error
	if c.head == "" {
		errs = append(errs, errors.New("retarget: --head names the new classifier, and is missing"))
	}
	if c.jobs < 1 {
		errs = append(errs, fmt.Errorf("--jobs %d: want 1 or more", c.jobs))
	}
	var err error
	if c.opt.Quantizer, err = onnx.ParseQuantizer(c.quantize); err != nil {
		errs = append(errs, fmt.Errorf("--quantize: %w", err))
	}
	net, inputs, err := openHashed(c.network)
	if err := errors.Join(append(errs, err)...); err != nil {
		return err
	}
	if c.from == "" {
		c.from = runDir(net.Name, false)
	}
	if c.out == "" {
		c.out = runDir(net.Name, false) + "-retarget"
	}
	// What is given does not depend on each other: every problem of it at once.
	named := func(flag string, err error) {
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", flag, err))
		}
	}
	if err := outside(c.from, c.out); err != nil {
		errs = append(errs, err)
	}
	cited, err := retarget.Cite(c.from, inputs)
	named("--from", err)
	var samples [][]int32
	if c.opt.Calibrate != "" {
		samples, err = featuresOf(cmd.Context(), net, c.opt.Calibrate)
		named("--calibrate", err)
	}
	// A classifier has real weights. Import refuses those of hardened layers.
	m, err := onnx.Read(c.head, onnx.Options{Output: c.opt.Output, Quantizer: onnx.Quantizer{Bits: 4, Round: true}})
	if err != nil {
		named("--head", summary(err, c.opt.Quantizer, c.out))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	c.opt.Name = net.Name
	renewed, notes, err := retarget.New(cmd.Context(), net, m, c.opt, samples)
	if err != nil {
		return fmt.Errorf("--head: %w", summary(err, c.opt.Quantizer, c.out))
	}
	if s := cited.Run.Signoff.Stream; s != nil && s.Heads != nil {
		notes = append(notes, fmt.Sprintf("the chip has %d programmable heads, which take the images in turn: each of them takes the same program, over its own bus", s.Heads.Count))
	}
	if _, _, err := retarget.Fit(net, renewed, cited.Params); err != nil {
		return fmt.Errorf("--head: %w", err)
	}
	tools := new(signoff.Job)
	for _, t := range []tool.Tool{tool.Verilator, tool.CXX} {
		errs = append(errs, record(tools, t))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	s, err := retarget.Run(cmd.Context(), retarget.Job{
		Was: net, Is: renewed, Cited: cited, Samples: samples, Images: retargetImages, Seed: c.seed, Jobs: c.jobs,
		Dir: c.out, Tools: tools.Tools, Program: version(), Command: canonicalCommand(cmd, c.network), Reports: signoffReports,
	})
	var foreign *rundir.ForeignError
	switch {
	case cmd.Context().Err() != nil:
		return &interruptedError{resumes: true}
	case errors.As(err, &foreign), errors.Is(err, syscall.ENOTDIR):
		return err
	case err != nil:
		return machine(err)
	}
	return c.conclude(cmd, s, notes)
}

// featuresOf is what the hardened layers give the head for each picture of a folder.
func featuresOf(ctx context.Context, n *spec.Network, dir string) ([][]int32, error) {
	pictures, err := floatnet.Pictures(dir)
	if err != nil {
		return nil, err
	}
	dense := signoff.Dense(n)
	if len(dense) == 0 {
		return nil, nil
	}
	x, err := golden.New(n)
	if err != nil {
		return nil, err
	}
	worker := x.Worker()
	var all [][]int32
	for _, path := range pictures {
		frame, err := readFrame(path, n.Input)
		if err != nil {
			return nil, err
		}
		t, err := worker.Run(ctx, frame)
		if err != nil {
			return nil, err
		}
		features, ok := t.Output(dense[0].Inputs[0])
		if !ok {
			return nil, fmt.Errorf("network %s: no layer %s", n.Name, dense[0].Inputs[0])
		}
		all = append(all, slices.Clone(features.Data)) // of memory that the next one takes
	}
	return all, nil
}

func readFrame(path string, in spec.Input) (golden.Tensor, error) {
	f, err := os.Open(path)
	if err != nil {
		return golden.Tensor{}, err
	}
	defer f.Close()
	t, err := golden.ReadFrame(bufio.NewReader(f), in)
	if err != nil {
		return t, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// conclude says what became of it.
func (c *retargetFlags) conclude(cmd *cobra.Command, s *reports.Signoff, notes []string) error {
	out := cmd.OutOrStdout()
	o := retargetOutput{
		Conclusion: s.Conclusion, Sentence: s.Sentence(), Reasons: list(s.Reasons), Changed: list(s.Renewal.Changed), Same: list(s.Renewal.Same),
		Notes: list(notes), Cited: s.Renewal.Cited, Evidence: c.out, Program: filepath.Join(c.out, string(rundir.Head), npu.WritesFile),
	}
	if c.asJSON {
		return errors.Join(machine(writeJSON(out, &o)), ended(o.Conclusion))
	}
	for _, part := range []struct {
		name  string
		lines []string
	}{{"note", o.Notes}, {"changed", o.Changed}, {"the same", o.Same}, {"not done", o.Reasons}} {
		for _, line := range part.lines {
			fmt.Fprintf(out, "%-11s %s\n", part.name, printable(line))
		}
	}
	fmt.Fprintf(out, "\n%s\n\ncited:    %s, SHA256SUMS %s\nevidence: %s\nprogram:  %s\n", printable(o.Sentence), c.from, o.Cited, o.Evidence, o.Program)
	return ended(o.Conclusion)
}
