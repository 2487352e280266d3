package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/hashiflex/hashiflex/equiv/certificate"
	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/bounded"
	"github.com/hashiflex/hashiflex/spec/words"
)

func certificateCommand() *cobra.Command {
	var network, export string
	var layers []string
	var deep, asJSON bool
	cmd := &cobra.Command{
		Use:   "check RUN",
		Short: "Check a finished run's certificates without the prover",
		Long: `Check what a finished run says of its generated layers, without the code that proved
it: from the reference model, the netlists that were read back from the Verilog, and
a certificate for each compare point. No solver runs. A small package does it, which
imports nothing of the prover and whose rules are proved in its documentation.

What does not follow is refused, with the step at fault: exit 1. A point without a
certificate was proved in a way that the checker does not know, or has registers: exit 2.
That the netlists are what the generated Verilog says is checked with --deep.
What moves pixels between the layers, and the programmable head, are not checked.

With --export nothing is checked: a file gets the compare points as a second checker
reads them, whose rules are proved in Coq (folder equiv/certificate/coq).`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			run, err := rundir.Read(args[0])
			if err != nil {
				return err
			}
			if err := run.Verify(); err != nil {
				return err
			}
			if network == "" {
				network = run.Signoff.Network
			}
			net, inputs, err := openHashed(network)
			if err != nil {
				return err
			}
			for _, in := range inputs {
				if err := sameInput(args[0], network, in, run.Signoff.Inputs); err != nil {
					return err
				}
			}
			for _, name := range layers {
				if net.Layer(name) == nil {
					return fmt.Errorf("network %s: no layer %s", net.Name, name)
				}
			}
			files := &runFiles{run: run}
			if export != "" {
				return files.export(cmd, net, layers, args[0], export)
			}
			bar := screenOf(cmd).progress
			bar.Report("layers", 0, len(net.Layers))
			res, err := certificate.Check(cmd.Context(), net, certificate.Run{
				Certificate: files.certificate, Netlists: files.netlists, Every: files.every, Done: func(layer string) {
					bar.Add(1)
					bar.Line("%s: checked", printable(layer))
				},
			})
			if err == nil && deep {
				err = files.reread(cmd, res)
			}
			if err != nil {
				return err
			}
			if asJSON {
				if err := writeJSON(cmd.OutOrStdout(), newCheckOutput(args[0], net.Name, res)); err != nil {
					return machine(err)
				}
				return checkEnded(res)
			}
			return sayChecked(cmd.OutOrStdout(), args[0], net.Name, res)
		},
	}
	cmd.Flags().BoolVar(&deep, "deep", false, "also read the Verilog again, and compare what comes back with the netlists")
	cmd.Flags().StringVar(&export, "export", "", "check nothing, and write this file for the checker that is proved in Coq")
	cmd.Flags().StringArrayVar(&layers, "layer", nil, "with --export: only this layer; may be given again")
	jsonFlag(cmd, &asJSON)
	cmd.MarkFlagsMutuallyExclusive("export", "deep")
	cmd.MarkFlagsMutuallyExclusive("export", "json")
	cmd.PreRunE = func(*cobra.Command, []string) error {
		if len(layers) > 0 && export == "" {
			return errors.New("--layer goes with --export")
		}
		return nil
	}
	cmd.Flags().StringVar(&network, "network", "", "embedded name or directory; default: as the run had it")
	return cmd
}

// runFiles opens a run's files for the checker, and notes which ones it asked for.
type runFiles struct {
	run *rundir.Finished

	mu     sync.Mutex
	chunks []string
}

func (f *runFiles) kept(a rundir.Area, name string) (io.ReadCloser, error) {
	r, err := f.run.Kept(a, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return r, err
}

func (f *runFiles) certificate(layer string) (io.ReadCloser, error) {
	r, err := f.kept(rundir.Certificates, signoff.CertificateName(layer))
	if r == nil || err != nil {
		return nil, err
	}
	// It is decoded as a whole.
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(r, bounded.Record), r}, nil
}

