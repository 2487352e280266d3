package main

import (
	"crypto/ed25519"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/attest"
	"github.com/hashiflex/hashiflex/reports/dossier"
	"github.com/hashiflex/hashiflex/spec/words"
)

func attestCommand() *cobra.Command {
	var out, keyFile string
	var asJSON bool
	var waivers waiverFlags
	cmd := &cobra.Command{
		Use:   "attest RUN -o BUNDLE",
		Short: "Make a bundle of a finished run that can be verified elsewhere",
		Long: `Copy a finished run with its reports into a new folder, with an in-toto statement
over the hash of every file. With --key, an ed25519 key in PEM, the statement is
signed in a DSSE envelope; without it the bundle says that nobody vouches for it.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var errs []error
			if out == "" {
				errs = append(errs, fmt.Errorf("--output: say where the bundle goes"))
			} else {
				errs = append(errs, outside(args[0], out))
			}
			_, err := waivers.waive(cmd)
			b := attest.Bundle{Run: args[0], Waivers: waivers.file, Render: func(d *dossier.Dossier) (map[string][]byte, error) { return render(d, "html", "md", "junit", "sarif") }}
			if keyFile != "" {
				key, err := attest.ReadPrivateKey(keyFile)
				errs = append(errs, err)
				b.Key = key
			}
			if err := errors.Join(append(errs, err)...); err != nil {
				return err
			}
			if b.Waivers != "" {
				b.Judged = waivers.date
			}
			// A run that is not fit for a report is none for a bundle, and is
			// refused before anything is copied.
			if _, err := dossier.Open(args[0], dossier.Options{NoTimings: true}); err != nil {
				return err
			}
			if err := attest.Make(out, b); err != nil {
				return unwritten(err, out)
			}
			var key ed25519.PublicKey
			if b.Key != nil {
				key = b.Key.Public().(ed25519.PublicKey)
			}
			return verifyBundle(cmd, out, key, asJSON)
		},
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", "folder for the bundle, which must not exist")
	cmd.Flags().StringVar(&keyFile, "key", "", "ed25519 private key to sign with")
	waivers.flags(cmd)
	jsonFlag(cmd, &asJSON)
	return cmd
}

func verifyCommand() *cobra.Command {
	var keyFile string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify BUNDLE",
		Short: "Check a bundle: signature, every hash, and that the verdict follows",
		Long: `Check a bundle that "hashiflex attest" made: its signature by --key, the hash of
every file, and that the verdict follows from the evidence. A bundle that does not
hold is bad input; for one that does, the exit code is that of its verdict.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var key ed25519.PublicKey
			if keyFile != "" {
				var err error
				if key, err = attest.ReadPublicKey(keyFile); err != nil {
					return err
				}
			}
			return verifyBundle(cmd, args[0], key, asJSON)
		},
	}
	cmd.Flags().StringVar(&keyFile, "key", "", "ed25519 public key of who vouches for the bundle")
	jsonFlag(cmd, &asJSON)
	return cmd
}

// verifyOutput is what verify and attest write as JSON.
type verifyOutput struct {
	Bundle     string             `json:"bundle"`
	Files      int                `json:"files"`
	SignedBy   string             `json:"signed_by"` // the key's ID; empty: nobody vouches for it
	Conclusion reports.Conclusion `json:"conclusion"`
	Sentence   string             `json:"sentence"`
}

func verifyBundle(cmd *cobra.Command, dir string, key ed25519.PublicKey, asJSON bool) error {
	v, err := attest.Verify(dir, key)
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	if asJSON {
		o := verifyOutput{dir, v.Files, v.KeyID, v.Predicate.Conclusion, v.Predicate.Sentence}
		return errors.Join(machine(writeJSON(out, &o)), ended(o.Conclusion))
	}
	fmt.Fprintf(out, "%s: %s hold, and the verdict follows from them.\n", dir, words.Count(v.Files, "file"))
	if v.KeyID != "" {
		fmt.Fprintf(out, "Signed by %s.\n", v.KeyID)
	} else {
		fmt.Fprintln(out, "Not signed: nobody vouches for it.")
	}
	fmt.Fprintln(out, printable(v.Predicate.Sentence))
	return ended(v.Predicate.Conclusion)
}
