//go:build nightly

package verilog_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/fuzz/verilog"
)

var (
	modules = flag.Int("modules", 20000, "modules that are read three ways")
	record  = flag.String("record", "", "file that the record is written to")
	only    = flag.String("only", "", "indices of the modules that are read, with commas between; all of them when empty")
)

// chosen is what only names, nil for all.
func chosen(t *testing.T) (indices []int) {
	t.Helper()
	if *only == "" {
		return nil
	}
	for _, f := range strings.Split(*only, ",") {
		i, err := strconv.Atoi(f)
		require.NoError(t, err)
		require.Less(t, i, *modules, "there is no such module")
		indices = append(indices, i)
	}
	return indices
}

// No accepted module is read otherwise by both simulators, and what one of them alone
// reads otherwise is on the list.
func TestThreeReadings(t *testing.T) {
	fmt.Printf("seed %d\n", *seed)
	// The commit is that of the beginning.
	commit, err := exec.Command("git", "rev-parse", "--short", "HEAD").Output()
	require.NoError(t, err)
	c := campaign(*modules)
	c.Only = chosen(t)
	require.True(t, c.Only == nil || *record == "", "a record is of all modules")
	began := time.Now()
	c.Done = func(n int, found []verilog.Result) {
		fmt.Printf("%v  %d of %d modules\n", time.Since(began).Round(time.Second), n, *modules)
		for _, r := range found {
			fmt.Printf("%v, vectors of seed %d: %s\n", r, r.Seed, verilog.Listed(r))
			if r.Outcome == verilog.AgainstBoth {
				fmt.Println(r.Module.Text)
			}
		}
	}
	tally, err := c.Run(t.Context())
	require.NoError(t, err)
	for _, f := range tally.Failed {
		t.Log(f)
	}
	if *record != "" {
		head := fmt.Sprintf("%s, commit %s\ngo test -tags nightly -run TestThreeReadings -timeout 6h ./fuzz/verilog -args -seed %d -modules %d -record last.txt\n%v\n\n",
			time.Now().UTC().Format(time.DateOnly), strings.TrimSpace(string(commit)), *seed, *modules, time.Since(began).Round(time.Minute))
		require.NoError(t, os.WriteFile(*record, []byte(head+tally.Record()), 0o644))
	}
	if c.Only != nil {
		t.Log(tally.Record())
		for _, r := range tally.Found {
			small, err := verilog.Shrink(t.Context(), c.Readers, r, r.Seed)
			require.NoError(t, err)
			fmt.Printf("shrunk: %v\n%s", small, small.Module.Text)
		}
		agreed(t, tally)
		return
	}
	judge(t, tally)
}
