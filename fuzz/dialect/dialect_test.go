package dialect_test

import (
	"flag"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/fuzz/dialect"
	"github.com/hashiflex/hashiflex/fuzz/verilog"
	"github.com/hashiflex/hashiflex/rtl"
)

var (
	seed    = flag.Uint64("seed", 1, "seed of modules and vectors")
	modules = flag.Int("modules", 40, "modules of the dialect")
	changed = flag.Int("changed", 1000, "modules that are changed")
)

func readers() verilog.Readers {
	return verilog.Readers{
		Icarus:    rtl.Icarus{Limits: rtl.Limits{Time: 5 * time.Minute}},
		Verilator: rtl.Verilator{Limits: rtl.Limits{Time: 10 * time.Minute}, Uncounted: true},
	}
}

// batch compares modules some at a time.
func batch(t *testing.T, ms []*verilog.Module, size int) (refused, same, unclear, alone int) {
	t.Helper()
	for len(ms) > 0 {
		n := min(size, len(ms))
		tally, err := dialect.Compare(t.Context(), readers(), ms[:n], *seed)
		require.NoError(t, err)
		for _, w := range tally.Wrong {
			t.Error(w)
		}
		for _, a := range tally.Alone {
			t.Log(a)
		}
		refused, same, unclear, alone = refused+tally.Refused, same+tally.Same, unclear+tally.Unclear, alone+len(tally.Alone)
		ms = ms[n:]
	}
	return refused, same, unclear, alone
}

// TestModulesOfTheDialect has all readers agree on texts that none may refuse.
func TestModulesOfTheDialect(t *testing.T) {
	var ms []*verilog.Module
	for i := range *modules {
		ms = append(ms, dialect.Generate(fmt.Sprintf("m%d", i), *seed<<32+uint64(i)))
	}
	refused, same, unclear, alone := batch(t, ms, 60)
	t.Logf("seed %d: %d refused, %d same, %d unclear, %d against one simulator", *seed, refused, same, unclear, alone)
	require.LessOrEqual(t, 50*alone, same, "one simulator differs too often")
	require.Zero(t, refused)
	require.Greater(t, same, *modules*8/10)
}

// TestChangedModules has texts refused, or read as all others read them.
func TestChangedModules(t *testing.T) {
	var ms []*verilog.Module
	for i := range *changed {
		m := dialect.Generate(fmt.Sprintf("m%d", i), *seed<<32+uint64(i))
		ms = append(ms, dialect.Mutate(m, *seed<<32+uint64(i)))
	}
	refused, same, unclear, alone := batch(t, ms, 1000)
	t.Logf("seed %d: %d refused, %d same, %d unclear, %d against one simulator", *seed, refused, same, unclear, alone)
	require.LessOrEqual(t, 50*alone, same, "one simulator differs too often")
	require.Greater(t, refused, *changed/2)
	require.Greater(t, same, *changed/40)
}
