// Package bounded reads files of which the size is bounded, so that a file of gigabytes
// ends with a word and not with the machine's memory.
package bounded

import (
	"fmt"
	"io"
	"os"
)

// The limits, in bytes.
const (
	// Text is the limit of a file that a person writes: a project, a port map, waivers.
	Text = 16 << 20
	// Record is the limit of a file that this program writes and reads as a whole: a
	// signoff.json, a witness, a statement, a list of hashes. Those of MobileNetV2 have less than a
	// megabyte.
	Record = 256 << 20
	// Lines is the limit of a file that a run writes line by line, as its records and times,
	// and of netlists and Verilog of a chunk.
	Lines = 2 << 30
)

// ReadFile is os.ReadFile for a file of at most most bytes. It reads pipes, too.
func ReadFile(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() && info.Size() > most {
		return nil, tooLong(path, most)
	}
	text, err := Read(f, most)
	if err == errLong {
		err = tooLong(path, most)
	}
	return text, err
}

// Read is io.ReadAll for at most most bytes.
func Read(r io.Reader, most int64) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && int64(len(text)) > most {
		return nil, errLong
	}
	return text, err
}

var errLong = fmt.Errorf("it is longer than its kind of file may be")

func tooLong(path string, most int64) error {
	return fmt.Errorf("%s: it is longer than %d MiB, the limit of its kind of file", path, most>>20)
}
