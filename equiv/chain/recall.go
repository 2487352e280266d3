package chain

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// recall looks a layer up in the store. A layer of which the run has a part has no record.
func (r *run) recall(t *task) (*Record, bool) {
	if r.o.Store == nil || !r.whole(t) {
		return nil, false
	}
	key, err := r.key(t)
	if err != nil {
		return nil, false
	}
	return r.o.Store.Lookup(key)
}

// remember keeps a layer in the store if all of it is proved.
func (r *run) remember(t *task, rec *Record) error {
	if r.o.Store == nil || !rec.Proved() {
		return nil
	}
	key, err := r.key(t)
	if err != nil {
		return err
	}
	return r.o.Store.Keep(key, rec)
}

// key is the hash of everything a layer's record depends on: what the layer
// computes, its inputs' formats and ranges, and how it is proved. The store adds
// the program and the tools.
func (r *run) key(t *task) (string, error) {
	l := t.layer
	h := sha256.New()
	e := json.NewEncoder(h)
	var in []any
	for i := range l.Inputs {
		in = append(in, l.InShape(i), l.InFormat(i), l.InRange(i))
	}
	var sampled []string
	for _, u := range t.units {
		if r.sample[u.Name] {
			sampled = append(sampled, u.Name)
		}
	}
	for _, part := range []any{
		"layer record 6", l.Name, l.Kind(), l.Op, l.Out, in, t.units,
		t.gen.Options(), t.edges, r.o.Limits, r.o.Opinions, r.o.Vectors, r.o.Seed, sampled, r.o.UnliftedSolver, r.o.UnliftedLimits, t.foreign, r.o.FrontEnd,
	} {
		if err := e.Encode(part); err != nil {
			return "", fmt.Errorf("layer %s: %w", l.Name, err)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
