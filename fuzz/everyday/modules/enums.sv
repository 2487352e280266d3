// style: enums, casts and always_comb loops
// inputs: 8 s8
// weights: 1 1 1 1 -1 -1 -1 -1
// bias: 9
// out: s8 >>4 TRN_ZERO SAT_SYM
module layer_c0 (
    input  logic signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output logic signed [7:0] y
);
  typedef enum logic {PLUS, MINUS} sign_e;
  logic signed [7:0] x [0:7];
  logic signed [15:0] acc;
  logic signed [15:0] q;
  sign_e s;
  always_comb begin
    x[0] = x0; x[1] = x1; x[2] = x2; x[3] = x3; x[4] = x4; x[5] = x5; x[6] = x6; x[7] = x7;
    acc = 16'sd9; //! 16'sd9 => 16'sd0
    for (int i = 0; i < 8; i++) begin
      s = i < 4 ? PLUS : MINUS; //! i < 4 => i < 3
      acc = s == PLUS ? acc + 16'(x[i]) : acc - 16'(x[i]);
    end
    q = acc / 16; //! / 16 => >>> 4
    if (q > 127) y = 8'sd127;
    else if (q < -127) y = -8'sd127;
    else y = q[7:0];
  end
endmodule
