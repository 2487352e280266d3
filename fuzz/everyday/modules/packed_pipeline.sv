// style: pipeline whose stages are packed arrays, width by a parameter
// inputs: 4 s8
// weights: 1 -2 4 8
// bias: 5
// out: u8 >>3 TRN SAT
// map: module = "dut"
// map: ports "x*" = "x"
// latency: 3
module dut #(parameter int N = 4, parameter int W = 16) (input logic clk, input logic [N-1:0][7:0] x, output logic [7:0] y);
  logic [N-1:0][W-1:0] s0;
  logic [N/2-1:0][W-1:0] s1;
  logic signed [W-1:0] t;
  function automatic logic [W-1:0] ext(input logic [7:0] a);
    return {{(W-8){a[7]}}, a}; //! (W-8){a[7]} => (W-8){1'b0}
  endfunction
  always_ff @(posedge clk) begin
    s0[0] <= ext(x[0]);
    s0[1] <= -(ext(x[1]) << 1); //! << 1 => << 2
    s0[2] <= ext(x[2]) << 2;
    s0[N-1] <= ext(x[N-1]) << 3; //! x[N-1] => x[N-2]
    for (int i = 0; i < N/2; i++) s1[i] <= s0[2*i] + s0[2*i+1]; //! 2*i+1 => 2*i
    y <= t < 0 ? 8'd0 : t > 255 ? 8'd255 : t[7:0];
  end
  assign t = $signed(s1[0] + s1[1] + 16'd5) >>> 3; //! 16'd5 => 16'd4
endmodule
