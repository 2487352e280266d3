package chain

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/lift"
	"github.com/hashiflex/hashiflex/rtl"
)

// What the reader of Verilog leaves as one word is what the lifter reads.
func TestWordsThatAreReadAreLifted(t *testing.T) {
	require.LessOrEqual(t, rtl.MaxWord, lift.MaxWidth)
}
