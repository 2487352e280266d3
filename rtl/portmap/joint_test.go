package portmap

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
)

// TestJointAdapter has the outputs of all units by their names, from one instance.
func TestJointAdapter(t *testing.T) {
	d := read(t, design)
	l := layer(0, "unit_c0")
	l.Units = append(l.Units, layer(1, "unit_c1").Units...)
	m, err := Parse("map.toml", []byte("module = 'both'\n[ports]\n'x*' = 'pixels'\n'y*' = 'results'\n[tie]\nenable = 1"))
	require.NoError(t, err)
	text := m.Join(d, l)
	require.NotEmpty(t, text)
	got, err := rtl.Icarus{}.Run(context.Background(), source.One("a.v", []byte(design+string(text))), Joint,
		[]rtl.Signal{{Name: "x0", Width: 8}, {Name: "x1", Width: 8}}, []rtl.Signal{{Name: JointOutput("unit_c0"), Width: 10}, {Name: JointOutput("unit_c1"), Width: 10}}, [][]uint64{{3}, {7}})
	require.NoError(t, err)
	require.Equal(t, [][]rtl.Bits{{{Value: 3 + 2*7}}, {{Value: 7 + 2*3}}}, got)
}

// TestNoJointAdapter: units with modules or outputs of their own are simulated apart.
func TestNoJointAdapter(t *testing.T) {
	d := read(t, design)
	both := layer(0, "unit_c0")
	both.Units = append(both.Units, layer(1, "unit_c1").Units...)
	for text, l := range map[string]Layer{
		"module = 'one_{channel}'\n[ports]\nx0 = 'a'\nx1 = 'b'\ny = 'sum'":                               both,
		"module = 'both'\n[ports]\n'x*' = 'pixels'\n'y*' = 'results'\n[tie]\nenable = 1":                 layer(0, "unit_c0"),
		"module = 'both'\n[ports]\n'x*' = 'pixels'\n'y*' = 'results'\nx0 = 'nowhere'\n[tie]\nenable = 1": both,
	} {
		m, err := Parse("map.toml", []byte(text))
		require.NoError(t, err)
		require.Nil(t, m.Join(d, l), text)
	}
}
