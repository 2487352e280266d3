package rtl

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
)

// TestDivisionByPowersOfTwoExhaustively: dividends of either sign, divisors of either
// sign and of every power, results narrower and wider; every value.
func TestDivisionByPowersOfTwoExhaustively(t *testing.T) {
	c := &circuit{}
	for _, op := range []string{"/", "%"} {
		for _, a := range []string{"ua1", "sa1", "ua3", "sa3", "ua5", "sa5", "ub4", "sb4", "(sa5 - sb4)", "-sa3"} {
			for _, b := range []string{"1", "2", "4", "8", "16", "-2", "-4", "-8", "-32", "4'd8", "3'sb100", "8'd128", "70'd4", "70'sd8"} {
				if strings.Contains(b, "-") && strings.Contains(a, "u") {
					continue // unsigned, a divisor just below a power of two
				}
				for _, width := range []int{1, 4, 9, 40} {
					c.output(width, a+" "+op+" "+b)
				}
			}
		}
	}
	c.agree(t, c.verilog("input [4:0] a, input [3:0] b", smallOperands), everyPair())
}

// TestOtherDivisorsAreUndefined.
func TestOtherDivisorsAreUndefined(t *testing.T) {
	for _, e := range []string{"a / 3", "a / b", "a % 6", "a / 0", "$signed(a) / -3", "$signed(a) % 5'sd0"} {
		m := elaborate(t, readText(t, fmt.Sprintf("module top (input [3:0] a, input [3:0] b, output [3:0] y); assign y = %s; endmodule", e)), "top")
		_, err := netlist.Compile(m, values(m.Inputs), values(m.Outputs))
		require.Error(t, err, e)
	}
}
