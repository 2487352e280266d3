package spec

import (
	"bytes"
	"testing"

	"github.com/nlpodyssey/safetensors"
	"github.com/stretchr/testify/require"
)

// Whatever network.json holds, reading it ends in problems or in a network that
// is written and read back the same.
func FuzzTopology(f *testing.F) {
	for _, n := range []*Network{small(), full()} {
		topology, _, err := Encode(n)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(topology)
	}
	f.Add([]byte(`{"version": 1, "name": "", "input": {}, "layers": [{"conv": null, "pool": {}}, {"dense": {"features": -1}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var all problems
		n, _ := decodeTopology(data, &all)
		if all.err() != nil {
			return
		}
		again, err := encodeTopology(n)
		if err != nil {
			// Only a format or mode that Validate refuses has no text.
			require.Error(t, n.Validate())
			return
		}
		var none problems
		same, _ := decodeTopology(again, &none)
		require.Equal(t, n, same)
		require.NoError(t, none.err())
	})
}

// Whatever the file holds, reading ends in problems or in tensors that another
// reader of the format finds too.
func FuzzTensors(f *testing.F) {
	_, weights, err := Encode(small())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(weights)
	f.Add(file(`{}`, 0))
	f.Add(file(`{"a":{"dtype":"I32","shape":[],"data_offsets":[0,4]},"__metadata__":{}}`, 4))
	f.Add(file(`{"a":{"dtype":"I8","shape":[0,9],"data_offsets":[0,0]},"b":{"dtype":"I8","shape":[1],"data_offsets":[0,1]}}`, 1))
	f.Fuzz(func(t *testing.T, data []byte) {
		var all problems
		tensors := parseTensors(data, &all)
		if all.err() != nil {
			require.Nil(t, tensors)
			return
		}
		other, err := safetensors.Deserialize(data)
		require.NoError(t, err)
		require.Equal(t, other.Len(), len(tensors))
		for name, ours := range tensors {
			theirs, ok := other.Tensor(name)
			require.True(t, ok, name)
			require.Equal(t, theirs.DType().String(), ours.dtype)
			require.True(t, bytes.Equal(theirs.Data(), ours.data))
			require.Len(t, ours.shape, len(theirs.Shape()))
			for i, d := range theirs.Shape() {
				require.EqualValues(t, d, ours.shape[i])
			}
		}
	})
}

// Bytes of both files together reach Validate and the accumulator ranges.
func FuzzDecode(f *testing.F) {
	for _, n := range []*Network{small(), full()} {
		topology, weights, err := Encode(n)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(topology, weights)
	}
	f.Fuzz(func(t *testing.T, topology, weights []byte) {
		n, err := Decode(topology, weights)
		if err != nil {
			require.Nil(t, n)
			for _, e := range lines(t, err) {
				require.Regexp(t, `(?s)^(network\.json|weights\.safetensors): `, e)
			}
			return
		}
		limit := Format{Signed: true, Width: MaxAccWidth}.Range()
		for _, l := range n.Layers {
			for oc := range l.OutShape().C {
				require.True(t, l.AccRange(oc).Within(limit))
				require.LessOrEqual(t, l.Shift(oc), MaxShift)
			}
		}
	})
}
