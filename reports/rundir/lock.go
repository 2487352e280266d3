package rundir

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// LockedError says that another run holds the directory.
type LockedError struct{ Dir string }

func (e *LockedError) Error() string {
	return fmt.Sprintf("%s: another run is going on in this directory", e.Dir)
}

// lock takes the directory's lock. The kernel releases it when the program ends for any
// reason. The file itself stays: if it were removed, a third run could lock a new file
// while a second one waits for the old one.
func lock(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if err == nil {
		return f, nil
	}
	f.Close()
	if errors.Is(err, unix.EWOULDBLOCK) {
		return nil, &LockedError{dir}
	}
	return nil, fmt.Errorf("%s: cannot lock: %w", dir, err)
}
