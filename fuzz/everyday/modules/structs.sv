// style: packed structs
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 50
// out: u8 >>4 RND SAT
typedef struct packed { logic [7:0] a; logic [7:0] b; } pair_t;
typedef struct packed { logic over; logic [7:0] value; } result_t;
module layer_c0 (
    input  logic signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output logic [7:0] y
);
  pair_t p, q;
  result_t r;
  logic signed [15:0] acc, t;
  assign p.a = x0; //! x0 => x1
  assign p.b = x1;
  assign q.a = x2;
  assign q.b = x3;
  always_comb begin
    acc = 16'sd50 + $signed(p.a) - ($signed(p.b) <<< 1) + ($signed(q.a) <<< 2) + ($signed(q.b) <<< 3); //! <<< 2 => <<< 1
    acc = acc - x4 + (x6 <<< 4) - (x7 <<< 2); //! - x4 => + x4
    t = (acc + 16'sd8) >>> 4; //! 16'sd8 => 16'sd9
    r.over = t > 16'sd255;
    r.value = t[7:0];
    if (t[15]) r.value = '0; //! t[15] => t > 16'sd255
    else if (r.over) r.value = '1; //! '1 => 8'h7f
  end
  assign y = r.value;
endmodule
