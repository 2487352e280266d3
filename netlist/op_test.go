package netlist

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRowsOfOperatorsAreWhole(t *testing.T) {
	names := map[string]Op{}
	for _, op := range Ops() {
		require.Empty(t, ops[op].missing(), "%v", op)
		require.NotContains(t, names, op.String())
		names[op.String()] = op
		require.LessOrEqual(t, op.Arity(), 3, "%v", op)
	}
	require.Len(t, Ops(), int(NumOps)-1)
	require.Equal(t, Ops()[4:], Computed(), "the four sources, and then what is computed")
	require.Equal(t, "Op(200)", Op(200).String())
}

// A row that lacks a part is found at start-up.
func TestRowThatLacksAPartIsFound(t *testing.T) {
	for part, spoil := range map[string]func(*operator){
		"name":                        func(o *operator) { o.name = "" },
		"class":                       func(o *operator) { o.class = 0 },
		"rule":                        func(o *operator) { o.fits = nil },
		"operands that fit its class": func(o *operator) { o.arity = 0 },
		"constructor":                 func(o *operator) { o.build = nil },
		"meaning":                     func(o *operator) { o.means = nil },
		"kernel":                      func(o *operator) { o.lanes = nil },
	} {
		row := ops[OpAdd]
		spoil(&row)
		require.Equal(t, part, row.missing())
	}
	require.Equal(t, "name", new(operator).missing(), "an operator without a row")
}

func TestTablesOfEnginesAreWhole(t *testing.T) {
	whole := map[Op]string{OpAdd: "+", OpSub: "-"}
	list := []Op{OpAdd, OpSub}
	table := ByOp("engine", list, whole)
	require.Equal(t, "-", table[OpSub])
	require.PanicsWithValue(t, "engine: no entry for operator mul", func() { ByOp("engine", append(list, OpMul), whole) })
	require.PanicsWithValue(t, "engine: 2 entries for 1 operators", func() { ByOp("engine", list[:1], whole) })
	require.PanicsWithValue(t, "engine: no entry for operator sub", func() { ByOp("engine", list, map[Op]string{OpAdd: "+", OpSub: ""}) })
	require.Panics(t, func() { ByOp("engine", list, map[Op]func(){OpAdd: func() {}, OpSub: nil}) })
}

func TestBuildRefusesWhatHasNoOperands(t *testing.T) {
	for _, op := range []Op{OpInvalid, OpInput, OpConst, OpUndef, OpReg, NumOps} {
		require.Panics(t, func() { New("m").Build(op, 1, 0, 0, 0, 0) }, "%v", op)
	}
}
