`include "npu_defs.vh"
// From an accumulator to an output: right shift with rounding (left where shift
// is negative), overflow into a format of width bits, clamp at 0 from below.
// Combinational.
//
// Every rounding is floor((acc + c) / 2^shift) with a constant c that depends at
// most on the sign of acc or on the parity of floor(acc / 2^shift). shift is
// -31..33, width 1..32 (1..31 without a sign); what happens beyond is of no
// concern, since no program with such a layer is accepted.
module npu_requant (
    input  wire [31:0] acc,
    input  wire [6:0]  shift,
    input  wire [2:0]  rounding,
    input  wire [1:0]  overflow,
    input  wire [5:0]  width,
    input  wire        is_signed,
    input  wire        relu,
    output wire [31:0] result
);
    wire signed [63:0] wide = {{32{acc[31]}}, acc};
    wire negative = acc[31];

    // Scale.
    wire left = shift[6];
    wire [5:0] places = left ? 6'd0 - shift[5:0] : shift[5:0];
    wire signed [63:0] raised = $signed(wide << places);

    wire odd = wide[places]; // floor(acc / 2^shift) is
    wire [63:0] one = 64'd1 << places;
    wire [63:0] half = {1'b0, one[63:1]};
    wire [63:0] below_half = half - 64'd1;
    reg [63:0] constant;
    always @* begin
        case (rounding)
            `NPU_RND_TRN_ZERO:  constant = negative ? one - 64'd1 : 64'd0;
            `NPU_RND_RND:       constant = half;
            `NPU_RND_RND_ZERO:  constant = negative ? half : below_half;
            `NPU_RND_RND_INF:   constant = negative ? below_half : half;
            `NPU_RND_RND_MIN_INF: constant = below_half;
            `NPU_RND_RND_CONV:  constant = below_half + {63'd0, odd};
            default:            constant = 64'd0;
        endcase
    end
    wire signed [63:0] biased = $signed(wide + constant);
    wire signed [63:0] lowered = biased >>> places;
    wire exact = left | (places == 6'd0);
    wire signed [63:0] scaled = exact ? raised : lowered;

    // Fit.
    wire [63:0] span = 64'd1 << width;
    wire signed [63:0] top = $signed((is_signed ? {1'b0, span[63:1]} : span) - 64'd1);
    wire signed [63:0] bottom = is_signed ? ~top : 64'sd0;
    wire signed [63:0] floor_sym = is_signed ? bottom + 64'sd1 : 64'sd0;
    wire above = scaled > top;
    wire below = scaled < bottom;
    wire below_sym = scaled < floor_sym;

    wire [63:0] low_bits = $unsigned(scaled) & (span - 64'd1);
    wire [63:0] sign_bit = low_bits & ~$unsigned(top);
    wire [63:0] wrapped = is_signed ? low_bits - (sign_bit << 1) : low_bits;

    reg signed [63:0] fitted;
    always @* begin
        case (overflow)
            `NPU_OVF_SAT:      fitted = above ? top : below ? bottom : scaled;
            `NPU_OVF_SAT_ZERO: fitted = (above | below) ? 64'sd0 : scaled;
            `NPU_OVF_SAT_SYM:  fitted = above ? top : below_sym ? floor_sym : scaled;
            default:           fitted = $signed(wrapped);
        endcase
    end
    assign result = (relu & fitted[31]) ? 32'd0 : fitted[31:0];

    wire unused_high = &{1'b0, fitted[63:32]};
endmodule
