// style: package of functions and constants
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: -359
// out: u8 >>4 TRN SAT
package fixed;
  localparam int BIAS = -359; //! -359 => 359
  typedef logic signed [15:0] acc_t;
  function automatic acc_t times(input logic signed [7:0] a, input int k);
    return a <<< k;
  endfunction
  function automatic logic [7:0] relu(input acc_t q);
    if (q < 0) return 8'd0;
    if (q > 255) return 8'd255; //! q > 255 => q > 256
    return q[7:0];
  endfunction
endpackage
module layer_c0 (
    input  logic signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output logic [7:0] y
);
  import fixed::*;
  acc_t acc;
  assign acc = times(x0, 0) - times(x1, 1) + times(x2, 2) + times(x3, 3) - times(x4, 0) + times(x6, 4) - times(x7, 2) + fixed::BIAS; //! times(x6, 4) => times(x6, 5) //! times(x7, 2) => times(x7, 1)
  assign y = relu(acc >>> 4);
endmodule
