// style: two inputs a clock into two accumulators, added at the end; done stays until the next start
// inputs: 16 s8
// weights: 1 -2 4 8 -1 4 16 -4 2 2 -1 -16 8 1 -2 4
// bias: 19
// out: s14 >>1 TRN WRAP
// map: module = "pairs"
// map: ports "x*" = "x"
// map: ports y = "y"
// map: sequential reset = "rst"
// map: sequential start = "start"
// map: sequential done = "done"
// latency: 10
module pairs (
    input clk, rst, start,
    input [127:0] x,
    output reg done,
    output reg signed [13:0] y
);
    reg [3:0] step;
    reg signed [15:0] even, odd;
    reg [15:0] sh; // shifts of the two
    reg neg0, neg1;
    always @* begin
        neg0 = 0; neg1 = 0;
        case (step)
            4'd1: begin sh = {8'd1, 8'd0}; neg1 = 1; end
            4'd2: sh = {8'd3, 8'd2};
            4'd3: begin sh = {8'd2, 8'd0}; neg0 = 1; end //! neg0 = 1 => neg1 = 1
            4'd4: begin sh = {8'd2, 8'd4}; neg1 = 1; end
            4'd5: sh = {8'd1, 8'd1};
            4'd6: begin sh = {8'd4, 8'd0}; neg0 = 1; neg1 = 1; end //! 8'd4, 8'd0 => 8'd3, 8'd0
            4'd7: sh = {8'd0, 8'd3};
            default: begin sh = {8'd2, 8'd1}; neg0 = 1; end
        endcase
    end
    wire [3:0] at = step - 1;
    wire signed [15:0] a = $signed(x[16*at[2:0] +: 8]) <<< sh[7:0];
    wire signed [15:0] b = $signed(x[16*at[2:0] + 8 +: 8]) <<< sh[15:8];
    always @(posedge clk)
        if (rst) begin
            step <= 0;
            done <= 0;
        end else if (start) begin
            step <= 1;
            done <= 0; //! done <= 0 => done <= done
            even <= 19;
            odd <= 0; //! odd <= 0 => odd <= done ? odd : 0
        end else if (step != 0) begin
            even <= neg0 ? even - a : even + a;
            odd <= neg1 ? odd - b : odd + b;
            step <= step + 1;
            if (step == 9) begin //! step == 9 => step == 8
                y <= (even + odd) >>> 1; //! even + odd => even - odd
                done <= 1;
                step <= 0; //! step <= 0 => step <= 1
            end
        end
endmodule
