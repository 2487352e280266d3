// style: outputs one after another in one port, a sum of all inputs each clock
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// weights: -1 2 1 0 4 -8 2 1
// weights: 16 1 -1 2 -2 4 -4 8
// weights: 0 1 0 -1 0 2 0 -2
// bias: 12 -40 7 0
// out: u8 >>4 TRN SAT
// map: module = "outputs_serial"
// map: ports "x*" = "x"
// map: ports "y*" = "y"
// map: sequential reset = "rst"
// map: sequential start = "start"
// map: sequential done = "valid"
// map: sequential outputs = "serial"
// latency: 2
module outputs_serial (
    input clk, rst, start,
    input [63:0] x,
    output reg valid,
    output reg [7:0] y
);
    reg [2:0] channel; // 4: nothing to do
    function [4:0] w(input [1:0] c, input integer i); // nothing, sign, shift
        case ({c, i[2:0]})
            5'd0: w = 5'b10_000;  5'd1: w = 5'b11_001;  5'd2: w = 5'b10_010;  5'd3: w = 5'b10_011; //! 5'b11_001 => 5'b10_001
            5'd4: w = 5'b11_000;  5'd5: w = 5'b00_000;  5'd6: w = 5'b10_100;  5'd7: w = 5'b11_010;
            5'd8: w = 5'b11_000;  5'd9: w = 5'b10_001;  5'd10: w = 5'b10_000; 5'd11: w = 5'b00_000;
            5'd12: w = 5'b10_010; 5'd13: w = 5'b11_011; 5'd14: w = 5'b10_001; 5'd15: w = 5'b10_000;
            5'd16: w = 5'b10_100; 5'd17: w = 5'b10_000; 5'd18: w = 5'b11_000; 5'd19: w = 5'b10_001; //! 5'b10_100 => 5'b10_011
            5'd20: w = 5'b11_001; 5'd21: w = 5'b10_010; 5'd22: w = 5'b11_010; 5'd23: w = 5'b10_011;
            5'd24: w = 5'b00_000; 5'd25: w = 5'b10_000; 5'd26: w = 5'b00_000; 5'd27: w = 5'b11_000;
            5'd28: w = 5'b00_000; 5'd29: w = 5'b10_001; 5'd30: w = 5'b00_000; 5'd31: w = 5'b11_001;
        endcase
    endfunction
    reg signed [15:0] sum;
    reg signed [15:0] t;
    reg [4:0] c;
    integer i;
    always @* begin
        case (channel[1:0])
            0: sum = 12;
            1: sum = -40; //! -40 => -39
            2: sum = 7;
            3: sum = 0;
        endcase
        for (i = 0; i < 8; i = i + 1) begin
            c = w(channel[1:0], i);
            t = $signed(x[8*i +: 8]);
            t = t <<< c[2:0];
            if (c[4]) sum = c[3] ? sum - t : sum + t;
        end
        sum = sum >>> 4;
    end
    always @(posedge clk) begin
        if (rst) begin
            valid <= 0;
            channel <= 4;
        end else begin
            valid <= channel < 4; //! channel < 4 => channel < 3
            if (start) channel <= 0; //! channel <= 0 => channel <= 1
            else if (channel < 4) channel <= channel + 1;
        end
        y <= sum < 0 ? 0 : sum > 255 ? 255 : sum; //! sum > 255 ? 255 => sum > 255 ? 254
    end
endmodule
