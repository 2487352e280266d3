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
