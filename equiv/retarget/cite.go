package retarget

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/dossier"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec/digest"
)

// Cited is a run directory that can be cited.
type Cited struct {
	Run    *rundir.Finished
	SHA256 string     // of its SHA256SUMS, which has the hash of every file
	Params npu.Params // the head as it was hardened
}

// Cite opens the run directory of a signoff, or that in a bundle of it. It checks every hash and that the verdict
// follows, as a report does. inputs are the files of the network that was signed off. The
// error lists all reasons why the run cannot be cited.
func Cite(dir string, inputs []reports.Input) (*Cited, error) {
	if bundled(dir) {
		dir = filepath.Join(dir, "run")
	}
	d, err := dossier.Open(dir, dossier.Options{NoTimings: true})
	if err != nil {
		return nil, fmt.Errorf("cannot be cited: %w", err)
	}
	// Open makes the texts of the signoff fit for a report, so take those of the file.
	run, err := rundir.Read(dir)
	if err != nil {
		return nil, err
	}
	var errs []error
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s: %s", dir, fmt.Sprintf(format, args...)))
	}
	s := run.Signoff
	if s.Conclusion != reports.SignedOff {
		bad("only a run that is signed off can be cited: %s", d.Signoff.Sentence())
	}
	for _, in := range inputs {
		if was := hashOf(s.Inputs, in.Name); was != in.SHA256 {
			bad("it is a run of another network, %s: %s had the SHA-256 %.16s, and has %.16s", s.Network, in.Name, was, in.SHA256)
		}
	}
	c := &Cited{Run: run}
	if s.Head == nil {
		bad("it did not check the programmable head, so there is nothing to program")
		return nil, errors.Join(errs...)
	}
	size := s.Head.Program.Size
	c.Params = npu.Params{Lanes: size.Lanes, Features: size.Features, Rows: size.Rows, Biases: size.Biases, Layers: size.Layers}
	head, err := signoff.HeadInputs(nil, c.Params)
	if err != nil {
		return nil, errors.Join(append(errs, fmt.Errorf("%s: its head: %w", dir, err))...)
	}
	for _, in := range head {
		switch was := hashOf(s.Inputs, in.Name); was {
		case in.SHA256:
		case "":
			bad("it does not list %s, so its head may be another one; sign off again", in.Name)
		default:
			bad("%s had the SHA-256 %.16s, and this program's has %.16s: the head is another one; sign off again", in.Name, was, in.SHA256)
		}
	}
	sums, err := run.Sums()
	if err != nil {
		errs = append(errs, err)
	}
	c.SHA256 = digest.Bytes([]byte(sums))
	return c, errors.Join(errs...)
}

// bundled reports whether a directory is a bundle of package attest, which has a run in
// it. Its signature is not looked at: the hashes of the run are checked as of any other.
func bundled(dir string) bool {
	for _, statement := range []string{"statement.json", "attestation.json"} {
		if _, err := os.Stat(filepath.Join(dir, statement)); err == nil {
			return true
		}
	}
	return false
}

func hashOf(list []reports.Input, name string) string {
	for _, in := range list {
		if in.Name == name {
			return in.SHA256
		}
	}
	return ""
}
