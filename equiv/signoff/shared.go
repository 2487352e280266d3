package signoff

import (
	"encoding/json"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/equiv/factstore"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/spec/digest"
)

// shared is a chain.Store for a job that keeps no evidence: it finds the proofs of other
// runs, also of other networks, in a store that they share.
type shared struct {
	dir   *factstore.Store
	basis string
}

// newShared makes keys depend on the program, the tools and all options that are not the
// choice of layers and channels, which keys of layers name.
func newShared(j *Job) (*shared, error) {
	program, err := rundir.Executable()
	if err != nil {
		return nil, err
	}
	var settings []reports.Setting
	for _, s := range j.Settings() {
		if s.Name != "layers" && s.Name != "channels" {
			settings = append(settings, s)
		}
	}
	text, err := json.Marshal([]any{"facts 1", program, j.Tools, settings, j.Chain.Opinions, j.Chain.Limits, j.Chain.UnliftedSolver, j.Chain.UnliftedLimits, j.Chain.UnliftedFanIn})
	return &shared{j.Cache, digest.Bytes(text)}, err
}

func (s *shared) key(kind, key string) string {
	return digest.Bytes([]byte(s.basis + kind + " " + key))
}

func (s *shared) Lookup(key string) (*chain.Record, bool) {
	rec := new(chain.Record)
	return rec, s.dir.Get(s.key("layer", key), rec) && rec.Proved()
}

func (s *shared) Keep(key string, rec *chain.Record) error {
	s.dir.Put(s.key("layer", key), rec)
	return nil
}

// LookupContent implements chain.PartStore.
func (s *shared) LookupContent(key string) (*chain.Outcome, bool) {
	o := new(chain.Outcome)
	return o, s.dir.Get(s.key("part", key), o)
}

// KeepContent implements chain.PartStore.
func (s *shared) KeepContent(key string, o *chain.Outcome) { s.dir.Put(s.key("part", key), o) }

// LookupAnswer implements chain.AnswerStore.
func (s *shared) LookupAnswer(key string) (*equiv.Answer, bool) {
	a := new(equiv.Answer)
	return a, s.dir.Get(s.key("answer", key), a)
}

// KeepAnswer implements chain.AnswerStore.
func (s *shared) KeepAnswer(key string, a *equiv.Answer) { s.dir.Put(s.key("answer", key), a) }

// What belongs to a run directory is not kept.

func (s *shared) LookupPart(string) (*chain.Outcome, bool) { return nil, false }
func (s *shared) KeepPart(string, *chain.Outcome) error    { return nil }
func (s *shared) Chunk(string, []byte, []byte) error       { return nil }
func (s *shared) Query(string, string) error               { return nil }
