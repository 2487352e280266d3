package control

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// proveFaulty judges twoLayers with a fault, by what became of each claim.
func proveFaulty(t *testing.T, f head.Fault) map[verdict.Verdict][]string {
	t.Helper()
	facts, err := Prove(context.Background(), Options{
		Opinions: opinions(t), Jobs: 2, Instances: []npu.Params{twoLayers},
		Sources: func(p npu.Params) ([]rtl.Source, error) { return f.Plant(p) },
	})
	require.NoError(t, err)
	by := make(map[verdict.Verdict][]string)
	for _, x := range facts {
		name := x.Name[len(short(twoLayers))+1:]
		by[x.Verdict] = append(by[x.Verdict], name)
		require.Equal(t, x.Verdict == verdict.Refuted, x.Trace != "", "%s: a trace for what is refuted", name)
	}
	return by
}

// Each fault breaks a rule of its own kind, with a run that shows it.
func TestFaultsBreakTheirRule(t *testing.T) {
	faults := append(slices.Clone(head.Faults()), coincidences...)
	for name, rule := range map[string]string{
		"logit lost under a stall":                         "out_stable",
		"response dropped when the master waits":           "b_stays",
		"bias of the neighbour":                            "sum",
		"memory output lost under a stall":                 "product",
		"an image that ends under a write is not counted":  "results",
		"overflow lost while any error is cleared":         "errors",
		"absent lanes read as 1":                           "r_data",
		"tails survive a reset":                            "program_kept",
		"the flush is as long as it was before":            "same_control",
		"an address is taken late if its valid comes late": "registered",
		"an overflow keeps the next image out":             "separate",
	} {
		i := slices.IndexFunc(faults, func(f head.Fault) bool { return f.Name == name })
		require.GreaterOrEqual(t, i, 0, name)
		by := proveFaulty(t, faults[i])
		require.Contains(t, by[verdict.Refuted], rule, name)
	}
}
