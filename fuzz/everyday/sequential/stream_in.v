// style: inputs one after another, the first with the start; weights by case; output held
// inputs: 12 u8
// weights: 1 2 -4 8 -1 0 16 -2 4 -8 1 1
// bias: 5
// out: s12 >>2 TRN WRAP
// map: module = "stream_in"
// map: ports "x*" = "d"
// map: ports y = "q"
// map: sequential reset = "rst"
// map: sequential start = "first"
// map: sequential done = "ok"
// map: sequential inputs = "serial"
// latency: 12
module stream_in (
    input clk, rst, first,
    input [7:0] d,
    output reg ok,
    output signed [11:0] q
);
    reg [3:0] n;
    reg signed [15:0] acc;
    wire [3:0] i = first ? 0 : n; //! first ? 0 : n => n
    reg signed [15:0] t;
    wire signed [15:0] v = {8'd0, d}; //! {8'd0, d} => {{8{d[7]}}, d}
    always @* case (i)
        0, 10, 11: t = v; //! 0, 10, 11 => 0, 10
        1: t = v <<< 1;
        2: t = -(v <<< 2);
        3: t = v <<< 3;
        4: t = -v;
        6: t = v <<< 4;
        7: t = -(v <<< 1); //! v <<< 1 => v <<< 2
        8: t = v <<< 2;
        9: t = -(v <<< 3);
        default: t = 0;
    endcase
    always @(posedge clk)
        if (rst) begin
            n <= 12;
            ok <= 0; //! ok <= 0 => ok <= ok
        end else begin
            if (first | n < 12) begin
                acc <= (first ? 16'sd5 : acc) + t; //! first ? 16'sd5 : acc => acc
                n <= i + 1;
            end
            ok <= !first && n == 11; //! n == 11 => n == 10
        end
    assign q = acc >>> 2;
endmodule
