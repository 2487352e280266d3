package rundir

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/hashiflex/hashiflex/spec/bounded"
	"github.com/hashiflex/hashiflex/spec/digest"
)

// Timing is one line of timings.jsonl.
type Timing struct {
	What      string        `json:"what"` // "yosys", "layer", "run"
	Object    string        `json:"object,omitempty"`
	Wall      time.Duration `json:"wall_ns"`
	CPU       time.Duration `json:"cpu_ns,omitempty"`
	PeakBytes int64         `json:"peak_bytes,omitempty"`
	Begin     string        `json:"begin,omitempty"` // of the run, RFC 3339 in UTC
}

// openTimings opens timings.jsonl to append to it, fresh or behind the whole lines of
// a run that was killed.
func openTimings(path string, fresh bool) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o644)
	if err != nil {
		return nil, err
	}
	whole := int64(0)
	if !fresh {
		b, err := bounded.Read(f, bounded.Lines)
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}
		for line := range bytes.Lines(b) {
			// A machine that lost power may leave zeros in the place of lines.
			if !bytes.HasSuffix(line, []byte("\n")) || json.Unmarshal(line, new(Timing)) != nil {
				break
			}
			whole += int64(len(line))
		}
	}
	if err := f.Truncate(whole); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Time appends a measurement.
func (r *Run) Time(t Timing) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.timings == nil {
		return fmt.Errorf("%s: the run is finished already", r.cfg.Dir)
	}
	_, err := r.timings.Write(encodeJSON(t, ""))
	return err
}

func writeTimingsSum(dir string) error {
	b, err := bounded.ReadFile(filepath.Join(dir, timingsFile), bounded.Lines)
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, timingsSumFile), []byte(digest.Bytes(b)+"  "+timingsFile+"\n"))
}
