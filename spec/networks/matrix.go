package networks

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"

	"github.com/hashiflex/hashiflex/spec"
)

// A matrix is a network that no file holds: matrix:ROWSxCOLUMNS is one product of a matrix
// of powers of two with a vector of signed bytes, as a projection of a language model is.
// A row is an output channel. The weights are drawn with a fixed seed, all codes of 4 bits
// equally often, so that one in 15 is zero. They depend on the name alone.
const (
	matrixPrefix = "matrix:"
	matrixBits   = 4
	matrixSeed   = 1
	// maxMatrix bounds the weights of a matrix.
	maxMatrix = 1 << 28
)

var matrixName = regexp.MustCompile(`^matrix:([1-9][0-9]{0,5})x([1-9][0-9]{0,5})$`)

// matrix is the network of a name that begins with matrixPrefix.
func matrix(name string) (*spec.Network, error) {
	m := matrixName.FindStringSubmatch(name)
	if m == nil {
		return nil, fmt.Errorf("network %q: want matrix:ROWSxCOLUMNS, such as matrix:4096x11008", name)
	}
	// Of six digits at most.
	rows, _ := strconv.Atoi(m[1])
	columns, _ := strconv.Atoi(m[2])
	if rows > maxMatrix/columns {
		return nil, fmt.Errorf("network %q: more than %d weights", name, maxMatrix)
	}
	signed := func(width, frac int) spec.Format { return spec.Format{Signed: true, Width: width, Frac: frac} }
	rng := rand.New(rand.NewPCG(matrixSeed, 0))
	const most = 1<<(matrixBits-1) - 1 // of a code
	conv := &spec.Conv{
		OutC: rows, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: matrixBits,
		Codes: make([]spec.Code, rows*columns), Base: make([]int32, rows), Bias: make([]int32, rows),
	}
	for i := range conv.Codes {
		conv.Codes[i] = spec.Code(rng.IntN(2*most+1) - most)
	}
	for i := range rows {
		conv.Base[i] = 1 - most // the largest weight is 1
		conv.Bias[i] = int32(rng.IntN(1<<12) - 1<<11)
	}
	for oc := range rows {
		// A channel of zeros has no base.
		zero := true
		for _, c := range conv.Codes[oc*columns : (oc+1)*columns] {
			zero = zero && c == 0
		}
		if zero {
			conv.Base[oc] = 0
		}
	}
	n := &spec.Network{
		Name:  fmt.Sprintf("matrix_%dx%d", rows, columns),
		Input: spec.Input{Shape: spec.Shape{C: columns, H: 1, W: 1}, Format: signed(8, 4)},
		Layers: []*spec.Layer{{
			Name: "matrix", Inputs: []string{spec.InputName}, Op: conv,
			Out: spec.Requant{Format: signed(8, -2), Rounding: spec.RND, Overflow: spec.SAT},
		}},
	}
	if err := n.Validate(); err != nil {
		return nil, fmt.Errorf("network %q: %w", name, err)
	}
	return n, nil
}
