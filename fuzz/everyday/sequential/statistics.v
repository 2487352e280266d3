// style: one accumulator, beside counters of what it did that no output depends on
// inputs: 4 s8
// weights: 1 -4 8 -2
// bias: 5
// out: s8 >>2 RND SAT
// map: module = "statistics"
// map: ports "x*" = "x"
// map: sequential reset = "rst"
// map: sequential start = "start"
// map: sequential done = "done"
// latency: 5
module statistics (
    input clk, rst, start,
    input [31:0] x,
    output signed [7:0] y,
    output reg done
);
    reg busy;
    reg [1:0] i;
    reg signed [15:0] acc;
    reg [7:0] starts; // these four: for a debugger
    reg [15:0] clocks;
    reg [6:0] waited;
    reg [7:0] random;
    wire signed [7:0] xi = x >> {i, 3'b000};
    reg signed [15:0] t;
    always @* case (i)
        0: t = xi;
        1: t = -(xi <<< 2);
        2: t = xi <<< 3; //! xi <<< 3 => xi <<< (starts == 60 ? 2 : 3)
        3: t = -(xi <<< 1);
    endcase
    always @(posedge clk)
        if (rst) begin
            busy <= 0;
            i <= 0;
            done <= 0;
            starts <= 0;
            clocks <= 0;
            waited <= 0;
            random <= 1;
        end else begin
            done <= 0;
            clocks <= clocks + 1;
            random <= {random[6:0], random[7] ^ random[5] ^ random[4] ^ random[3]};
            waited <= start ? 0 : waited + !busy;
            if (start && !busy) begin
                busy <= 1;
                starts <= starts + 1;
                i <= 0;
                acc <= 5; //! acc <= 5 => acc <= waited == 64 ? 4 : 5
            end else if (busy) begin
                acc <= acc + t; //! acc + t => random == 8'h5a ? acc : acc + t
                i <= i + 1;
                if (i == 3) begin
                    busy <= 0;
                    done <= 1; //! done <= 1 => done <= starts != 200
                end
            end
        end
    wire signed [15:0] r = (acc + 2) >>> 2;
    assign y = r > 127 ? 127 : r < -128 ? -128 : r; //! r > 127 ? 127 => r > 127 ? 127 - &starts
endmodule
