package vcd

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const dump = `$comment a run $end
$timescale 1ns $end
$scope module bench $end
$var reg 1 ! clk $end
$var reg 8 " got [7:0] $end
$var wire 8 # want [7:0] $end
$var reg 1 $ differs $end
$var integer 32 % i $end
$scope module dut $end
$var wire 8 " y $end
$var wire 4 & inner $end
$upscope $end
$upscope $end
$enddefinitions $end
#0
$dumpvars
0!
bx "
b0 #
0$
b0 &
$end
#5
1!
b11 "
b11 #
#10
0!
#15
1!
b1x0 "
b101 #
b1 &
#16
1$
`

func TestLast(t *testing.T) {
	tr, err := Last([]byte(dump), Limits{10, 10})
	require.NoError(t, err)
	require.Equal(t, &Trace{
		Times: []int64{0, 5, 15, 16}, Mark: 3,
		Signals: []Signal{
			{"got", 8, []string{"x", "3", "1x0", "1x0"}},
			{"want", 8, []string{"0", "3", "5", "5"}},
			{"differs", 1, []string{"0", "0", "0", "1"}},
		},
	}, tr)
	tr, err = Last([]byte(dump), Limits{2, 2})
	require.NoError(t, err)
	require.Equal(t, &Trace{
		Times: []int64{15, 16}, Mark: 1,
		Signals: []Signal{{"differs", 1, []string{"0", "1"}}},
	}, tr)
	tr, err = Last([]byte(dump), Limits{3, 2})
	require.NoError(t, err)
	require.Equal(t, []Signal{{"got", 8, []string{"3", "1x0", "1x0"}}, {"differs", 1, []string{"0", "0", "1"}}}, tr.Signals)
}

// However long a dump is, its end is what is kept.
func TestLongDump(t *testing.T) {
	var b strings.Builder
	b.WriteString(dump)
	for i := range 1000 {
		fmt.Fprintf(&b, "#%d\nb%b \"\n", 20+i, i%200)
	}
	tr, err := Last([]byte(b.String()), Limits{7, 1})
	require.NoError(t, err)
	require.Equal(t, []int64{1013, 1014, 1015, 1016, 1017, 1018, 1019}, tr.Times)
	require.Equal(t, []Signal{{"got", 8, []string{"193", "194", "195", "196", "197", "198", "199"}}}, tr.Signals)
	require.Equal(t, 0, tr.Mark)
}

func TestBadDumps(t *testing.T) {
	for name, text := range map[string]string{
		"empty":            "",
		"no values":        dump[:strings.Index(dump, "#0")],
		"cut header":       dump[:strings.Index(dump, "$upscope")],
		"time runs back":   dump + "#3\n1$\n",
		"no time":          dump + "#x\n",
		"no value":         dump + "#20\nb102 #\n",
		"no signal":        dump + "#20\nb1\n",
		"a long value":     dump + "#20\nb" + strings.Repeat("1", 65) + " #\n",
		"a negative width": strings.Replace(dump, "reg 8", "reg -8", 1),
		"half a $var":      strings.Replace(dump, "got [7:0] $end", "", 1),
		"a long line":      dump + strings.Repeat("1", 2<<20),
	} {
		_, err := Last([]byte(text), Limits{10, 10})
		require.Error(t, err, name)
	}
}

func FuzzLast(f *testing.F) {
	f.Add([]byte(dump))
	f.Fuzz(func(t *testing.T, text []byte) {
		tr, err := Last(text, Limits{5, 3})
		if err != nil {
			return
		}
		if len(tr.Times) > 5 || len(tr.Signals) > 3 || tr.Mark >= len(tr.Times) {
			t.Errorf("%d moments, %d signals, mark %d", len(tr.Times), len(tr.Signals), tr.Mark)
		}
		for _, s := range tr.Signals {
			if len(s.Values) != len(tr.Times) {
				t.Errorf("%d values at %d moments", len(s.Values), len(tr.Times))
			}
		}
	})
}
