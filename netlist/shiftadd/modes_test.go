package shiftadd

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// A mode that does not exist is refused by everything that computes with it, and
// never taken for another one. What a user writes is refused before: Validate
// names the layer.
func TestMadeUpModesAreRefused(t *testing.T) {
	good := spec.Requant{Format: spec.Format{Signed: true, Width: 8}, Rounding: spec.TRN, Overflow: spec.SAT}
	rounding, overflow := good, good
	rounding.Rounding = spec.Rounding(len(spec.Roundings()))
	overflow.Overflow = spec.Overflow(len(spec.Overflows()))
	use := map[string]func(q spec.Requant){
		"golden, executed":  func(q spec.Requant) { golden.Requantize(golden.Int64{}, q, 2, 100) },
		"golden, prepared":  func(q spec.Requant) { golden.Compile(q, 2)(100) },
		"golden, symbolic":  func(q spec.Requant) { terms := golden.NewTerms(); golden.Requantize(terms, q, 2, terms.Var(0)) },
		"generator, signed": func(q spec.Requant) { tailOf(q, true) },
		"generator":         func(q spec.Requant) { tailOf(q, false) },
	}
	for name, f := range use {
		require.NotPanics(t, func() { f(good) }, name)
		require.Panics(t, func() { f(rounding) }, name)
		require.Panics(t, func() { f(overflow) }, name)
	}
}

func tailOf(q spec.Requant, signed bool) {
	b := &builder{m: netlist.New("tail")}
	f := spec.Format{Signed: signed, Width: 12}
	b.tail(word{v: b.m.Input("acc", 12), signed: signed, r: f.Range()}, q, 2)
}

// A mode with two constants is no mode of one.
func TestRoundingWithoutItsCircuitIsRefused(t *testing.T) {
	rows := map[spec.Rounding]rounder{}
	for _, mode := range spec.Roundings() {
		rows[mode] = rounders[mode]
	}
	require.NotPanics(t, func() { rounding(rows) })
	for _, mode := range []spec.Rounding{spec.TRNZero, spec.RNDZero, spec.RNDInf, spec.RNDConv} {
		with := rows[mode]
		rows[mode] = rounder{natural: mode}
		require.Panics(t, func() { rounding(rows) }, "%v", mode)
		rows[mode] = with
	}
	delete(rows, spec.RND)
	require.Panics(t, func() { rounding(rows) }, "a mode without a row")
}