func (f *runFiles) netlists(chunk string) (io.ReadCloser, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.chunks = append(f.chunks, chunk)
	return f.kept(rundir.Chunks, signoff.NetlistsName(chunk))
}

// every calls do with each file of netlists in the run.
func (f *runFiles) every(do func(io.Reader) error) error {
	paths, err := f.run.Files(rundir.Chunks)
	if err != nil {
		return err
	}
	for _, path := range paths {
		if !strings.HasSuffix(path, signoff.NetlistsName("")+".gz") {
			continue
		}
		r, err := f.run.Open(path)
		if err != nil {
			return err
		}
		if err := errors.Join(do(r), r.Close()); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

// unread lists the files with Verilog that no certificate leads to.
func (f *runFiles) unread() ([]string, error) {
	read := map[string]bool{}
	for _, chunk := range f.chunks {
		read[rundir.ChunkPath(signoff.VerilogName(chunk))] = true
	}
	paths, err := f.run.Files(rundir.Chunks)
	return slices.DeleteFunc(paths, func(path string) bool {
		return read[path] || !strings.HasSuffix(path, signoff.VerilogName("")+".gz")
	}), err
}

// own reports whether a layer's Verilog is the user's.
func (f *runFiles) own(layer string) bool {
	return slices.ContainsFunc(f.run.Signoff.Layers, func(l reports.Layer) bool { return l.Name == layer && len(l.Own) > 0 })
}

func (f *runFiles) read(name string) ([]byte, error) {
	r, err := f.run.Kept(rundir.Chunks, name)
	if err != nil {
		return nil, err
	}
	text, err := bounded.Read(r, bounded.Lines)
	return text, errors.Join(err, r.Close())
}

// export writes the compare points of some layers for the proved checker.
func (f *runFiles) export(cmd *cobra.Command, net *spec.Network, layers []string, dir, path string) error {
	// Opening a pipe that nobody reads would wait for ever.
	if info, err := os.Stat(path); err == nil && info.Mode()&os.ModeNamedPipe != 0 {
		return fmt.Errorf("--export %s: it is a pipe, name a file", path)
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	res, err := certificate.Export(cmd.Context(), file, net, layers, certificate.Run{
		Certificate: f.certificate, Netlists: f.netlists, Every: f.every,
	})
	if err := errors.Join(err, machine(file.Close())); err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	sayFindings(out, "refused", res.Refused)
	sayFindings(out, "not written", res.Open)
	if _, err := fmt.Fprintf(out, "%s: %s of %s\n", printable(path), words.Count(res.Accepted, "compare point"), printable(dir)); err != nil {
		return machine(err)
	}
	return checkEnded(res)
}

// reread derives the netlists that were checked from the Verilog again. A chunk whose
// Verilog says something else is refused.
func (f *runFiles) reread(cmd *cobra.Command, res *certificate.Result) error {
	bar := screenOf(cmd).progress
	bar.Report("Verilog files", 0, len(f.chunks))
	g, ctx := errgroup.WithContext(cmd.Context())
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, chunk := range slices.Sorted(slices.Values(f.chunks)) {
		if layer := chunk[:max(0, strings.LastIndex(chunk, "."))]; f.own(layer) {
			// Its port map is no part of the run.
			res.Open = append(res.Open, certificate.Finding{Layer: layer, Why: "its Verilog is the user's, and was not read again"})
			continue
		}
		g.Go(func() error {
			netlists, err := f.read(signoff.NetlistsName(chunk))
			if err != nil {
				return err
			}
			verilog, err := f.read(signoff.VerilogName(chunk))
			if err != nil {
				return err
			}
			err = chain.Reread(ctx, toolLimits, chunk, verilog, netlists)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			f.mu.Lock()
			defer f.mu.Unlock()
			if err != nil {
				res.Refused = append(res.Refused, certificate.Finding{Layer: chunk, Why: err.Error()})
			}
			bar.Add(1)
			bar.Line("%s: read again", printable(chunk))
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	unread, err := f.unread()
	for _, path := range unread {
		res.Open = append(res.Open, certificate.Finding{Layer: path, Why: "its Verilog was not read again: no certificate leads to it"})
	}
	return err
}

// sameInput compares a file of the network with the run's.
func sameInput(dir, network string, have reports.Input, run []reports.Input) error {
	for _, in := range run {
		if in.Name == have.Name {
			if in.SHA256 == have.SHA256 {
				return nil
			}
			return fmt.Errorf("%s: %s of network %s has the hash %s, and the run is of %s; name its network with --network", dir, in.Name, network, have.SHA256, in.SHA256)
		}
	}
	return fmt.Errorf("%s: the run does not say which %s it is of", dir, have.Name)
}

// sayChecked prints what came of a check, and returns what its exit code follows from.
func sayChecked(out io.Writer, dir, network string, r *certificate.Result) error {
	sayFindings(out, "refused", r.Refused)
	sayFindings(out, "not checked", r.Open)
	_, err := fmt.Fprintf(out, "%s: %s accepted, %d refused, %d not checked; %s behind the sums, tried for %s. The network is %s.\n",
		printable(dir), words.Count(r.Accepted, "compare point"), len(r.Refused), notChecked(r), words.Count(r.Tails, "function"), words.Count(int(r.Values), "value"), printable(network))
	if err != nil {
		return machine(err)
	}
	return checkEnded(r)
}

// sayFindings prints findings. Those of a layer are told by their first one.
func sayFindings(out io.Writer, what string, list []certificate.Finding) {
	for i := 0; i < len(list); {
		f, n := list[i], 0
		for ; i < len(list) && list[i].Layer == f.Layer && (list[i].Unit == "") == (f.Unit == ""); i++ {
			n++
		}
		name := f.Layer
		if f.Unit != "" {
			name = f.Unit
		}
		more := ""
		if n > 1 {
			more = fmt.Sprintf(" (and %d more of layer %s)", n-1, printable(f.Layer))
		}
		fmt.Fprintf(out, "%s: %s: %s%s\n", what, printable(name), printable(f.Why), more)
	}
}

// notChecked is how many compare points no certificate speaks for.
func notChecked(r *certificate.Result) (n int) {
	for _, f := range r.Open {
		if f.Unit != "" {
			n++
		}
	}
	return n
}

// checkEnded is what the exit code follows from.
func checkEnded(r *certificate.Result) error {
	switch {
	case len(r.Refused) > 0:
		return &verdictError{reports.NetworkRefuted}
	case notChecked(r) > 0:
		return &verdictError{reports.NotProved}
	}
	return nil
}

// checkOutput is the JSON of check.
type checkOutput struct {
	Run        string         `json:"run"`
	Network    string         `json:"network"`  // that the run was checked against
	Accepted   int            `json:"accepted"` // compare points
	Refused    []checkFinding `json:"refused"`
	NotChecked []checkFinding `json:"not_checked"`
	Functions  int            `json:"functions"` // behind the sums
	Values     int64          `json:"values"`    // that they were tried for
}

// checkFinding is a compare point, or a layer where point is empty.
type checkFinding struct {
	Layer string `json:"layer"`
	Point string `json:"point"`
	Why   string `json:"why"`
}

func newCheckOutput(dir, network string, r *certificate.Result) checkOutput {
	o := checkOutput{dir, network, r.Accepted, []checkFinding{}, []checkFinding{}, r.Tails, r.Values}
	for _, f := range r.Refused {
		o.Refused = append(o.Refused, checkFinding{f.Layer, f.Unit, f.Why})
	}
	for _, f := range r.Open {
		o.NotChecked = append(o.NotChecked, checkFinding{f.Layer, f.Unit, f.Why})
	}
	return o
}
