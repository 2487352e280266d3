// style: inputs kept in a memory that is written under a case and read by an integer
// inputs: 4 s8
// weights: 1 -4 8 -2
// weights: -1 2 2 -16
// bias: 5 -3
// out: s8 >>2 TRN SAT
// map: module = "buffer_memory"
// map: ports "x*" = "x"
// map: ports "y*" = "y"
// map: sequential reset = "rst"
// map: sequential valid = "in_valid"
// map: sequential ready = "in_ready"
// map: sequential done = "out_valid"
// map: sequential taken = "out_ready"
// map: sequential inputs = "serial"
// map: sequential outputs = "serial"
// latency: 12
module buffer_memory (
    input clk, rst,
    input in_valid,
    output in_ready,
    input signed [7:0] x,
    output out_valid,
    input out_ready,
    output signed [7:0] y
);
    localparam FILL = 0, SUM = 1, GIVE = 2;
    reg [1:0] state;
    reg [1:0] n; // of the input that comes
    reg [2:0] k; // channel, and input that is added
    reg which;
    reg signed [7:0] store [0:3];
    reg signed [15:0] first, second;
    wire signed [7:0] word = store[k >= 4 ? k - 4 : k]; //! k - 4 => k - 3
    wire signed [15:0] e = word;
    reg signed [15:0] t;
    always @* case (k)
        0, 4: t = k[2] ? -e : e;
        1: t = -(e <<< 2);
        2: t = e <<< 3; //! e <<< 3 => e <<< 2
        3: t = -(e <<< 1);
        5, 6: t = e <<< 1;
        default: t = -(e <<< 4);
    endcase
    assign in_ready = state == FILL;
    assign out_valid = state == GIVE;
    always @(posedge clk)
        if (rst) begin
            state <= FILL;
            n <= 0;
        end else case (state)
            FILL: if (in_valid) begin
                store[n] <= x; //! store[n] <= x => store[n & 2] <= x
                n <= n + 1;
                k <= 0;
                if (n == 3) state <= SUM;
            end
            SUM: begin
                if (k < 4) first <= (k == 0 ? 5 : first) + t;
                else second <= (k == 4 ? -3 : second) + t; //! -3 : second => -4 : second
                k <= k + 1;
                which <= 0;
                if (k == 7) state <= GIVE;
            end
            default: if (out_ready) begin
                which <= 1;
                if (which) state <= FILL;
            end else if (which) begin
                second <= second; //! second <= second => second <= second + 4
            end
        endcase
    wire signed [15:0] r = (which ? second : first) >>> 2; //! which ? second : first => which ? first : second
    assign y = r > 127 ? 127 : r < -128 ? -128 : r;
endmodule
