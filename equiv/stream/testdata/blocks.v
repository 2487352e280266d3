// Blocks that do what those of the library do, built otherwise.

// A datapath of two registers that an enable stops.
module datapath (input wire clk, input wire en, input wire [15:0] x, output wire [7:0] y);
endmodule

// An elastic pipeline: a valid bit for each register of the datapath, and all of them
// move unless the last one waits.
module elastic (
    input  wire        clk,
    input  wire        resetn,
    input  wire        in_valid,
    output wire        in_ready,
    input  wire [15:0] in_data,
    output wire        out_valid,
    input  wire        out_ready,
    output wire [7:0]  out_data
);
    reg first, second;
    wire move = !second | out_ready;
    assign in_ready = move;
    assign out_valid = second;
    datapath datapath (.clk(clk), .en(move), .x(in_data), .y(out_data));
    always @(posedge clk) begin
        if (move) begin first <= in_valid; second <= first; end
        if (!resetn) begin first <= 1'b0; second <= 1'b0; end
    end
endmodule

// A FIFO of three places that items fall through, valid and data in one word.
module fifo_shift (
    input  wire       clk,
    input  wire       resetn,
    input  wire       in_valid,
    output wire       in_ready,
    input  wire [7:0] in_data,
    output wire       out_valid,
    input  wire       out_ready,
    output wire [7:0] out_data
);
    reg [8:0] a, b, c;
    wire c_free = !c[8] | out_ready;
    wire b_free = !b[8] | c_free;
    wire a_free = !a[8] | b_free;
    assign in_ready = a_free;
    assign out_valid = c[8];
    assign out_data = c[7:0];
    always @(posedge clk) begin
        if (a_free) a <= {in_valid, in_data};
        if (b_free) b <= a;
        if (c_free) c <= b;
        if (!resetn) begin a[8] <= 1'b0; b[8] <= 1'b0; c[8] <= 1'b0; end
    end
endmodule

// A fork with a register for each output, which take an item together.
module fork_registers (
    input  wire       clk,
    input  wire       resetn,
    input  wire       in_valid,
    output wire       in_ready,
    input  wire [7:0] in_data,
    output reg        out0_valid,
    input  wire       out0_ready,
    output reg  [7:0] out0_data,
    output reg        out1_valid,
    input  wire       out1_ready,
    output reg  [7:0] out1_data
);
    assign in_ready = (!out0_valid | out0_ready) & (!out1_valid | out1_ready);
    always @(posedge clk) begin
        if (out0_ready) out0_valid <= 1'b0;
        if (out1_ready) out1_valid <= 1'b0;
        if (in_valid & in_ready) begin
            out0_valid <= 1'b1; out0_data <= in_data;
            out1_valid <= 1'b1; out1_data <= in_data;
        end
        if (!resetn) begin out0_valid <= 1'b0; out1_valid <= 1'b0; end
    end
endmodule

module step (input wire [11:0] acc, input wire [7:0] x, output wire [11:0] next);
endmodule

// A pool that counts down, and sets its sum to zero when that is taken.
module pool_down (
    input  wire        clk,
    input  wire        resetn,
    input  wire        in_valid,
    output wire        in_ready,
    input  wire [7:0]  in_data,
    output wire        out_valid,
    input  wire        out_ready,
    output wire [11:0] out_data
);
    reg [11:0] sum;
    reg [2:0] left; // items of the frame that are missing
    wire [11:0] next;
    step step (.acc(sum), .x(in_data), .next(next));
    assign in_ready = left != 3'd0;
    assign out_valid = left == 3'd0;
    assign out_data = sum;
    always @(posedge clk) begin
        if (in_valid & in_ready) begin sum <= next; left <= left - 3'd1; end
        if (out_valid & out_ready) begin sum <= 12'd0; left <= 3'd6; end
        if (!resetn) begin sum <= 12'd0; left <= 3'd6; end
    end
endmodule

