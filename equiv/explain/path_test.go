package explain

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// wellFormed reads a drawing as XML.
func wellFormed(t *testing.T, c *Cone) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, c.Draw(&b))
	d := xml.NewDecoder(strings.NewReader(b.String()))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		require.NoError(t, err)
	}
}

// TestPictureHoldsThePath: of a long cone the inputs that are not at rest, the cause and
// the output are drawn, and little else.
func TestPictureHoldsThePath(t *testing.T) {
	c := Cone{}
	for i := range 100 {
		c.Nodes = append(c.Nodes, Node{Name: fmt.Sprintf("x%d", i), Op: "input", Gate: int64(i % 50)})
	}
	for i := range 60 {
		c.Nodes = append(c.Nodes, Node{Name: fmt.Sprintf("s%d", i), Op: "add", Reads: []int{len(c.Nodes) - 1, i}})
	}
	c.Nodes[130].Root = true
	c.draw()
	text := wellFormed(t, &c)
	require.LessOrEqual(t, len(c.shows()), maxWay+maxInputs*maxBefore+1)
	for _, name := range []string{"s30  add", "s59  add"} {
		require.Contains(t, text, name)
	}
	inputs := 0
	for _, i := range c.shows() {
		if c.Nodes[i].Op == "input" {
			require.NotZero(t, c.Nodes[i].Gate)
			inputs++
		}
	}
	require.NotZero(t, inputs)
	var width, height int
	_, err := fmt.Sscanf(text, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d"`, &width, &height)
	require.NoError(t, err)
	require.Less(t, width, 1300)
	require.Less(t, height, 1300)
}

// TestAnyConeIsDrawn: a cone comes out of a file that may say anything.
func TestAnyConeIsDrawn(t *testing.T) {
	for _, c := range []Cone{
		{},
		{Nodes: []Node{{Name: "a", Reads: []int{0, 7, -1}, Drawn: true}}},
		{Nodes: []Node{{Name: "a\x1b[2J\u202e<b>", Op: "\x00", Source: "&\x07", Reads: []int{1}}, {Name: "b", Reads: []int{0, 1, 2}, Root: true}}},
		{Nodes: make([]Node, 5000)},
	} {
		for i := range c.Nodes {
			c.Nodes[i].Drawn = c.Nodes[i].Drawn || len(c.Nodes) > 1000
		}
		text := wellFormed(t, &c)
		require.NotContains(t, text, "\x1b")
		require.NotContains(t, text, "\u202e")
	}
}
