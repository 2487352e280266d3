// style: a serial adder of all inputs, one bit of the sum a clock, carries in a register
// inputs: 4 s6
// weights: 1 -2 4 1
// bias: 5
// out: s10 >>0 TRN WRAP
// map: module = "bit_adder"
// map: ports "x*" = "x"
// map: ports y = "y"
// map: sequential reset = "rst"
// map: sequential start = "start"
// map: sequential done = "done"
// map: sequential inputs = "at-start"
// latency: 11
module bit_adder (
    input clk, rst, start,
    input [23:0] x,
    output done,
    output reg [9:0] y
);
    reg [9:0] a, b, c, d, k;
    reg signed [3:0] carry;
    reg [3:0] n;
    wire signed [3:0] sum = carry + a[0] - b[0] + c[0] + d[0] + k[0]; //! - b[0] => + b[0]
    assign done = n == 10;
    always @(posedge clk)
        if (rst) n <= 11;
        else if (start) begin
            a <= {{4{x[5]}}, x[5:0]};
            b <= {{3{x[11]}}, x[11:6], 1'b0}; //! x[11:6], 1'b0 => x[10:6], 2'b0
            c <= {{2{x[17]}}, x[17:12], 2'b0};
            d <= {{4{x[23]}}, x[23:18]}; //! {4{x[23]}} => 4'd0
            k <= 5;
            carry <= 0; //! carry <= 0 => carry <= carry
            n <= 0;
        end else if (n < 10) begin //! n < 10 => n < 9
            y <= {sum[0], y[9:1]};
            carry <= sum >>> 1; //! sum >>> 1 => sum[3:1]
            a <= {a[9], a[9:1]};
            b <= b >> 1;
            c <= c >> 1;
            d <= d >> 1;
            k <= k >> 1;
            n <= n + 1;
        end else n <= 11;
endmodule
