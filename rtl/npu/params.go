package npu

import (
	"errors"
	"fmt"
	"math/bits"
	"strings"
)

// Params are the sizes that a head is built with.
type Params struct {
	Lanes    int // multipliers
	Features int // features of a layer, at most
	Rows     int // weight rows
	Biases   int // bias words
	Layers   int // descriptors
}

// Limits of Params, which follow from the widths of the register map's fields.
const (
	maxLanes  = 4096
	maxWord16 = 1<<16 - 1
	maxRows   = 1<<20 - 1
	maxLayers = 1<<8 - 1
	wordSpace = 1 << 20 // words of a region
)

// Check reports every size that no head can have.
func (p Params) Check() error {
	var errs []error
	between := func(name string, v, lo, hi int) {
		if v < lo || v > hi {
			errs = append(errs, fmt.Errorf("npu: %s = %d: want %d to %d", name, v, lo, hi))
		}
	}
	between("LANES", p.Lanes, 1, maxLanes)
	between("FEATURES", p.Features, 1, maxWord16)
	between("ROWS", p.Rows, 3, maxRows)
	between("BIASES", p.Biases, 2, maxWord16)
	between("LAYERS", p.Layers, 1, maxLayers)
	if len(errs) == 0 && p.Rows*p.RowWords() > wordSpace {
		errs = append(errs, fmt.Errorf("npu: %d rows of %d words: more than %d words of address space", p.Rows, p.RowWords(), wordSpace))
	}
	return errors.Join(errs...)
}

// RowWords is the number of words of the address space that a weight row takes.
func (p Params) RowWords() int {
	return 1 << bits.Len(uint((p.Lanes+3)/4-1))
}

// Named lists the sizes under the names of the Verilog's parameters.
func (p Params) Named() []Named {
	return []Named{{"LANES", p.Lanes}, {"FEATURES", p.Features}, {"ROWS", p.Rows}, {"BIASES", p.Biases}, {"LAYERS", p.Layers}}
}

// String is the sizes as the Verilog names them: "LANES=3 FEATURES=9 …".
func (p Params) String() string {
	var parts []string
	for _, n := range p.Named() {
		parts = append(parts, fmt.Sprintf("%s=%d", n.Name, n.Value))
	}
	return strings.Join(parts, " ")
}

// Named is a Verilog parameter and its value.
type Named struct {
	Name  string
	Value int
}
