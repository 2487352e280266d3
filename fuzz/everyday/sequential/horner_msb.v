// style: Horner over bits, most significant first, one-hot state
// inputs: 8 s8
// weights: 2 -1 4 -8 1 16 -2 1
// bias: -31
// out: s9 >>3 TRN SAT
// map: module = "horner"
// map: ports "x*" = "x"
// map: ports y = "y"
// map: sequential reset = "reset"
// map: sequential start = "start"
// map: sequential done = "done"
// latency: 9
module horner (
    input clk, reset, start,
    input [63:0] x,
    output done,
    output signed [8:0] y
);
    reg [9:0] state; // 0: idle, 1 to 8: bits, 9: done
    reg signed [17:0] acc;
    reg [2:0] at;
    function signed [7:0] tap(input integer i);
        tap = x[8*i +: 8];
    endfunction
    wire [7:0] bit_of = {x[56+at], x[48+at], x[40+at], x[32+at], x[24+at], x[16+at], x[8+at], x[at]};
    wire signed [6:0] plane = (bit_of[0] <<< 1) - bit_of[1] + (bit_of[2] <<< 2) - (bit_of[3] <<< 3)
                            + bit_of[4] + (bit_of[5] <<< 4) - (bit_of[6] <<< 1) + bit_of[7]; //! - (bit_of[6] <<< 1) => - bit_of[6]
    assign done = state[9]; //! state[9] => state[8]
    always @(posedge clk)
        if (reset) state <= 10'd1;
        else begin
            if (state[0]) begin
                if (start) state <= 10'd2;
                acc <= 0;
                at <= 7; //! at <= 7 => at <= 6
            end else begin
                state <= {state[8:0], state[9]};
                if (!state[9]) begin
                    acc <= state[1] ? -plane : 2 * acc + plane; //! 2 * acc => acc //! state[1] => state[2]
                    at <= at - 1;
                end
            end
        end
    wire signed [17:0] total = acc - 31; //! - 31 => - 30
    wire signed [14:0] q = total >>> 3;
    assign y = q > 255 ? 255 : q < -256 ? -256 : q; //! q < -256 ? -256 => q < -256 ? -255
endmodule
