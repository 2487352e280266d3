package signoff

import (
	"fmt"
	"io"
	"sync"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/reports/rundir"
)

// store is a chain.Store in a run directory.
type store struct {
	run         *rundir.Run
	keepQueries bool
	shard       bool // the run is a shard, whose parts stay its own

	mu    sync.Mutex
	paths map[string]string // of a chunk's Verilog within the directory
}

func newStore(run *rundir.Run, keepQueries bool) *store {
	return &store{run: run, keepQueries: keepQueries, paths: map[string]string{}}
}

func (s *store) key(key string) rundir.Key { return s.run.Key("layer", []byte(key)) }

func (s *store) partKey(key string) rundir.Key { return s.run.Key("part", []byte(key)) }

// VerilogName is a chunk's Verilog in the area for chunks.
func VerilogName(chunk string) string { return chunk + ".v" }

// NetlistsName is a chunk's netlists in the area for chunks.
func NetlistsName(chunk string) string { return chunk + ".netlists" }

// Lookup recalls a layer if its record and all of its files exist. Otherwise the layer
// is proved again.
func (s *store) Lookup(key string) (*chain.Record, bool) {
	rec := new(chain.Record)
	if !s.run.Recall(s.key(key), rec) || !rec.Proved() || !s.adopt(rec.Chunks, queries(rec)) {
		return nil, false
	}
	return rec, true
}

// LookupPart recalls the outcome of a chunk if its files exist. A run that merges takes it
// from its shards, and keeps only the record of the layer.
func (s *store) LookupPart(key string) (*chain.Outcome, bool) {
	o := new(chain.Outcome)
	find := s.run.Borrow
	if s.shard {
		find = s.run.Recall
	}
	if !find(s.partKey(key), o) {
		return nil, false
	}
	// A layer's record holds what its outcomes do, but for tails.
	rec := &chain.Record{Points: o.Points, Unlifted: o.Unlifted}
	if !s.adopt(o.Chunks, queries(rec)) {
		return nil, false
	}
	return o, true
}

// KeepPart keeps the outcome of a chunk.
func (s *store) KeepPart(key string, o *chain.Outcome) error {
	return s.run.Remember(s.partKey(key), o)
}

// adopt takes over the files of chunks, and queries where they are kept.
func (s *store) adopt(chunks []chain.ChunkRecord, queries []string) bool {
	for _, c := range chunks {
		if c.SHA256 == "" {
			continue // the netlist edge alone has no files
		}
		v, ok := s.run.Adopt(VerilogName(c.Name), c.SHA256)
		if !ok {
			return false
		}
		if _, ok := s.run.Adopt(NetlistsName(c.Name), c.Netlists); !ok {
			return false
		}
		s.keep(c.Name, v.Path)
	}
	if s.keepQueries {
		for _, q := range queries {
			if !s.run.AdoptQuery(q) {
				return false
			}
		}
	}
	return true
}

// queries lists the queries that a record rests on.
func queries(rec *chain.Record) []string {
	var all []string
	for _, p := range rec.Points {
		all = append(all, p.Queries...)
	}
	for _, t := range rec.Tails {
		if t.Query != "" {
			all = append(all, t.Query)
		}
	}
	for _, f := range rec.Unlifted {
		all = append(all, f.Queries...)
	}
	return all
}

func (s *store) Keep(key string, rec *chain.Record) error { return s.run.Remember(s.key(key), rec) }

func (s *store) Chunk(name string, verilog, netlists []byte) error {
	v, err := s.compress(VerilogName(name), verilog)
	if err != nil {
		return err
	}
	s.keep(name, v.Path)
	_, err = s.compress(NetlistsName(name), netlists)
	return err
}

func (s *store) compress(name string, text []byte) (rundir.Stored, error) {
	return s.run.Compress(name, writeAll(text))
}

func writeAll(text []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	}
}

func (s *store) Query(hash, text string) error {
	sum, err := s.run.Query([]byte(text))
	if err == nil && sum != hash {
		err = fmt.Errorf("query %s: its text has the hash %s", hash, sum)
	}
	return err
}

func (s *store) keep(chunk, path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.paths[chunk] = path
}

// path is where a chunk's Verilog is, or "".
func (s *store) path(chunk string) string {
	if s == nil {
		return ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.paths[chunk]
}
