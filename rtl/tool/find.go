package tool

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Found is a tool that is there and suffices.
type Found struct {
	Tool    Tool
	Path    string // absolute
	Version string // as the tool prints it, "5.006"
}

// MissingError says that a tool is not on PATH.
type MissingError struct {
	Tool Tool
	Err  error // why, as the look-up says
}

func (e *MissingError) Error() string {
	return fmt.Sprintf("%s is not installed (%s): %s", e.Tool.Name, e.Tool.Lost, e.Tool.advice())
}

func (e *MissingError) Unwrap() error { return e.Err }

// TooOldError says that a tool is there in a version that does not suffice.
type TooOldError struct {
	Tool    Tool
	Path    string
	Version string
}

func (e *TooOldError) Error() string {
	return fmt.Sprintf("%s %s (%s) is too old, %s or later is needed: %s", e.Tool.Name, e.Version, e.Path, e.Tool.Min, e.Tool.advice())
}

// BrokenError says that a tool is there but does not run, or does not answer a
// question about itself in its own words.
type BrokenError struct {
	Tool   Tool
	Path   string
	Args   []string // that it was asked with
	Asked  string   // what it was asked: "its version"
	Output string   // the beginning of what it printed
	Err    error    // how it ended; nil when it ended well
}

func (e *BrokenError) Error() string {
	why := "does not say " + e.Asked
	if e.Err != nil {
		why = e.Err.Error()
	}
	printed := "printed nothing"
	if e.Output != "" {
		printed = fmt.Sprintf("printed %q", e.Output)
	}
	return fmt.Sprintf("%s (%s) cannot be used: %s: %s; %s: %s",
		e.Tool.Name, e.Path, strings.Join(e.Args, " "), why, printed, e.Tool.advice())
}

func (e *BrokenError) Unwrap() error { return e.Err }

func (t Tool) advice() string { return "apt-get install " + t.Package }

// versionLimit bounds the time that a tool may take to say its version; the
// slowest of the table needs a tenth of a second on an idle machine.
const versionLimit = 20 * time.Second

// Find looks t up on PATH and checks its version. The error is a
// *MissingError, a *TooOldError or a *BrokenError.
func (t Tool) Find() (Found, error) {
	path, err := exec.LookPath(t.Name)
	if err != nil {
		return Found{}, &MissingError{t, err}
	}
	return t.At(path)
}

// At is Find for a program at a path.
func (t Tool) At(path string) (Found, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return Found{}, &MissingError{t, err}
	}
	if err := TempFolder(); err != nil {
		return Found{}, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), versionLimit)
	defer cancel()
	cmd := Command(ctx, path, t.versionArgs...)
	// Some tools leave a history file in their working directory.
	cmd.Dir = os.TempDir()
	// vvp says its version on standard error.
	out, err := remembered(cmd, path)
	m := t.version.FindSubmatch(out)
	if err != nil || m == nil {
		return Found{}, &BrokenError{t, path, t.versionArgs, "its version", beginning(out), err}
	}
	v := string(m[1])
	if !AtLeast(v, t.Min) {
		return Found{}, &TooOldError{t, path, v}
	}
	return Found{t, path, v}, nil
}

// said runs a command and gives what it prints.
func said(cmd *exec.Cmd) ([]byte, error) {
	var out Output
	cmd.Stdout, cmd.Stderr = &out, &out
	err := Run(cmd, 0)
	return out.Bytes(), err
}

// AtLeast reports whether version v is min or later. Versions are numbers
// between points, compared as numbers; a missing one counts as 0. Text that is
// no number is older than everything.
func AtLeast(v, min string) bool {
	a, b := strings.Split(v, "."), strings.Split(min, ".")
	for i := range max(len(a), len(b)) {
		x, y := part(a, i), part(b, i)
		if x != y {
			return x > y
		}
	}
	return true
}

func part(parts []string, i int) int {
	if i >= len(parts) {
		return 0
	}
	n, err := strconv.Atoi(parts[i])
	if err != nil {
		return -1
	}
	return n
}

func beginning(out []byte) string {
	const most = 60
	s := strings.TrimSpace(string(out))
	if len(s) > most {
		s = s[:most] + "…"
	}
	return s
}
