// style: valid and ready on both sides, one accumulator, output register that waits
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 12
// out: u8 >>4 TRN SAT
// map: module = "handshake"
// map: latency = 9
// map: ports "x*" = "in_data"
// map: ports y = "out_data"
// map: sequential reset = "!aresetn"
// map: sequential start = "in_valid"
// map: sequential ready = "in_ready"
// map: sequential done = "out_valid"
// map: sequential taken = "out_ready"
// map: sequential inputs = "at-start"
// latency: 9
module handshake (
    input aclk, aresetn,
    input in_valid, output in_ready,
    input [63:0] in_data,
    output out_valid, input out_ready,
    output [7:0] out_data
);
    localparam [1:0] IDLE = 0, BUSY = 1, FULL = 2;
    reg [1:0] state;
    reg [2:0] n;
    reg [63:0] held;
    reg signed [15:0] acc;
    assign in_ready = state == IDLE; //! state == IDLE => state != BUSY
    assign out_valid = state == FULL; //! state == FULL => state == FULL & out_ready
    wire signed [7:0] x = held[7:0];
    reg signed [15:0] t;
    always @*
        case (n)
            0: t = x;
            1: t = -x * 2; //! -x * 2 => -x
            2: t = x * 4;
            3: t = x * 8;
            4: t = -x;
            5: t = 0;
            6: t = x * 16;
            default: t = -x * 4;
        endcase
    always @(posedge aclk)
        if (!aresetn) state <= IDLE;
        else case (state)
            IDLE: if (in_valid) begin
                held <= in_data;
                acc <= 12;
                n <= 0; //! n <= 0 => n <= n
                state <= BUSY;
            end
            BUSY: begin
                held <= held >> 8; //! held >> 8 => in_data >> 8
                acc <= acc + t; //! acc + t => acc + (in_valid ? t : 0)
                n <= n + 1;
                if (n == 7) state <= FULL;
            end
            FULL: if (out_ready) state <= IDLE; //! if (out_ready) => if (1)
            default: state <= IDLE;
        endcase
    wire signed [11:0] q = acc[15:4];
    assign out_data = q[11] ? 0 : |q[10:8] ? 255 : q[7:0]; //! |q[10:8] => |q[10:9]
endmodule
