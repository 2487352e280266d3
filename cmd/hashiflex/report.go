package main

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/attest"
	"github.com/hashiflex/hashiflex/reports/codequality"
	"github.com/hashiflex/hashiflex/reports/dossier"
	"github.com/hashiflex/hashiflex/reports/html"
	"github.com/hashiflex/hashiflex/reports/junit"
	"github.com/hashiflex/hashiflex/reports/markdown"
	"github.com/hashiflex/hashiflex/reports/sarif"
)

// rendering is a format that report can write.
type rendering struct {
	format string
	file   string
	write  func(io.Writer, *dossier.Dossier) error
}

const htmlFile = "signoff.html"

var renderings = []rendering{
	{"html", htmlFile, html.Write},
	{"md", "signoff.md", markdown.Write},
	{"junit", "junit.xml", junit.Write},
	{"sarif", "signoff.sarif", sarif.Write},
	{"codequality", "codequality.json", codequality.Write},
	{"json", "signoff.json", func(w io.Writer, d *dossier.Dossier) error {
		_, err := w.Write(d.JSON)
		return err
	}},
}

func formatNames() []string {
	var names []string
	for _, r := range renderings {
		names = append(names, r.format)
	}
	return names
}

func reportCommand() *cobra.Command {
	var formats, baselines []string
	var keyFile string
	var out string
	var noTimings, asJSON bool
	var waivers waiverFlags
	cmd := &cobra.Command{
		Use:   "report [RUN]",
		Short: "Write reports of a finished run from its directory",
		Long: `Write reports of a finished run from its directory, without proving anything.
The directory is checked first: one that is incomplete, was edited or comes from
another version gives no report. With --no-timings, equal runs give equal bytes. The page compares
the run with earlier ones that --baseline names, the oldest first: run directories, or bundles of
"hashiflex attest". A project file says what RUN, the waivers and the baseline are unless they are
given.

The exit code is that of the verdict reported.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var errs []error
			for _, f := range formats {
				if !slices.Contains(formatNames(), f) {
					errs = append(errs, fmt.Errorf("--format %w", noneOf(f, formatNames()...)))
				}
			}
			waive, err := waivers.waive(cmd)
			errs = append(errs, err)
			run, err := waivers.project.run(cmd, args)
			if errs = append(errs, err); err == nil {
				if out == "" {
					out = filepath.Clean(run) + "-report"
				}
				errs = append(errs, outside(run, out))
			}
			if err := errors.Join(errs...); err != nil {
				return err
			}
			past, err := earlier(cmd, baselines, keyFile, noTimings)
			if err != nil {
				return err
			}
			d, err := dossier.Open(run, dossier.Options{NoTimings: noTimings, Waive: waive, Past: past})
			if err != nil {
				return err
			}
			if err := os.MkdirAll(out, 0o755); err != nil {
				return unwritten(err, out)
			}
			files, err := render(d, formats...)
			if err != nil {
				return err
			}
			o := reportOutput{Files: []string{}, Conclusion: d.Signoff.Conclusion, Sentence: d.Signoff.Sentence()}
			for _, name := range slices.Sorted(maps.Keys(files)) {
				path := filepath.Join(out, name)
				if err := os.WriteFile(path, files[name], 0o644); err != nil {
					return machine(err)
				}
				o.Files = append(o.Files, path)
			}
			if asJSON {
				return errors.Join(machine(writeJSON(cmd.OutOrStdout(), &o)), ended(o.Conclusion))
			}
			for _, path := range append(o.Files, o.Sentence) {
				fmt.Fprintln(cmd.OutOrStdout(), path)
			}
			return ended(d.Signoff.Conclusion)
		},
	}
	f := cmd.Flags()
	f.StringSliceVar(&formats, "format", formatNames(), "what to write")
	f.StringVarP(&out, "output", "o", "", "directory for the reports (default RUN-report)")
	f.StringArrayVar(&baselines, "baseline", nil, "an earlier run to compare with; may be given again")
	f.StringVar(&keyFile, "key", "", "ed25519 public key that earlier bundles must be signed by")
	f.BoolVar(&noTimings, "no-timings", false, "leave times out")
	waivers.flags(cmd)
	jsonFlag(cmd, &asJSON)
	return cmd
}

// earlier opens runs to compare with. That of a project file need not be there yet, and is
// left out, with a note, if it is signed and there is no key.
func earlier(cmd *cobra.Command, paths []string, keyFile string, noTimings bool) (all []dossier.Earlier, err error) {
	var key ed25519.PublicKey
	if keyFile != "" {
		if key, err = attest.ReadPublicKey(keyFile); err != nil {
			return nil, err
		}
	}
	given := cmd.Flags().Changed("baseline")
	for _, path := range paths {
		if _, missing := os.Stat(path); errors.Is(missing, fs.ErrNotExist) && !given {
			continue
		}
		o, e := openSignoff(path, key, false)
		if errors.Is(e, attest.ErrUnchecked) && !given {
			fmt.Fprintf(cmd.ErrOrStderr(), "note: %s: %v (--key), to see the trend since\n", printable(path), e)
			continue
		}
		if e != nil {
			err = errors.Join(err, fmt.Errorf("--baseline: %w", e))
			continue
		}
		x := dossier.Earlier{Name: filepath.Base(filepath.Clean(path)), Signoff: o.signoff}
		if !noTimings {
			x.Took, x.Begin = o.took, o.begin
		}
		all = append(all, x)
	}
	return all, err
}

// reportOutput is what report writes as JSON.
type reportOutput struct {
	Files      []string           `json:"files"`
	Conclusion reports.Conclusion `json:"conclusion"`
	Sentence   string             `json:"sentence"`
}

// render makes the reports of the given formats, by file name.
func render(d *dossier.Dossier, formats ...string) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, r := range renderings {
		if !slices.Contains(formats, r.format) {
			continue
		}
		var b bytes.Buffer
		if err := r.write(&b, d); err != nil {
			return nil, machine(fmt.Errorf("%s: %w", r.file, err))
		}
		files[r.file] = b.Bytes()
	}
	return files, nil
}

// unwritten marks an error of the file system below out, which a command was to write, as
// no fault of the input. Something else that is already there under that name is one.
func unwritten(err error, out string) error {
	var at *fs.PathError
	if !errors.As(err, &at) || errors.Is(err, fs.ErrExist) || errors.Is(err, syscall.ENOTDIR) {
		return err
	}
	a, errA := filepath.Abs(out)
	b, errB := filepath.Abs(at.Path)
	if errA != nil || errB != nil {
		return err
	}
	down, errDown := filepath.Rel(a, b)
	up, errUp := filepath.Rel(b, a) // a folder above could not be made
	if errDown == nil && filepath.IsLocal(down) || errUp == nil && filepath.IsLocal(up) {
		return machine(err)
	}
	return err
}

// outside makes sure that out is not within a run directory, whose hashes would no
// longer hold.
func outside(run, out string) error {
	a, errA := filepath.Abs(run)
	b, errB := filepath.Abs(out)
	if err := errors.Join(errA, errB); err != nil {
		return err
	}
	if rel, err := filepath.Rel(a, b); err == nil && filepath.IsLocal(rel) {
		return fmt.Errorf("--output %s: within the run directory, which must stay as it is", out)
	}
	return nil
}

// ended is nil for a verdict that everybody hopes for, and else ends the command
// with its exit code.
func ended(c reports.Conclusion) error {
	if c == reports.SignedOff {
		return nil
	}
	return &verdictError{c}
}
