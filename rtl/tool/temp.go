package tool

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// TempError says that the folder for temporary files, TMPDIR, cannot be used. No tool
// is to blame for that.
type TempError struct {
	Dir string
	Err error
}

func (e *TempError) Error() string {
	return fmt.Sprintf("the folder for temporary files, %s, cannot be used: %v (set TMPDIR to one that can be written)", e.Dir, e.Err)
}

func (e *TempError) Unwrap() error { return e.Err }

// TempFolder checks the folder for temporary files, in which tools are started. Its error
// is a *TempError.
func TempFolder() error {
	dir := os.TempDir()
	info, err := os.Stat(dir)
	switch {
	case err != nil:
	case !info.IsDir():
		err = errors.New("it is no folder")
	default:
		err = unix.Access(dir, unix.W_OK|unix.X_OK)
	}
	if err != nil {
		return &TempError{dir, err}
	}
	return nil
}

// FilesError says that this process may not have as many files open as tools need, whose
// pipes are files. No tool is to blame for that.
type FilesError struct{ May, Need uint64 }

func (e *FilesError) Error() string {
	return fmt.Sprintf("only %d files can be open at a time, and %d are needed: ulimit -n %d", e.May, e.Need, e.Need)
}

func (e *FilesError) Unwrap() error { return unix.EMFILE }

// OpenFiles checks how many files may be open, for so many workers with tools of their own.
// Its error is a *FilesError.
func OpenFiles(workers int) error {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &limit) != nil {
		return nil // what then fails says so itself
	}
	if need := uint64(64 + 16*workers); limit.Cur < need {
		return &FilesError{limit.Cur, need}
	}
	return nil
}
