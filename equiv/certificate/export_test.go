package certificate_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
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

// TestKernel: who trusts Coq, and wants to know what the proved checker has to do with netlists and
// golden, has 600 lines to read: two files of definitions, and the program around the checker.
func TestKernel(t *testing.T) {
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join("coq", name))
		require.NoError(t, err)
		return string(text)
	}
	lines := 0
	for _, name := range []string{"Netlist.v", "Golden.v", "Extract.v", "integer.ml", "zarith.ml", "main.ml"} {
		lines += strings.Count(read(name), "\n")
	}
	t.Logf("%d lines", lines)
	require.LessOrEqual(t, lines, 600)
	// The definitions rest on nothing else, and the theorem is about them.
	imports := regexp.MustCompile(`From Hashiflex Require Import (.*)\.\n`)
	for name, want := range map[string][][]string{"Netlist.v": nil, "Golden.v": {{"From Hashiflex Require Import Netlist.\n", "Netlist"}}} {
		require.Equal(t, want, imports.FindAllStringSubmatch(read(name), -1))
		require.NotRegexp(t, `Lemma|Theorem|Proof`, read(name))
	}
	require.Contains(t, read("Check.v"), "Theorem accepted p c steps cells out : check p c steps cells out = true -> correct p cells out.\n")
	require.Contains(t, read("Check.v"), "From Hashiflex Require Import Netlist Golden ")
	require.Contains(t, read("Extract.v"), `Extraction "checker.ml" check.`)
	// Whatever is extracted as another name is a basic operation on integers.
	extracted := regexp.MustCompile(`(?m)^Extract (Constant|Inductive) (\S+)`)
	for _, m := range extracted.FindAllStringSubmatch(read("Extract.v"), -1) {
		require.Regexp(t, `^(Pos\.\w+|Z\.\w+|Nat\.\w+|nat|positive|Z|pow2)$`, m[2])
	}
}
