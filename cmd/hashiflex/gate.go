package main

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/attest"
	"github.com/hashiflex/hashiflex/reports/gate"
	"github.com/hashiflex/hashiflex/reports/rundir"
)

func gateCommand() *cobra.Command {
	var baseline, keyFile string
	var unsealed, asJSON bool
	var waivers waiverFlags
	cmd := &cobra.Command{
		Use:   "gate --baseline OLD [NEW]",
		Short: "Compare a signoff with an earlier one and say whether it may pass",
		Long: `Compare a signoff with an earlier one. OLD and NEW are run directories, or bundles
that "hashiflex attest" made, and are checked first: every hash, and that the verdict
follows from the evidence. With --key, bundles must be signed by it. A signoff.json
alone has no evidence beside it and is refused, unless --unsealed takes it as it says,
which the result then says. The gate is shut, with exit 2 or the code of the new verdict, unless the new signoff is
signed off and nothing is worse: no layer, edge, point, kind of obligation or
covered hardware is lost and no waiver is added. Times are told, not judged. What a
project leaves out by declaration is no fault, but what the baseline had in its scope
and the new signoff has not is lost.

A project file says what baseline, waivers and NEW are unless they are given.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			waive, err := waivers.waive(cmd)
			if err != nil {
				return err
			}
			if baseline == "" {
				return fmt.Errorf("--baseline: say which signoff came before; \"hashiflex attest RUN -o baseline\" keeps one")
			}
			run, err := waivers.project.run(cmd, args)
			if err != nil {
				return err
			}
			var key ed25519.PublicKey
			if keyFile != "" {
				if key, err = attest.ReadPublicKey(keyFile); err != nil {
					return err
				}
			}
			old, errOld := openSignoff(baseline, key, unsealed)
			new, errNew := openSignoff(run, key, unsealed)
			if err := errors.Join(errOld, errNew); err != nil {
				return err
			}
			was, is := old.signoff, new.signoff
			// A bundle has its own waivers in it.
			bundled := new.seal == sealBundle || new.seal == sealSigned
			if waive != nil && (!bundled || cmd.Flags().Changed("waivers")) {
				if err := waive(is); err != nil {
					return err
				}
			}
			r, err := gate.Compare(was, is)
			if err != nil {
				return err
			}
			if old.took > 0 && new.took > 0 {
				r.Times(old.took, new.took)
			}
			out := cmd.OutOrStdout()
			if asJSON {
				o := gateOutput{
					Baseline: gateSide{old.path, old.seal}, Run: gateSide{new.path, new.seal}, Changes: []gateChange{},
					Open: r.Open(), Conclusion: r.Conclusion, Sentence: is.Sentence(),
				}
				for _, c := range r.Changes {
					o.Changes = append(o.Changes, gateChange(c))
				}
				return errors.Join(machine(writeJSON(out, &o)), ended(r.Conclusion))
			}
			for _, s := range []*openedSignoff{old, new} {
				fmt.Fprintf(out, "%-9s  %s\n", s.seal, printable(s.path))
			}
			for _, c := range r.Changes {
				fmt.Fprintf(out, "%-9s  %s\n", c.Effect, printable(c.Text))
			}
			fmt.Fprintln(out, printable(is.Sentence()))
			state := "shut"
			if r.Open() {
				state = "open"
			}
			said := ""
			if old.seal == sealNone || new.seal == sealNone {
				said = ", on what a signoff.json says without evidence"
			}
			fmt.Fprintf(out, "The gate is %s%s.\n", state, said)
			return ended(r.Conclusion)
		},
	}
	cmd.Flags().StringVar(&baseline, "baseline", "", "the signoff before")
	cmd.Flags().StringVar(&keyFile, "key", "", "ed25519 public key that bundles must be signed by")
	cmd.Flags().BoolVar(&unsealed, "unsealed", false, "take a signoff.json that stands alone as it says")
	waivers.flags(cmd)
	jsonFlag(cmd, &asJSON)
	return cmd
}

// gateOutput is what gate writes as JSON.
type gateOutput struct {
	Baseline   gateSide           `json:"baseline"`
	Run        gateSide           `json:"run"`
	Changes    []gateChange       `json:"changes"` // worse ones first
	Open       bool               `json:"open"`
	Conclusion reports.Conclusion `json:"conclusion"` // of the run; not proved if something is worse
	Sentence   string             `json:"sentence"`   // the run's verdict in words
}

// gateSide is one of the signoffs that are compared.
type gateSide struct {
	Path string `json:"path"`
	Seal string `json:"seal"` // run, bundle, signed or unsealed: the evidence behind it
}

type gateChange struct {
	Effect gate.Effect `json:"effect"` // worse, better or different
	Text   string      `json:"text"`
}

// The evidence behind a signoff.
const (
	sealRun    = "run"      // a run directory that holds together
	sealBundle = "bundle"   // one that was verified
	sealSigned = "signed"   // the same, by the key that was given
	sealNone   = "unsealed" // nothing
)

// openedSignoff is a signoff and where it is from.
type openedSignoff struct {
	path    string
	signoff *reports.Signoff
	seal    string
	took    time.Duration // of the run; 0: not known
	begin   string        // of the run; "": not known
}

// openSignoff reads a signoff from a run directory or a bundle, after verifying it. It
// reads one from a plain file only if unsealed is set.
func openSignoff(path string, key ed25519.PublicKey, unsealed bool) (*openedSignoff, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	o := &openedSignoff{path: path}
	dir := path
	if !info.IsDir() {
		if dir = filepath.Dir(path); !rundir.Is(dir) || filepath.Base(path) != "signoff.json" {
			return o, o.alone(unsealed)
		}
	}
	if attest.Is(dir) {
		v, err := attest.Verify(dir, key)
		if err != nil {
			return nil, err
		}
		if o.seal = sealBundle; v.KeyID != "" {
			o.seal = sealSigned
		}
		o.signoff = v.Signoff
		return o, o.times(v.Run)
	}
	run, err := rundir.Read(dir)
	if err != nil {
		return nil, err
	}
	if err := run.Verify(); err != nil {
		return nil, err
	}
	o.seal, o.signoff = sealRun, run.Signoff
	return o, o.times(run)
}

// alone reads a signoff.json with nothing beside it.
func (o *openedSignoff) alone(unsealed bool) error {
	f, err := os.Open(o.path)
	if err != nil {
		return err
	}
	defer f.Close()
	if o.signoff, err = reports.Decode(f); err != nil {
		return fmt.Errorf("%s: %w", o.path, err)
	}
	if !unsealed {
		return fmt.Errorf("%s: a signoff.json alone has no evidence that it could be held against: give the run directory or a bundle of \"hashiflex attest\", or --unsealed to take it as it says", o.path)
	}
	o.seal = sealNone
	return nil
}

func (o *openedSignoff) times(run *rundir.Finished) error {
	all, err := run.Timings()
	if err != nil {
		return err
	}
	for _, t := range all {
		if t.What == "run" {
			o.took += t.Wall
			o.begin = t.Begin
		}
	}
	return nil
}
