// style: generate loop over a table of weights
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 200
// out: u8 >>4 TRN SAT
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output [7:0] y
);
    localparam N = 8;
    // Sign, zero and shift of each weight, the first one lowest.
    localparam [N-1:0]   MINUS = 8'b10010010; //! 10010010 => 10010011
    localparam [N-1:0]   ZERO  = 8'b00100000;
    localparam [3*N-1:0] SHIFT = {3'd2, 3'd4, 3'd0, 3'd0, 3'd3, 3'd2, 3'd1, 3'd0}; //! 3'd4 => 3'd3
    wire [8*N-1:0] x = {x7, x6, x5, x4, x3, x2, x1, x0}; //! x3, x2 => x2, x3
    wire signed [16*(N+1)-1:0] part;
    assign part[15:0] = 16'sd200;
    genvar i;
    generate
        for (i = 0; i < N; i = i + 1) begin : tap
            wire signed [7:0] xi = x[8*i +: 8];
            wire signed [15:0] t = xi <<< SHIFT[3*i +: 3];
            if (ZERO[i]) assign part[16*(i+1) +: 16] = part[16*i +: 16];
            else if (MINUS[i]) assign part[16*(i+1) +: 16] = part[16*i +: 16] - t; //! - t => + ~t
            else assign part[16*(i+1) +: 16] = part[16*i +: 16] + t;
        end
    endgenerate
    wire signed [15:0] acc = part[16*N +: 16];
    wire signed [11:0] q = acc[15:4]; //! acc[15:4] => acc[15:5]
    assign y = q[11] ? 8'h00 : |q[10:8] ? 8'hff : q[7:0]; //! |q[10:8] => |q[10:9]
endmodule
