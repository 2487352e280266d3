// style: an accumulator for what is added and one for what is taken away, their difference at the end
// inputs: 16 u6
// weights: 1 -2 4 8 -1 0 16 -4 2 2 -1 -16 8 1 -2 4
// bias: 300
// out: u9 >>2 RND SAT
// map: module = "two"
// map: ports "x*" = "x"
// map: ports y = "y"
// map: sequential reset = "!resetn"
// map: sequential start = "run"
// map: sequential done = "!none"
// map: sequential inputs = "held"
// latency: 18
module two (
    input clk, resetn, run,
    input [95:0] x,
    output reg none, // no output yet, or not now
    output reg [8:0] y
);
    localparam [2:0] IDLE = 3'b001, SUM = 3'b010, OUT = 3'b100;
    reg [2:0] state;
    reg [3:0] i;
    reg [11:0] pos, neg; //! [11:0] pos, neg => [9:0] pos, neg
    wire [5:0] v = x[6*i +: 6];
    reg [10:0] t;
    reg minus;
    always @* begin
        case (i)
            0, 4, 10, 13: t = v;
            1, 8, 9, 14: t = {v, 1'b0}; //! 1, 8, 9, 14 => 1, 8, 9
            2, 7, 15: t = {v, 2'b0};
            3, 12: t = {v, 3'b0};
            5: t = 0;
            default: t = {v, 4'b0}; //! {v, 4'b0} => {v, 3'b0}
        endcase
        minus = i == 1 || i == 4 || i == 7 || i == 10 || i == 11 || i == 14; //! i == 7 => i == 6
    end
    wire signed [13:0] d = $signed({2'b0, pos}) - $signed({2'b0, neg}) + 300; //! 300 => 301
    wire signed [13:0] r = (d + 2) >>> 2;
    always @(posedge clk) begin
        none <= 1;
        if (!resetn) state <= IDLE;
        else case (1'b1)
            state[0]: if (run) begin
                i <= 0;
                pos <= 0;
                neg <= 0; //! neg <= 0 => neg <= neg
                state <= SUM;
            end
            state[1]: begin
                if (minus) neg <= neg + t; else pos <= pos + t;
                i <= i + 1;
                if (i == 15) state <= OUT; //! i == 15 => i == 14
            end
            state[2]: begin
                y <= r < 0 ? 0 : r > 511 ? 511 : r;
                none <= 0; //! none <= 0 => none <= pos < 12'd4000 ? 0 : 1
                state <= IDLE;
            end
        endcase
    end
endmodule
