package chain

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/internal/plant"
	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// replaced changes the first of a text in a file.
func replaced(t *testing.T, from, to string) func(string, []byte) []byte {
	return func(_ string, text []byte) []byte {
		if !bytes.Contains(text, []byte(from)) {
			t.Errorf("the text has no %s", from)
		}
		return bytes.Replace(text, []byte(from), []byte(to), 1)
	}
}

// readByBoth proves the first layer of the tiny network.
func readByBoth(t *testing.T, f FrontEnd, h plant.Hooks) *Record {
	t.Helper()
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	o := full(t)
	o.Layers, o.FrontEnd, o.Unlifted = []string{"stem"}, f, 0
	res, err := Run(plant.With(context.Background(), h), net, o)
	require.NoError(t, err)
	require.Len(t, res.Records, 1)
	require.Len(t, res.Records[0].Chunks, 1)
	return res.Records[0]
}

// fronts are the facts about the two front ends.
func fronts(r *Record) (all []equiv.Fact) {
	for _, f := range r.Reading {
		if f.Kind == verdict.FrontEnd {
			all = append(all, f)
		}
	}
	return all
}

func allProved(t *testing.T, r *Record) {
	t.Helper()
	for _, pt := range r.Points {
		require.Equal(t, verdict.Proved, pt.Verdict, "%s: %v %s", pt.Unit, pt.Reason, pt.Detail)
	}
	require.True(t, r.Proved())
}

func TestReadersOfALayer(t *testing.T) {
	for f, readers := range map[FrontEnd][]string{
		ByYosys: {tool.Yosys.Name}, ByStrict: {StrictReader}, ByBoth: {tool.Yosys.Name, StrictReader},
	} {
		t.Run(f.String(), func(t *testing.T) {
			r := readByBoth(t, f, plant.Hooks{})
			allProved(t, r)
			require.Equal(t, readers, r.Chunks[0].Readers)
			require.Empty(t, r.Chunks[0].Refused)
			require.Equal(t, f == ByStrict, r.Chunks[0].Script == "")
			if f != ByBoth {
				require.Empty(t, fronts(r))
				return
			}
			require.Len(t, fronts(r), 1)
			require.Equal(t, verdict.Proved, fronts(r)[0].Verdict)
			require.Contains(t, fronts(r)[0].Claim, "6 modules of stem.0")
		})
	}
}

// TestReadersThatPart has the two front ends read one module as two netlists. It makes the
// point Failed, whichever of the two is right.
func TestReadersThatPart(t *testing.T) {
	for name, h := range map[string]plant.Hooks{
		"an operator": {Beside: replaced(t, "} - {", "} + {")},
		"a constant":  {Beside: replaced(t, "12'd714", "12'd715")},
		"a port":      {Beside: replaced(t, "output wire [7:0] y", "output wire [7:0] yy")},
		"no module":   {Beside: replaced(t, "module stem_c0 ", "module stem_c9 ")},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "a port" {
				h.Beside = func(_ string, text []byte) []byte {
					i := bytes.Index(text, []byte("endmodule"))
					first := bytes.ReplaceAll(bytes.ReplaceAll(text[:i], []byte(" y\n"), []byte(" yy\n")), []byte("assign y "), []byte("assign yy "))
					return append(first, text[i:]...)
				}
			}
			r := readByBoth(t, ByBoth, h)
			require.False(t, r.Proved())
			require.Empty(t, r.Chunks[0].Refused)
			f := fronts(r)
			require.Len(t, f, 1)
			require.Equal(t, verdict.Failed, f[0].Verdict)
			require.Equal(t, verdict.TwoReadings, f[0].Reason)
			failed := 0
			for _, pt := range r.Points {
				if pt.Edge == verdict.GoldenRTL && pt.Verdict != verdict.Proved {
					require.Equal(t, verdict.Failed, pt.Verdict)
					require.Equal(t, verdict.TwoReadings, pt.Reason)
					require.Contains(t, pt.Detail, "Yosys and the strict reader read module stem_c0 as two netlists")
					failed++
				}
			}
			require.Equal(t, 1, failed)
		})
	}
}

// TestOutsideOfTheDialect has Yosys read what the strict reader refuses.
func TestOutsideOfTheDialect(t *testing.T) {
	for _, f := range []FrontEnd{ByStrict, ByBoth} {
		r := readByBoth(t, f, plant.Hooks{Verilog: replaced(t, "endmodule", "wire of_no_width; endmodule")})
		allProved(t, r)
		require.Equal(t, []string{tool.Yosys.Name}, r.Chunks[0].Readers)
		require.Regexp(t, `^stem\.0\.v:\d+:6: a net of which nothing drives 1 of 1 bits$`, r.Chunks[0].Refused)
		require.Empty(t, fronts(r))
	}
}

// TestFaultsAreFoundByTheStrictReader refutes a fault in a text that it alone has read.
func TestFaultsAreFoundByTheStrictReader(t *testing.T) {
	r := readByBoth(t, ByStrict, plant.Hooks{Verilog: replaced(t, "} - {", "} + {")})
	require.Equal(t, []string{StrictReader}, r.Chunks[0].Readers)
	refuted := 0
	for _, pt := range r.Points {
		if pt.Verdict == verdict.Refuted {
			require.NotNil(t, pt.Witness)
			require.Equal(t, verdict.GoldenRTL, pt.Edge)
			refuted++
		}
	}
	require.Equal(t, 1, refuted)
}
