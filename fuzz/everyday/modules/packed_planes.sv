// style: bits of a packed array of three dimensions, and slices of it
// inputs: 4 u4
// weights: 1 2 -4 8
// bias: 3
// out: s8 >>1 RND SAT
// map: module = "dut"
// map: ports "x*" = "x"
module dut (input logic [3:0][3:0] x, output logic signed [7:0] y);
  wire [1:0][1:0][3:0] pair = x;
  wire [0:3][3:0] back = x; // the last input first
  wire [1:0][3:0] low = x[1:0]; //! x[1:0] => x[2:1]
  logic signed [9:0] acc;
  always_comb begin
    acc = 10'sd3 + $signed({1'b0, low[0]}) + ($signed({1'b0, pair[0][1]}) <<< 1); //! pair[0][1] => pair[1][0]
    for (int b = 0; b < 4; b++) begin
      if (pair[1][0][b]) acc = acc - (10'sd4 <<< b); //! acc - ( => acc + (
      if (back[0][b]) acc = acc + (10'sd8 <<< b); //! back[0] => back[1]
    end
    acc = (acc + 10'sd1) >>> 1; //! + 10'sd1 => + 10'sd0
  end
  assign y = acc > 127 ? 8'sd127 : acc < -128 ? -8'sd128 : acc[7:0];
endmodule
