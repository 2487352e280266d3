// The greatest of a sequence of signed values and its place; of equal ones the
// first. On an edge with put, value is compared with what was kept, or kept
// without a comparison when first is set.
module npu_argmax (
    input  wire        clk,
    input  wire        put,
    input  wire        first,
    input  wire [15:0] index,
    input  wire [31:0] value,
    output reg  [15:0] best_index,
    output reg  [31:0] best_value
);
    always @(posedge clk) begin
        if (put & (first | ($signed(value) > $signed(best_value)))) begin
            best_index <= index;
            best_value <= value;
        end
    end
endmodule