// Sums that move in every clock: where no item comes, zeros are added.
module pool_zeros (
    input  wire        clk,
    input  wire        resetn,
    input  wire        in_valid,
    output wire        in_ready,
    input  wire [7:0]  in_data,
    output wire        out_valid,
    input  wire        out_ready,
    output wire [11:0] out_data
);
    reg [11:0] sum;
    reg [2:0] left;
    wire [11:0] next;
    wire put = in_valid & in_ready;
    step step (.acc(sum), .x(in_data & {8{put}}), .next(next));
    assign in_ready = left != 3'd0;
    assign out_valid = left == 3'd0;
    assign out_data = sum;
    always @(posedge clk) begin
        sum <= next;
        left <= left - {2'd0, put};
        if (out_valid & out_ready) begin left <= 3'd6; sum <= 12'd0; end
        if (!resetn) begin left <= 3'd6; sum <= 12'd0; end
    end
endmodule

// Features one by one, chosen from a word that stays; the next word comes in while the
// last one goes out.
module serial_mux (
    input  wire        clk,
    input  wire        resetn,
    input  wire        in_valid,
    output wire        in_ready,
    input  wire [31:0] in_data,
    output reg         out_valid,
    input  wire        out_ready,
    output wire [7:0]  out_data,
    output wire        out_last
);
    reg [31:0] word;
    reg [1:0] at;
    assign out_data = word[{at, 3'b000} +: 8];
    assign out_last = at == 2'd3;
    assign in_ready = !out_valid | (out_ready & out_last);
    always @(posedge clk) begin
        if (out_valid & out_ready) at <= at + 2'd1;
        if (in_valid & in_ready) begin word <= in_data; out_valid <= 1'b1; end
        else if (out_ready & out_last) out_valid <= 1'b0;
        if (!resetn) begin at <= 2'd0; out_valid <= 1'b0; end
    end
endmodule

// The same with a case, whose arms are all there are.
module serial_case (
    input  wire        clk,
    input  wire        resetn,
    input  wire        in_valid,
    output wire        in_ready,
    input  wire [31:0] in_data,
    output reg         out_valid,
    input  wire        out_ready,
    output reg  [7:0]  out_data,
    output wire        out_last
);
    reg [31:0] word;
    reg [3:0] at; // one of four
    always @*
        case (1'b1)
            at[0]: out_data = word[7:0];
            at[1]: out_data = word[15:8];
            at[2]: out_data = word[23:16];
            default: out_data = word[31:24];
        endcase
    assign out_last = at[3];
    assign in_ready = !out_valid;
    always @(posedge clk) begin
        if (out_valid & out_ready) at <= {at[2:0], at[3]};
        if (in_valid & in_ready) begin word <= in_data; out_valid <= 1'b1; end
        else if (out_valid & out_ready & out_last) out_valid <= 1'b0;
        if (!resetn) begin at <= 4'b0001; out_valid <= 1'b0; end
    end
endmodule

// A queue that is ready only when something is offered, and needs that to stay.
module asks_first (
    input  wire       clk,
    input  wire       resetn,
    input  wire       in_valid,
    output reg        in_ready,
    input  wire [7:0] in_data,
    output reg        out_valid,
    input  wire       out_ready,
    output reg  [7:0] out_data
);
    always @(posedge clk) begin
        in_ready <= in_valid & !in_ready & !out_valid;
        if (in_ready) begin out_valid <= 1'b1; out_data <= in_data; end
        else if (out_ready) out_valid <= 1'b0;
        if (!resetn) begin in_ready <= 1'b0; out_valid <= 1'b0; end
    end
endmodule

// Items in turn, by a counter.
module deal_counter (
    input  wire       clk,
    input  wire       resetn,
    input  wire       in_valid,
    output wire       in_ready,
    input  wire [7:0] in_data,
    output wire       out0_valid,
    input  wire       out0_ready,
    output wire [7:0] out0_data,
    output wire       out1_valid,
    input  wire       out1_ready,
    output wire [7:0] out1_data,
    output wire       out2_valid,
    input  wire       out2_ready,
    output wire [7:0] out2_data
);
    reg [1:0] at;
    reg full;
    reg [7:0] item;
    wire ready = at == 2'd0 ? out0_ready : at == 2'd1 ? out1_ready : out2_ready;
    assign in_ready = !full;
    assign out0_valid = full & at == 2'd0;
    assign out1_valid = full & at == 2'd1;
    assign out2_valid = full & at == 2'd2;
    assign out0_data = item;
    assign out1_data = item;
    assign out2_data = item;
    always @(posedge clk) begin
        if (in_valid & in_ready) begin full <= 1'b1; item <= in_data; end
        else if (full & ready) begin full <= 1'b0; at <= (at == 2'd2) ? 2'd0 : at + 2'd1; end
        if (!resetn) begin at <= 2'd0; full <= 1'b0; end
    end
endmodule

// Items in turn, with a place for each output: an output does not wait for those
// before it.
module deal_places (
    input  wire       clk,
    input  wire       resetn,
    input  wire       in_valid,
    output wire       in_ready,
    input  wire [7:0] in_data,
    output reg        out0_valid,
    input  wire       out0_ready,
    output reg  [7:0] out0_data,
    output reg        out1_valid,
    input  wire       out1_ready,
    output reg  [7:0] out1_data,
    output reg        out2_valid,
    input  wire       out2_ready,
    output reg  [7:0] out2_data
);
    reg [2:0] to;
    assign in_ready = ~|(to & {out2_valid, out1_valid, out0_valid});
    wire put = in_valid & in_ready;
    always @(posedge clk) begin
        if (put) to <= {to[1:0], to[2]};
        if (out0_ready) out0_valid <= 1'b0;
        if (out1_ready) out1_valid <= 1'b0;
        if (out2_ready) out2_valid <= 1'b0;
        if (put & to[0]) begin out0_valid <= 1'b1; out0_data <= in_data; end
        if (put & to[1]) begin out1_valid <= 1'b1; out1_data <= in_data; end
        if (put & to[2]) begin out2_valid <= 1'b1; out2_data <= in_data; end
        if (!resetn) begin to <= 3'b001; out0_valid <= 1'b0; out1_valid <= 1'b0; out2_valid <= 1'b0; end
    end
endmodule
