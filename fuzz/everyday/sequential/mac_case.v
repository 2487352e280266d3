// style: one accumulator, weights out of a case table, one input a clock
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: -359
// out: u8 >>4 TRN SAT
// map: module = "mac"
// map: ports "x*" = "x"
// map: ports y = "y"
// map: sequential reset = "rst"
// map: sequential start = "start"
// map: sequential done = "done"
// latency: 9
module mac (
    input             clk, rst, start,
    input      [63:0] x,
    output reg        done,
    output     [7:0]  y
);
    reg        busy;
    reg  [2:0] n;
    reg signed [15:0] acc;
    wire signed [7:0] xi = x[8*n +: 8];

    // Each weight is a sign and a shift, or nothing.
    reg       zero, neg;
    reg [2:0] sh;
    always @* begin
        zero = 0; neg = 0; sh = 0;
        case (n)
            3'd0: sh = 0;
            3'd1: begin neg = 1; sh = 1; end //! neg = 1 => neg = 0
            3'd2: sh = 2;
            3'd3: sh = 3; //! sh = 3 => sh = 2
            3'd4: begin neg = 1; sh = 0; end
            3'd5: zero = 1; //! zero = 1 => zero = 0
            3'd6: sh = 4;
            3'd7: begin neg = 1; sh = 2; end
        endcase
    end
    wire signed [15:0] t = xi <<< sh;
    wire signed [15:0] w = zero ? 0 : neg ? -t : t;
    wire signed [11:0] q = acc >>> 4; //! >>> 4 => >>> 3

    always @(posedge clk) begin
        done <= 0;
        if (rst) begin
            busy <= 0;
            n <= 0;
            acc <= -16'sd359;
        end else if (!busy) begin
            if (start) begin
                busy <= 1;
                n <= 0;
                acc <= -16'sd359; //! acc <= -16'sd359; => //
            end
        end else begin
            acc <= acc + w; //! acc + w => acc - w
            n <= n + 1;
            if (n == 7) begin //! n == 7 => n == 6
                busy <= 0;
                done <= 1;
            end
        end
    end
    assign y = q < 0 ? 0 : q > 255 ? 255 : q; //! 255 ? 255 => 127 ? 127
endmodule
