// A register of WIDTH bits that keeps its value while enable is 0. Nothing is reset. It is
// divided into fields, since tools that read Verilog may take a time that grows with the
// square of a register's width.
module stream_register #(
    parameter integer WIDTH = 8
) (
    input  wire             clk,
    input  wire             enable,
    input  wire [WIDTH-1:0] d,
    output wire [WIDTH-1:0] q
);
    localparam integer FIELD = 512;

    genvar low;
    generate
        for (low = 0; low < WIDTH; low = low + FIELD) begin : g_field
            localparam integer BITS = (WIDTH - low < FIELD) ? WIDTH - low : FIELD;
            reg [BITS-1:0] bits;
            assign q[low +: BITS] = bits;
            always @(posedge clk) begin
                if (enable) bits <= d[low +: BITS];
            end
        end
    endgenerate
endmodule
