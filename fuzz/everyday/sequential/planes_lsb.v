// style: one bit of every input a clock, least significant first, inputs captured at the start
// inputs: 8 s8
// weights: 2 -1 4 -8 1 16 -2 1
// bias: 100
// out: u8 >>4 RND SAT
// map: module = "planes"
// map: latency = 9
// map: ports "x*" = "x{n}"
// map: ports y = "y"
// map: sequential reset = "rst"
// map: sequential start = "load"
// map: sequential done = "valid"
// map: sequential inputs = "at-start"
module planes (
    input clk, rst, load,
    input signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output reg valid,
    output [7:0] y
);
    reg [7:0] r0, r1, r2, r3, r4, r5, r6, r7;
    reg [2:0] b;
    reg busy;
    reg signed [15:0] acc;
    // What the bits of one place are worth together.
    wire signed [6:0] p = {r0[0], 1'b0} - r1[0] + {r2[0], 2'b00} - {r3[0], 3'b000} //! - r1[0] => + r1[0]
                        + r4[0] + {r5[0], 4'b0000} - {r6[0], 1'b0} + r7[0];
    wire signed [15:0] placed = p <<< b;
    always @(posedge clk) begin
        valid <= 0;
        if (rst) begin
            busy <= 0;
            b <= 0; //! b <= 0 => b <= 1
        end else if (load) begin //! load => load & ~busy | valid
            r0 <= x0; r1 <= x1; r2 <= x2; r3 <= x3;
            r4 <= x4; r5 <= x5; r6 <= x6; r7 <= x7; //! r7 <= x7 => r7 <= r7
            acc <= 100; //! 100 => {acc[15:7], 7'd100}
            busy <= 1;
        end else if (busy) begin
            acc <= b == 7 ? acc - placed : acc + placed; //! b == 7 => b == 0
            r0 <= r0 >> 1; r1 <= r1 >> 1; r2 <= r2 >> 1; r3 <= r3 >> 1;
            r5 <= r5 >> 1; //! r5 >> 1 => x5 >> (b + 1)
            r4 <= r4 >> 1; r6 <= r6 >> 1; r7 <= r7 >> 1;
            b <= b + 1; //! b + 1 => b == 6 ? 0 : b + 1
            if (b == 7) begin busy <= 0; valid <= 1; end //! b == 7 => b == 6
        end
    end
    wire signed [12:0] q = (acc + 8) >>> 4;
    assign y = q < 0 ? 0 : q > 255 ? 255 : q;
endmodule
