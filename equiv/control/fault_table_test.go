//go:build nightly

package control

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// breaks names for each fault a claim that must be refuted, with a run or a path
// that shows it.
var breaks = map[string]string{
	"a read hangs behind one address and one written before":         "read_ends",
	"the check of one program never ends":                            "errors",
	"read data change while they wait if one word is written":        "r_stable",
	"last lost when a read comes with a refused write and a feature": "out_last",
	"a weight is written at an unaligned address with one strobe":    "memory_kept",
	"a read survives a reset":                                        "r_asked",
	"the flush is as long as it was before":                          "in_closed",
	"one refused write clears the commit":                            "in_open",
	"an address is taken late if its valid comes late":               "registered",
	"an overflow keeps the next image out":                           "separate",
	"bias of the neighbour":                                          "sum",
	"overflow kept from the image before":                            "same_result",
	"last feature not counted in":                                    "product",
	"one group too few lanes drained":                                "result",
	"banks not swapped between layers":                               "layers",
	"bank not returned after an image":                               "layers",
	"row pointer not reloaded":                                       "product",
	"index survives a dropped frame":                                 "in_closed",
	"index survives a reset":                                         "in_closed",
	"layer survives a reset":                                         "in_closed",
	"result in the pipe survives a reset":                            "in_closed",
	"too long a frame is computed":                                   "in_closed",
	"frame error not reported":                                       "errors",
	"feature taken while skipping is stored":                         "store",
	"ready for the next image too early":                             "in_closed",
	"frame of one feature never too long":                            "errors",
	"a frame one too long is computed":                               "r_data",
	"logit lost under a stall":                                       "out_stays",
	"valid dropped under a stall":                                    "out_stays",
	"memory output lost under a stall":                               "product",
	"lanes run on under a stall":                                     "product",
	"last marks the wrong logit":                                     "in_closed",
	"last of every layer ends the image":                             "in_closed",
	"greatest of the image before":                                   "same_registers",
	"results published too early":                                    "in_closed",
	"a logit that waits survives a reset":                            "reset_quiet",
	"image counter survives a reset":                                 "results",
	"an image that ends under a write is not counted":                "results",
	"overflow lost while any error is cleared":                       "errors",
	"VALUE reads its top bit as 0 after two images":                  "r_data",
	"stale weight after reprogramming":                               "memory_kept",
	"byte strobes ignored":                                           "memory_kept",
	"rows counted one too many":                                      "b_refusal",
	"rows counted one too few":                                       "committed_fits",
	"partial group not counted":                                      "committed_fits",
	"biases may end one too late":                                    "committed_fits",
	"layers that do not meet are accepted":                           "committed_fits",
	"wide layers inside are accepted":                                "check_fields",
	"a descriptor changes under a committed program":                 "in_committed",
	"a strobe beyond the lanes writes lane 0":                        "memory_kept",
	"absent lanes read as 1":                                         "r_data",
	"tails survive a reset":                                          "program_kept",
	"the last descriptor is locked by a commit":                      "program_kept",
	"write while busy takes effect":                                  "in_committed",
	"refused write takes effect":                                     "memory_kept",
	"SLVERR for OKAY on errors while busy":                           "b_refusal",
	"OKAY for SLVERR on a bad commit":                                "committed_fits",
	"unmapped read answers OKAY":                                     "r_refusal",
	"one word past the biases is mapped":                             "memory_kept",
	"clearing an error clears all":                                   "errors",
	"an error that comes while cleared is lost":                      "errors",
	"response dropped when the master waits":                         "b_stays",
	"read data replaced while it waits":                              "r_asked",
	"address taken twice":                                            "b_asked",
	"response kept through a reset":                                  "reset_quiet",
	"ready without a committed program":                              "in_committed",
	"an image may begin under a write":                               "in_committed",
	"a write cut off by a reset takes effect":                        "memory_kept",
	"a write is accepted in the last cycle of an image":              "r_data",
	"a read and a write at once":                                     "write_ends",
	"unaligned read by two answered":                                 "r_refusal",
	"a sixth word of a descriptor is mapped":                         "program_kept",
	"frame error survives a reset":                                   "errors",
}

// arithmeticOnly are faults of data alone, which no claim about control may notice.
var arithmeticOnly = []string{
	"weight read as unsigned",
	"feature's sign bit lost",
	"product extended with zeros",
	"accumulator not cleared between groups",
	"first product lost",
	"results leave the lanes in reverse",
	"bias added twice",
	"bias extended with zeros",
	"overflow of a sum not noticed from below",
	"negative ties rounded up",
	"negative ties rounded away",
	"ties to odd",
	"toward zero becomes floor",
	"rounding constant one bit too low",
	"logical for arithmetic shift",
	"saturation one too low",
	"least value saturates to its neighbour",
	"symmetric saturation forgotten",
	"wrapped value keeps no sign",
	"ReLU by the wrong bit",
	"left shift ignored",
	"ReLU on the layer before",
	"features taken as signed",
	"greatest of equals is the last",
	"greatest compared without sign",
}

func TestTableOfFaults(t *testing.T) {
	for _, f := range slices.Concat(head.Faults(), coincidences) {
		claim, control := breaks[f.Name]
		if !control && !slices.Contains(arithmeticOnly, f.Name) {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			by := proveFaulty(t, f)
			if control {
				require.Contains(t, by[verdict.Refuted], claim)
				return
			}
			delete(by, verdict.Proved)
			require.Empty(t, by)
		})
	}
}

// Each entry of the table is the name of a fault.
func TestTableNamesFaults(t *testing.T) {
	names := make(map[string]bool)
	for _, f := range slices.Concat(head.Faults(), coincidences) {
		names[f.Name] = true
	}
	for name := range breaks {
		require.True(t, names[name], name)
	}
	for _, name := range arithmeticOnly {
		require.True(t, names[name], name)
	}
}
