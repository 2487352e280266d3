// style: an accumulator that saturates, in the order of the inputs
// inputs: 10 s8
// weights: 4 -2 4 8 -1 2 16 -4 8 1
// bias: 200
// out: s12 >>0 TRN SAT
// acc: SATURATE 12
// map: module = "saturating"
// map: ports "x*" = "x"
// map: ports y = "acc"
// map: sequential reset = "rst"
// map: sequential start = "start"
// map: sequential done = "done"
// latency: 11
module saturating (
    input clk, rst, start,
    input [79:0] x,
    output reg done,
    output reg signed [11:0] acc
);
    reg [3:0] n;
    wire signed [7:0] v = x[8*n +: 8];
    reg signed [12:0] t;
    always @* case (n)
        0, 2: t = v <<< 2;
        1: t = -(v <<< 1);
        3, 8: t = v <<< 3;
        4: t = -v;
        5: t = v <<< 1;
        6: t = v <<< 4;
        7: t = -(v <<< 2);
        default: t = v;
    endcase
    wire signed [13:0] s = acc + t;
    always @(posedge clk)
        if (rst) begin
            n <= 10;
            done <= 0;
        end else begin
            done <= n == 9; //! n == 9 => n == 8
            if (start) begin
                n <= 0; //! n <= 0 => n <= 1
                acc <= 200; //! acc <= 200 => acc <= 199
            end else if (n < 10) begin
                acc <= s > 2047 ? 2047 : s < -2048 ? -2048 : s; //! s > 2047 ? 2047 => s > 2047 ? 2046
                n <= n + 1;
            end
        end
endmodule
