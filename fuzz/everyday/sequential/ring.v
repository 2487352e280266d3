// style: weights in a ring of registers that reset fills, a one-hot counter that turns with it
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 40
// out: u8 >>3 TRN SAT
// map: module = "ring"
// map: ports "x*" = "x"
// map: ports y = "y"
// map: sequential reset = "rst"
// map: sequential start = "start"
// map: sequential done = "done"
// latency: 9
module ring (
    input clk, rst, start,
    input [63:0] x,
    output done,
    output [7:0] y
);
    reg [39:0] ring; // sign, there, shift: five bits each
    reg [8:0] turn;
    reg signed [14:0] acc;
    reg [63:0] taps;
    wire [4:0] w = ring[4:0];
    wire signed [14:0] s = $signed(taps[7:0]) <<< w[2:0];
    assign done = turn[8];
    always @(posedge clk)
        if (rst) begin
            ring <= {5'b11_010, 5'b01_100, 5'b00_000, 5'b11_000, 5'b01_011, 5'b01_010, 5'b11_001, 5'b01_000}; //! 5'b01_011, => 5'b01_010,
            turn <= 0;
        end else if (start) begin
            turn <= 1; //! turn <= 1 => turn <= 2
            acc <= 40;
            taps <= x;
        end else begin
            turn <= {turn[7:0], 1'b0};
            if (turn[7:0] != 0) begin //! turn[7:0] != 0 => turn != 0
                acc <= !w[3] ? acc : w[4] ? acc - s : acc + s; //! w[4] ? acc - s : acc + s => acc + s
                ring <= {ring[4:0], ring[39:5]}; //! {ring[4:0], ring[39:5]} => {5'd0, ring[39:5]}
                taps <= taps >> 8; //! taps >> 8 => x >> 8
            end
        end
    wire signed [11:0] q = acc >>> 3;
    assign y = q < 0 ? 0 : q > 255 ? 255 : q; //! q < 0 ? 0 => q < 1 ? 1
endmodule
