package source

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLiterals(t *testing.T) {
	text, err := Read(One("a.v", []byte("`define K 8'd77\nmodule m (output [7:0] y);\n  assign y = `K + 3'b111 + 'hff + 4'sd9 + 12 + 8'b1x + 64'h1 + 1_000 + 5 'o 17 + 2.5; // 99\nendmodule\n")))
	require.NoError(t, err)
	require.Equal(t, []int64{-7, -1, 0, 7, 9, 12, 15, 77, 255, 1000}, text.Literals())
}
