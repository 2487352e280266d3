package rundir

import (
	"bufio"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/hashiflex/hashiflex/spec/bounded"
)

// Progress is a line of progress.jsonl, which a run writes while it is going on, for those
// who watch it. It is no evidence: Finish removes the file.
type Progress struct {
	Begin  string          `json:"begin,omitempty"`  // of the first line: when the run began, RFC 3339
	Layers []LayerProgress `json:"layers,omitempty"` // of the first line: all layers, in the network's order
	Layer  *LayerProgress  `json:"layer,omitempty"`  // that was just looked at
	Phase  string          `json:"phase,omitempty"`
	Done   int             `json:"done,omitempty"` // of the phase
	Total  int             `json:"total,omitempty"`
}

// LayerProgress counts the compare points of a layer. A point that is settled has been
// decided on all edges; what it rests on may still be open.
type LayerProgress struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	Points  int    `json:"points"`
	Looked  bool   `json:"looked,omitempty"` // the layer was looked at
	Settled int    `json:"settled,omitempty"`
	Refuted int    `json:"refuted,omitempty"`
	Open    int    `json:"open,omitempty"` // neither
}

// Progress appends a line. That of a phase is left out if the last one is younger than a
// moment. A run does not fail for want of such a line.
func (r *Run) Progress(p Progress) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	ended := p.Total > 0 && p.Done == p.Total
	if r.finished || p.Phase != "" && p.Phase == r.phase && !ended && now.Sub(r.said) < moment {
		return
	}
	if p.Phase != "" {
		r.phase, r.said = p.Phase, now
	}
	flags := os.O_CREATE | os.O_WRONLY | os.O_APPEND
	if p.Layers != nil {
		flags |= os.O_TRUNC
	}
	f, err := os.OpenFile(r.path(progressFile), flags, 0o644)
	if err != nil {
		return
	}
	_, _ = f.Write(encodeJSON(p, ""))
	_ = f.Close()
}

// moment is the least time between two lines of one phase.
const moment = 300 * time.Millisecond

// State is what a run directory says of a run that is going on, was killed, or has ended.
type State struct {
	Network  string
	Finished bool
	Begin    string // RFC 3339; "": nothing is known of a run that is going on
	Layers   []LayerProgress
	Phase    string
	Done     int
	Total    int
	Heard    time.Time // when the run wrote something last
}

// Watch reads the state of a run, from its directory alone. A line that is not whole yet
// is left out.
func Watch(dir string) (*State, error) {
	text, err := bounded.ReadFile(filepath.Join(dir, runFile), bounded.Record)
	if err != nil {
		return nil, err
	}
	var id Identity
	if err := json.Unmarshal(text, &id); err != nil {
		return nil, err
	}
	s := &State{Network: id.Network}
	if _, err := os.Stat(filepath.Join(dir, sumsFile)); err == nil {
		s.Finished = true
		return s, nil
	}
	f, err := os.Open(filepath.Join(dir, progressFile))
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil {
		s.Heard = info.ModTime()
	}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var p Progress
		if json.Unmarshal(lines.Bytes(), &p) != nil {
			continue
		}
		s.enter(p)
	}
	return s, lines.Err()
}

func (s *State) enter(p Progress) {
	if p.Layers != nil {
		s.Begin, s.Layers = p.Begin, p.Layers
	}
	if p.Layer != nil {
		at := slices.IndexFunc(s.Layers, func(l LayerProgress) bool { return l.Name == p.Layer.Name })
		if at >= 0 {
			s.Layers[at] = *p.Layer
		}
	}
	if p.Phase != "" {
		s.Phase, s.Done, s.Total = p.Phase, p.Done, p.Total
	}
}
