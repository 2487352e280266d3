// style: packed arrays at the ports, loops with return
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// weights: -1 2 0 0 8 8 -1 1
// bias: -359 12
// out: u8 >>4 TRN SAT
// map: module = "dut"
// map: ports "x*" = "x"
// map: ports "y*" = "y"
module dut (input logic signed [7:0][7:0] x, output logic [1:0][7:0] y);
  typedef logic signed [15:0] acc_t;
  acc_t acc [0:1];
  function automatic acc_t wide(input logic [7:0] a);
    return {{8{a[7]}}, a};
  endfunction
  always_comb begin
    acc[0] = -16'sd359; //! 359 => 360
    acc[1] = 16'sd12;
    acc[0] += wide(x[0]); acc[0] -= wide(x[1]) <<< 1; acc[0] += wide(x[2]) <<< 2; acc[0] += wide(x[3]) <<< 3; //! wide(x[1]) <<< 1 => wide(x[1])
    acc[0] -= wide(x[4]); acc[0] += wide(x[6]) <<< 4; acc[0] -= wide(x[7]) <<< 2; //! x[6] => x[5]
    acc[1] -= wide(x[0]); acc[1] += wide(x[1]) <<< 1;
    for (int i = 4; i < 6; i++) acc[1] += wide(x[i]) <<< 3; //! i < 6 => i < 7
    acc[1] += wide(x[7]) - wide(x[6]);
    for (int c = 0; c < 2; c++) begin
      automatic acc_t q;
      q = acc[c] >>> 4;
      y[c] = q < 0 ? 8'd0 : q > 255 ? 8'd255 : q[7:0]; //! 8'd255 => 8'd127
    end
  end
endmodule
