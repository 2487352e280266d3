package sweep

import (
	"encoding/binary"
	"math/rand"

	"github.com/hashiflex/hashiflex/spec/digest"
)

// Vectors is how many vectors every node is simulated on.
const Vectors = 64 * lanes

const lanes = 64

type values [lanes]uint64

// simulated are the values of the graph's nodes on vectors.
type simulated struct {
	rng    *rand.Rand
	values []values
}

func (s *simulated) of(l lit) (v values) {
	v = s.values[l.node()]
	if l.flip() == 1 {
		for i := range v {
			v[i] = ^v[i]
		}
	}
	return v
}

// add simulates a node that was pushed.
func (s *simulated) add(g *graph, n int32) {
	var v values
	switch x := g.nodes[n]; x.kind {
	case and:
		a, b := s.of(x.a), s.of(x.b)
		for i := range v {
			v[i] = a[i] & b[i]
		}
	case xor:
		a, b := s.of(x.a), s.of(x.b)
		for i := range v {
			v[i] = a[i] ^ b[i]
		}
	case source:
		for i := range v {
			v[i] = s.rng.Uint64()
		}
	}
	s.values = append(s.values, v)
}

// vectors gives the bits of an input's word its values, one for each lane.
func (s *simulated) vectors(bits []lit, x []uint64) {
	for b, l := range bits {
		v := &s.values[l.node()]
		*v = values{}
		for k, x := range x[:min(len(x), 64*lanes)] {
			v[k/64] |= x >> b & 1 << (k % 64)
		}
	}
}

// signature is what nodes that are equal or complements of each other have in common,
// and whether l is the complement.
func (s *simulated) signature(l lit) (sig string, flip lit) {
	v := s.of(l)
	flip = lit(v[0] & 1)
	var buf [8 * lanes]byte
	for i, x := range v {
		if flip == 1 {
			x = ^x
		}
		binary.LittleEndian.PutUint64(buf[8*i:], x)
	}
	return digest.Bytes(buf[:]), flip
}
