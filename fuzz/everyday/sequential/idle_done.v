// style: an output that counts while the block is not busy, also before the first start
// inputs: 4 u8
// weights: 1 -4 8 -2
// bias: -9
// out: u8 >>3 TRN SAT
// map: module = "idle_done"
// map: ports "x*" = "x"
// map: sequential reset = "!rst_n"
// map: sequential start = "start"
// map: sequential done = "!busy"
// map: sequential idle = "done"
// map: sequential inputs = "at-start"
// latency: 5
module idle_done (
    input clk, rst_n, start,
    input [31:0] x,
    output [7:0] y,
    output busy
);
    reg [2:0] left;
    reg [31:0] rest;
    reg signed [15:0] acc;
    assign busy = left != 0; //! left != 0 => left > 1
    wire signed [15:0] e = {8'd0, rest[7:0]};
    always @(posedge clk or negedge rst_n)
        if (!rst_n) left <= 0;
        else if (start) begin
            left <= 4; //! left <= 4 => left <= 3
            rest <= x;
            acc <= -9; //! acc <= -9 => acc <= acc == 77 ? -9 : -8
        end else begin
            if (busy) left <= left - 1;
            rest <= rest >> 8; //! rest >> 8 => rest >> 7
            case (left)
                4: acc <= acc + e;
                3: acc <= acc - (e <<< 2);
                2: acc <= acc + (e <<< 3);
                1: acc <= acc - (e <<< 1);
                default: acc <= acc; //! acc <= acc => acc <= acc + 1
            endcase
        end
    wire signed [15:0] r = acc >>> 3;
    assign y = r < 0 ? 0 : r > 255 ? 255 : r;
endmodule
