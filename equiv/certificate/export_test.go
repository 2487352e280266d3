package certificate_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/certificate"
)

// exported is what Export writes of a layer, one text for each point.
func (m *made) exported(t *testing.T) (points []string) {
	cert, err := json.Marshal(m.cert)
	require.NoError(t, err)
	var b strings.Builder
	res, err := certificate.Export(t.Context(), &b, m.net, []string{m.layer.Name}, m.files(cert))
	require.NoError(t, err)
	require.Empty(t, res.Refused)
	require.Empty(t, res.Open)
	text, end, ok := strings.Cut(b.String(), "points ")
	require.True(t, ok)
	points = strings.SplitAfter(text, "\nend ")
	// Each piece but the first begins with the name of the point before it.
	for i := 0; i+1 < len(points); i++ {
		name, rest, ok := strings.Cut(points[i+1], "\n")
		require.True(t, ok)
		points[i] += name + "\n"
		points[i+1] = rest
	}
	points = points[:len(points)-1]
	require.Equal(t, res.Accepted, len(points))
	require.Equal(t, fmt.Sprintln(res.Accepted), end)
	return points
}

// lastFirst is the first channel of layer last of tiny, as a question.
const lastFirst = `point last_c0
port x0 -128 127 8
port x1 -128 127 8
port x2 -128 127 8
port x3 -128 127 8
port x4 -128 127 8
port x5 -128 127 8
accumulator -359,p0*-1,p1*1,p2*-64
tail TRN SAT_ZERO 4 u 8 none
out y 8 0 255
certificate 1 0 -8742 8088
cut 14 15 1 0
`

// TestExport: the numbers of a point are those of the specification.
func TestExport(t *testing.T) {
	net := open(t, "tiny")
	m := certified(t, net, net.Layer("last"))
	points := m.exported(t)
	require.Len(t, points, len(m.dumps))
	head, netlist, ok := strings.Cut(points[0], "netlist\n")
	require.True(t, ok)
	require.Equal(t, lastFirst, head)
	_, dump, _ := strings.Cut(m.dumps["last_c0"], "\n")
	require.Equal(t, dump+"end last_c0\n", netlist)
}

// TestExportRefuses: a netlist cannot write the lines around it, and none is passed over.
func TestExportRefuses(t *testing.T) {
	net := open(t, "tiny")
	m := certified(t, net, net.Layer("last"))
	cert, err := json.Marshal(m.cert)
	require.NoError(t, err)
	whole := m.dumps["last_c0"]
	for _, c := range []struct{ dump, why string }{
		{whole + "end last_c0\n", `it is no line of a netlist: "end last_c0"`},
		{whole + whole, "module last_c0 is there twice"},
		{"", "do not have it"},
	} {
		m.dumps["last_c0"] = c.dump
		var b strings.Builder
		res, err := certificate.Export(t.Context(), &b, m.net, []string{"last"}, m.files(cert))
		require.NoError(t, err)
		require.NotEmpty(t, res.Refused)
		require.Contains(t, res.Refused[0].Why, c.why)
		require.NotContains(t, b.String(), "point last_c0\n")
	}
}
