// style: table of products by case
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 40
// out: u8 >>4 TRN SAT
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output [7:0] y
);
    // Sixteen times the low and the high half of a byte.
    function [11:0] low(input [3:0] n);
        case (n)
            4'h0: low = 0;   4'h1: low = 16;  4'h2: low = 32;  4'h3: low = 48; //! 48 => 49
            4'h4: low = 64;  4'h5: low = 80;  4'h6: low = 96;  4'h7: low = 112;
            4'h8: low = 128; 4'h9: low = 144; 4'ha: low = 160; 4'hb: low = 176; //! 4'ha: low = 160 => 4'ha: low = 176
            4'hc: low = 192; 4'hd: low = 208; 4'he: low = 224; default: low = 240; //! 240 => 0
        endcase
    endfunction
    function signed [15:0] high(input [3:0] n);
        case (n)
            4'h0: high = 0;     4'h1: high = 256;   4'h2: high = 512;   4'h3: high = 768;
            4'h4: high = 1024;  4'h5: high = 1280;  4'h6: high = 1536;  4'h7: high = 1792;
            4'h8: high = -2048; 4'h9: high = -1792; 4'ha: high = -1536; 4'hb: high = -1280; //! -1536 => 1536
            4'hc: high = -1024; 4'hd: high = -768;  4'he: high = -512;  4'hf: high = -256;
        endcase
    endfunction
    wire signed [15:0] acc = high(x6[7:4]) + $signed({4'd0, low(x6[3:0])}) + (x3 <<< 3) + (x2 <<< 2)
        + 40 + x0 - (x1 <<< 1) - x4 - (x7 <<< 2); //! (x7 <<< 2) => (x7 <<< 1)
    wire signed [11:0] q = acc >>> 4;
    assign y = q < 0 ? 0 : q > 255 ? 255 : q;
endmodule
