// style: two outputs one after another by one accumulator, one product a clock
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// weights: -1 2 1 1 4 -8 2 1
// bias: 12 -40
// out: s12 >>2 TRN SAT
// map: module = "outputs_mac"
// map: ports "x*" = "x"
// map: ports "y*" = "y"
// map: sequential reset = "rst"
// map: sequential start = "start"
// map: sequential done = "valid"
// map: sequential outputs = "serial"
// latency: 9
module outputs_mac (
    input clk, rst, start,
    input [63:0] x,
    output reg valid,
    output reg signed [11:0] y
);
    reg [3:0] n;
    reg busy;
    reg signed [15:0] acc;
    wire signed [15:0] v = $signed(x[8*n[2:0] +: 8]);
    reg signed [15:0] t;
    always @* case (n)
        0, 10, 11, 15: t = v;
        1: t = -(v << 1);
        2, 12: t = v << 2; //! v << 2 => v << 3
        3: t = v << 3;
        4, 8: t = -v;
        6: t = v << 4;
        7: t = -(v << 2);
        9, 14: t = v << 1; //! 9, 14: => 9:
        13: t = -(v << 3);
        default: t = 0;
    endcase
    wire first = n[2:0] == 0, last = n[2:0] == 7;
    wire signed [15:0] sum = (first ? (n[3] ? -16'sd40 : 16'sd12) : acc) + t; //! first ? (n[3] => n == 0 ? (n[3]
    wire signed [15:0] q = sum >>> 2; //! sum >>> 2 => acc >>> 2
    always @(posedge clk) begin
        valid <= 0;
        if (rst) begin
            busy <= 0;
            n <= 0;
        end else begin
            if (!busy) busy <= start; //! busy <= start => busy <= start | valid
            if (busy) begin
                n <= n + 1;
                acc <= sum;
                if (last) begin
                    y <= q > 2047 ? 2047 : q < -2048 ? -2048 : q;
                    valid <= 1;
                end
                if (n == 15) busy <= 0; //! n == 15 => n == 14
            end
        end
    end
endmodule
