// style: package named by scope
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 9
// out: s8 >>4 TRN SAT
package w;
  localparam int BIAS = 9; //! 9 => 8
  function automatic logic signed [15:0] sh(input logic signed [7:0] a, input int k);
    return a <<< k;
  endfunction
endpackage
module layer_c0 (
    input  logic signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output logic signed [7:0] y
);
  wire signed [15:0] acc = w::sh(x0, 0) - w::sh(x1, 1) + w::sh(x2, 2) + w::sh(x3, 3) - w::sh(x4, 0) + w::sh(x6, 4) - w::sh(x7, 2) + w::BIAS; //! w::sh(x3, 3) => w::sh(x3, 4)
  wire signed [11:0] q = acc >>> 4;
  assign y = q > 127 ? 8'sd127 : q < -128 ? -8'sd128 : q[7:0]; //! -8'sd128 => -8'sd127
endmodule
