package sweep

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func example() []Row {
	var rows []Row
	for bits := 2; bits <= 4; bits++ {
		rows = append(rows, Row{Quantizer: "po2", Bits: bits, Terms: 1, Score: float64(bits) / 4, Agreement: 0.5, DB: float64(5*bits - 12), Weights: 1000, NonZero: 900, Adders: 800, AdderBits: 9000, ModelBits: 9100})
		for _, scope := range []string{"layer", "global"} {
			rows = append(rows, Row{Quantizer: `a,"b"`, Bits: bits, Terms: 1, Prune: 50, Scope: scope, Score: 0.25, DB: -3, Weights: 1000, NonZero: 500, Adders: 400})
		}
	}
	rows[0].DB = math.Inf(1)
	return rows
}

func TestCSV(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, CSV(&b, example()))
	records, err := csv.NewReader(&b).ReadAll()
	require.NoError(t, err)
	require.Len(t, records, 10)
	require.Equal(t, header, records[0])
	require.Equal(t, []string{"po2", "2", "1", "0", "", "0.5000", "0.5000", "exact", "1000", "900", "800", "9000", "9100"}, records[1])
	require.Equal(t, `a,"b"`, records[2][0])
}

func TestTable(t *testing.T) {
	for _, labelled := range []bool{false, true} {
		var b strings.Builder
		table := Table{&b, labelled}
		require.NoError(t, table.Header())
		for _, r := range example()[:2] {
			require.NoError(t, table.Row(r))
		}
		lines := strings.Split(b.String(), "\n")
		row := []string{"2", "1", "0%", "-", "50.0%", "exact", "900", "800", "9000", "9100"}
		if labelled {
			require.Contains(t, lines[0], " top-1 ")
			row = append(row[:4:4], append([]string{"50.0%"}, row[4:]...)...)
		}
		require.Equal(t, row, strings.Fields(lines[1]))
		require.Len(t, lines[1], len(lines[0]))
	}
}

// A drawing is XML, whatever the title says, the same each time, and lies in its frame.
func TestSVG(t *testing.T) {
	draw := func(rows []Row) string {
		var b bytes.Buffer
		require.NoError(t, SVG(&b, `<script>"x" & 'y'</script>`, "top-1", rows))
		d := xml.NewDecoder(bytes.NewReader(b.Bytes()))
		for {
			tok, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			if e, ok := tok.(xml.StartElement); ok {
				require.NotEqual(t, "script", e.Name.Local)
			}
		}
		require.NotContains(t, b.String(), "NaN")
		require.NotContains(t, b.String(), "Inf")
		return b.String()
	}
	s := draw(example())
	require.Equal(t, s, draw(example()))
	require.Contains(t, s, "not pruned")
	require.Contains(t, s, "4 bits, by global")
	// Bits: not pruned and two scopes; pruning: three bits by two scopes.
	require.Equal(t, 2*3+2*6, strings.Count(s, "<polyline"))
	require.NotContains(t, s, "T=1")
	two := append(example(), Row{Bits: 4, Terms: 2})
	require.Contains(t, draw(two), "not pruned, T=2")
	draw(nil)
	draw(example()[:1])
	draw([]Row{{}, {DB: math.NaN()}})
}

func TestNiceStep(t *testing.T) {
	for span, want := range map[float64]float64{0: 1, 1: 0.2, 7: 1, 8: 2, 30: 5, 100: 20, 2100: 500} {
		require.InEpsilon(t, want, niceStep(span), 1e-9, "%v", span)
	}
}
