// A FIFO of four places: one memory, two pointers and a count.
module fifo (
    input  wire        clk,
    input  wire        resetn,
    input  wire        in_valid,
    output wire        in_ready,
    input  wire [99:0] in_data,
    output wire        out_valid,
    input  wire        out_ready,
    output wire [99:0] out_data
);
    reg [99:0] words [0:3];
    reg [1:0]  head, tail;
    reg [2:0]  count;
    wire       push = in_valid & in_ready;
    wire       pop  = out_valid & out_ready;

    assign in_ready  = count != 3'd4;
    assign out_valid = count != 3'd0;
    assign out_data  = words[head];

    always @(posedge clk) begin
        if (!resetn) begin
            head  <= 2'd0;
            tail  <= 2'd0;
            count <= 3'd0;
        end else begin
            if (push) tail <= tail + 2'd1;
            if (pop)  head <= head + 2'd1;
            if (push & !pop) count <= count + 3'd1;
            if (pop & !push) count <= count - 3'd1;
        end
        if (push) words[tail] <= in_data;
    end
endmodule
