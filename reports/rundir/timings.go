package rundir

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/hashiflex/hashiflex/spec/digest"
)

// Timing is one line of timings.jsonl.
type Timing struct {
	What      string        `json:"what"` // "yosys", "layer", "run"
	Object    string        `json:"object,omitempty"`
	Wall      time.Duration `json:"wall_ns"`
	CPU       time.Duration `json:"cpu_ns,omitempty"`
	PeakBytes int64         `json:"peak_bytes,omitempty"`
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
	b, err := os.ReadFile(filepath.Join(dir, timingsFile))
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, timingsSumFile), []byte(digest.Bytes(b)+"  "+timingsFile+"\n"))
}
