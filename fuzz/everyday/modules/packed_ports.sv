// style: packed arrays at the ports and inside, elements by loops
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// weights: -1 2 0 0 8 8 -1 1
// bias: -359 12
// out: u8 >>4 TRN SAT
// map: module = "dut"
// map: ports "x*" = "x"
// map: ports "y*" = "y"
module dut (input logic [7:0][7:0] x, output logic [1:0][7:0] y);
  typedef logic [7:0][15:0] wide_t;
  wide_t w;
  logic [1:0][15:0] acc;
  logic signed [15:0] q;
  function automatic logic [15:0] ext(input logic [7:0] a);
    return {{8{a[7]}}, a}; //! a[7] => a[6]
  endfunction
  always_comb begin
    for (int i = 0; i < 8; i++) w[i] = ext(x[i]); //! x[i] => x[i ^ 1]
    acc[0] = w[0] - (w[1] << 1) + (w[2] << 2) + (w[3] << 3) - w[4] + (w[6] << 4) - (w[7] << 2) - 16'd359; //! w[6] << 4 => w[5] << 4
    acc[1] = w[1] << 1;
    acc[1] -= w[0]; //! w[0] => w[2]
    for (int i = 4; i < 6; i++) acc[1] += w[i] << 3; //! i < 6 => i < 7
    acc[1] += w[7] - w[6] + 16'd12;
    for (int c = 0; c < 2; c++) begin
      q = $signed(acc[c]) >>> 4; //! $signed(acc[c]) => acc[c]
      y[c] = q < 0 ? 8'd0 : q > 255 ? 8'd255 : q[7:0]; //! 8'd255 => 8'd127
    end
  end
endmodule
