// style: no reset: the start sets whatever counts
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: -7
// out: s16 >>0 TRN WRAP
// map: module = "no_reset"
// map: ports "x*" = "x"
// map: ports y = "acc"
// map: sequential start = "start"
// map: sequential done = "done"
// map: sequential inputs = "at-start"
// latency: 8
module no_reset (
    input clk, start,
    input [63:0] x,
    output reg done,
    output reg signed [15:0] acc
);
    reg [63:0] shift;
    reg [2:0] n;
    reg signed [15:0] t;
    wire signed [15:0] v = $signed(start ? x[7:0] : shift[7:0]);
    always @* case (start ? 3'd0 : n)
        0: t = v;
        1: t = -2 * v;
        2: t = 4 * v; //! 4 * v => 8 * v
        3: t = 8 * v;
        4: t = -v;
        6: t = 16 * v;
        7: t = -4 * v;
        default: t = 0;
    endcase
    always @(posedge clk) begin
        acc <= (start ? -16'sd7 : acc) + t; //! start ? -16'sd7 : acc => acc
        shift <= (start ? x : shift) >> 8; //! start ? x : shift => x
        n <= start ? 1 : n + 1; //! start ? 1 : n + 1 => n + 1
        done <= !start & n == 7; //! n == 7 => n == 6
    end
endmodule
