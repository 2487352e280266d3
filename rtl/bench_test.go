package rtl

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
)

// sum is a balanced tree over n signed bytes.
func sum(n int) *netlist.Module {
	m := netlist.New(fmt.Sprintf("sum%d", n))
	var vs []netlist.Value
	for i := range n {
		vs = append(vs, m.ShlConst(m.Input(fmt.Sprintf("x%d", i), 8), i%7))
	}
	for level := 1; len(vs) > 1; level++ {
		var up []netlist.Value
		for i := 0; i+1 < len(vs); i += 2 {
			w := max(m.Width(vs[i]), m.Width(vs[i+1])) + 1
			up = append(up, m.SetName(m.Add(m.Sext(vs[i], w), m.Sext(vs[i+1], w)), "l%d_%d", level, i/2))
		}
		if len(vs)%2 == 1 {
			up = append(up, vs[len(vs)-1])
		}
		vs = up
	}
	m.Output("y", vs[0])
	return m
}

func BenchmarkWriteVerilog(b *testing.B) {
	m := sum(960)
	b.SetBytes(int64(len(write(b, m))))
	for b.Loop() {
		require.NoError(b, WriteVerilog(io.Discard, m))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/959, "ns/adder")
}

func BenchmarkParseRTLIL(b *testing.B) {
	text := rtlil(b, write(b, sum(960)))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		_, err := ParseRTLIL(strings.NewReader(text))
		require.NoError(b, err)
	}
}

func BenchmarkElaborate(b *testing.B) {
	d, err := ParseRTLIL(strings.NewReader(rtlil(b, write(b, sum(960)))))
	require.NoError(b, err)
	for b.Loop() {
		_, err := d.Module("sum960")
		require.NoError(b, err)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/959, "ns/adder")
}
