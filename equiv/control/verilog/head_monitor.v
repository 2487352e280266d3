// What the programmable head's control must do, watched from outside, and what
// holds inside it that makes this so.
//
// Inputs are the head's pins under their own names and nets inside it, whose
// names have two underscores where the path has a dot. Outputs are one bit each:
//
//   rule_x   must be 1 in every cycle after the first reset
//   inv_x    likewise, and depends on registers alone; all of them together are
//            inductive, and each rule follows from them within one cycle
//   goal_x   must be 1 in some cycle of some run, or the rules say little
//   when_x   conditions, for claims about two copies of the head
//
// The registers here remember what the pins have shown; the head does not see
// them. A row of a table that is picked by a number is picked by comparison, so
// that nothing here can lie outside.
module head_monitor #(
    parameter integer LANES = 2,
    parameter integer FEATURES = 3,
    parameter integer ROWS = 4,
    parameter integer BIASES = 3,
    parameter integer LAYERS = 2,
    parameter integer FEATURE_W = (FEATURES > 2) ? $clog2(FEATURES) : 1,
    parameter integer ROW_W = $clog2(ROWS),
    parameter integer BIAS_W = $clog2(BIASES)
) (
    input  wire        clk,
    input  wire        resetn,

    input  wire        s_axi_awvalid,
    input  wire        s_axi_awready,
    input  wire [23:0] s_axi_awaddr,
    input  wire        s_axi_wvalid,
    input  wire        s_axi_wready,
    input  wire [31:0] s_axi_wdata,
    input  wire [3:0]  s_axi_wstrb,
    input  wire        s_axi_bvalid,
    input  wire        s_axi_bready,
    input  wire [1:0]  s_axi_bresp,
    input  wire        s_axi_arvalid,
    input  wire        s_axi_arready,
    input  wire [23:0] s_axi_araddr,
    input  wire        s_axi_rvalid,
    input  wire        s_axi_rready,
    input  wire [31:0] s_axi_rdata,
    input  wire [1:0]  s_axi_rresp,
    input  wire        s_axis_tvalid,
    input  wire        s_axis_tready,
    input  wire        s_axis_tlast,
    input  wire        m_axis_tvalid,
    input  wire        m_axis_tready,
    input  wire [31:0] m_axis_tdata,
    input  wire        m_axis_tlast,

    input  wire        bus__has_address,
    input  wire        bus__has_data,
    input  wire        bus__has_read,
    input  wire        bus__read_now,
    input  wire [23:0] bus__write_address,
    input  wire [31:0] bus__write_data,
    input  wire [3:0]  bus__write_strobe,
    input  wire [23:0] bus__read_address,
    input  wire        regs__ready,
    input  wire [7:0]  regs__layers,
    input  wire        regs__features_signed,
    input  wire [5:0]  regs__errors,
    input  wire [31:0] regs__images,
    input  wire [15:0] regs__class_index,
    input  wire [31:0] regs__class_value,
    input  wire        overflowed,
    input  wire [15:0] argmax__best_index,
    input  wire [31:0] argmax__best_value,
    input  wire [LAYERS*16-1:0] program_store__ins,
    input  wire [LAYERS*16-1:0] program_store__outs,
    input  wire [LAYERS*20-1:0] program_store__rows,
    input  wire [LAYERS*16-1:0] program_store__biases,
    input  wire [LAYERS*20-1:0] program_store__tails,
    input  wire        program_store__counting,
    input  wire [7:0]  program_store__k,
    input  wire [15:0] program_store__previous,
    input  wire [16:0] program_store__left,
    input  wire [20:0] program_store__row_end,
    input  wire [2:0]  sequencer__state,
    input  wire [15:0] sequencer__index,
    input  wire [15:0] sequencer__result,
    input  wire [15:0] sequencer__lane,
    input  wire [7:0]  sequencer__layer,
    input  wire        sequencer__bank,
    input  wire        sequencer__flushed,
    input  wire        sequencer__mac,
    input  wire        sequencer__take,
    input  wire [15:0] sequencer__take_index,
    input  wire        sequencer__take_last,
    input  wire        sequencer__put,
    input  wire [15:0] sequencer__put_index,
    input  wire        sequencer__put_last,
    input  wire        sequencer__mac_first,
    input  wire [ROW_W-1:0] sequencer__row,
    input  wire        features__wrote,
    input  wire [FEATURE_W:0] features__wrote_at,
    input  wire [FEATURE_W:0] features__read_at,
    input  wire        biases__wrote,
    input  wire [BIAS_W-1:0] biases__wrote_at,
    input  wire [31:0] biases__wrote_data,
    input  wire [BIAS_W-1:0] biases__read_at,
    input  wire [LANES-1:0] g_lane__weight_bank__wrote,
    input  wire [LANES*ROW_W-1:0] g_lane__weight_bank__wrote_at,
    input  wire [LANES*8-1:0] g_lane__weight_bank__wrote_data,
    input  wire [LANES*ROW_W-1:0] g_lane__weight_bank__read_at,
    input  wire [31:0] bias,
    input  wire [LANES*8-1:0] g_lane__lane__weight,
    input  wire [LANES-1:0] g_lane__lane__enable,
    input  wire [LANES-1:0] g_lane__lane__shift,

    output wire rule_reset_quiet,
    output wire rule_b_stays,
    output wire rule_b_stable,
    output wire rule_b_asked,
    output wire rule_b_refusal,
    output wire rule_r_stays,
    output wire rule_r_stable,
    output wire rule_r_asked,
    output wire rule_r_refusal,
    output wire rule_r_data,
    output wire rule_errors,
    output wire rule_results,
    output wire rule_program_kept,
    output wire rule_memory_kept,
    output wire rule_features_kept,
    output wire rule_committed_fits,
    output wire rule_in_committed,
    output wire rule_in_open,
    output wire rule_in_closed,
    output wire rule_out_stays,
    output wire rule_out_stable,
    output wire rule_out_asked,
    output wire rule_out_last,
    output wire rule_layers,
    output wire rule_product,
    output wire rule_sum,
    output wire rule_store,
    output wire rule_write_ends,
    output wire rule_read_ends,
    output wire rule_image_ends,

    output wire inv_write_taken,
    output wire inv_read_taken,
    output wire inv_waiting,
    output wire inv_access,
    output wire inv_read_word,
    output wire inv_refusals,
    output wire inv_answers,
    output wire inv_noted,
    output wire inv_last_image,
    output wire inv_committed,
    output wire inv_program_held,
    output wire inv_memory_held,
    output wire inv_check_alone,
    output wire inv_check_layers,
    output wire inv_check_fields,
    output wire inv_check_rows,
    output wire inv_check_count,
    output wire inv_product_next,
    output wire inv_product_need,
    output wire inv_group_needed,
    output wire inv_check_below,
    output wire inv_check_verdict,
    output wire inv_program_fits,
    output wire inv_program_rows,
    output wire inv_in_flight,
    output wire inv_layer,
    output wire inv_index,
    output wire inv_frame,
    output wire inv_result,
    output wire inv_groups,
    output wire inv_rows,
    output wire inv_rows_read,
    output wire inv_pipe,
    output wire inv_words,
    output wire inv_logits,
    output wire inv_write_age,
    output wire inv_read_age,
    output wire inv_image_age,

    output wire goal_commit,
    output wire goal_refused_commit,
    output wire goal_refused_write,
    output wire goal_refused_read,
    output wire goal_image,
    output wire goal_two_layers,
    output wire goal_two_groups,
    output wire goal_stalled,
    output wire goal_early_frame,
    output wire goal_long_frame,
    output wire goal_reset_in_image,
    output wire goal_memory_written,

    // Conditions of what two copies of the head agree on.
    output wire when_settled,
    output wire when_checking,
    output wire when_counts,
    output wire when_started,
    output wire when_image,
    output wire when_shown,
    output wire when_stored,
    output wire when_weight,
    output wire when_reading,

    output wire [6:0] see_pins // for the master that plays on the system
);
    localparam [2:0] IDLE = 3'd0, LOAD = 3'd1, SKIP = 3'd2, START = 3'd3, RUN = 3'd4, DRAIN = 3'd5, FLUSH = 3'd6, FINISH = 3'd7;
    localparam [1:0] OKAY = 2'b00, SLVERR = 2'b10;
    localparam integer GROUPS = (BIASES + LANES - 1) / LANES; // of lanes, in a layer, at most
    localparam integer GROUP_W = $clog2(GROUPS + 1), IN_W = $clog2(FEATURES + 1), NEED_W = GROUP_W + IN_W;
    localparam integer LANES_LOG = $clog2(LANES);
    localparam integer ROW_WORDS_LOG = $clog2((LANES + 3) / 4);
    // Bounds in cycles, of which the head's own are no longer.
    localparam integer CHECK = LAYERS * (1 + GROUPS);          // of a program
    localparam integer WRITE = CHECK + 2;                      // of a write: a read may go first
    localparam integer READ = WRITE + 2;                       // of a read: a write may go first
    localparam integer LAYER = 3 + ROWS + BIASES;              // npu.Cycles' term, groups x features <= ROWS
    localparam integer IMAGE = LAYERS * LAYER + 1;             // from the last feature to the last logit

    genvar i;
    integer n;

    // ---- Responses: each is new once, and waits until it is taken ----

    reg was_reset;                     // the last edge was one of a reset
    reg b_waits, r_waits, m_waits;     // shown before the last edge and not taken on it
    reg [1:0] was_bresp, was_rresp;
    reg [31:0] was_rdata, was_tdata;
    reg was_tlast;
    always @(posedge clk) begin
        was_reset <= ~resetn;
        b_waits <= resetn & s_axi_bvalid & ~s_axi_bready;
        r_waits <= resetn & s_axi_rvalid & ~s_axi_rready;
        m_waits <= resetn & m_axis_tvalid & ~m_axis_tready;
        was_bresp <= s_axi_bresp;
        was_rresp <= s_axi_rresp;
        was_rdata <= s_axi_rdata;
        was_tdata <= m_axis_tdata;
        was_tlast <= m_axis_tlast;
    end
    wire b_new = s_axi_bvalid & ~b_waits;
    wire r_new = s_axi_rvalid & ~r_waits;

    assign rule_reset_quiet = ~was_reset | ~(s_axi_bvalid | s_axi_rvalid | m_axis_tvalid | s_axis_tready);
    assign rule_b_stays = ~b_waits | s_axi_bvalid;
    assign rule_r_stays = ~r_waits | s_axi_rvalid;
    assign rule_out_stays = ~m_waits | m_axis_tvalid;
    assign rule_b_stable = ~b_waits | (s_axi_bresp == was_bresp);
    assign rule_r_stable = ~r_waits | ((s_axi_rresp == was_rresp) & (s_axi_rdata == was_rdata));
    assign rule_out_stable = ~m_waits | ((m_axis_tdata == was_tdata) & (m_axis_tlast == was_tlast));

    // What waits is shown, as it was; that is all the rules above say.
    assign inv_waiting = rule_reset_quiet & rule_b_stays & rule_r_stays & rule_out_stays & rule_b_stable & rule_r_stable & rule_out_stable;

    // Addresses, data and reads that were taken, less the responses shown so far.
    reg [1:0] aw_taken, w_taken, ar_taken;
    wire [1:0] aw_open = aw_taken - {1'b0, b_new};
    wire [1:0] w_open = w_taken - {1'b0, b_new};
    wire [1:0] ar_open = ar_taken - {1'b0, r_new};
    always @(posedge clk) begin
        aw_taken <= resetn ? aw_open + {1'b0, s_axi_awvalid & s_axi_awready} : 2'd0;
        w_taken <= resetn ? w_open + {1'b0, s_axi_wvalid & s_axi_wready} : 2'd0;
        ar_taken <= resetn ? ar_open + {1'b0, s_axi_arvalid & s_axi_arready} : 2'd0;
    end
    // Exactly one: asked for, and never a second access open before the first is answered.
    assign rule_b_asked = (~b_new | ((aw_taken != 2'd0) & (w_taken != 2'd0))) & (aw_open <= 2'd1) & (w_open <= 2'd1);
    assign rule_r_asked = (~r_new | (ar_taken != 2'd0)) & (ar_open <= 2'd1);
    // The bus holds one access of each kind, and lets go of it when it answers.
    assign inv_write_taken = (aw_open == {1'b0, bus__has_address}) & (w_open == {1'b0, bus__has_data});
    assign inv_read_taken = (ar_open == {1'b0, bus__has_read}) & (~bus__read_now | (bus__has_read & ~s_axi_rvalid));

    // ---- What an access asks for, from the register map ----

    reg [23:0] aw_addr, ar_addr;
    reg [31:0] w_data;
    reg [3:0] w_strb;
    always @(posedge clk) begin
        if (s_axi_awvalid & s_axi_awready) aw_addr <= s_axi_awaddr;
        if (s_axi_arvalid & s_axi_arready) ar_addr <= s_axi_araddr;
        if (s_axi_wvalid & s_axi_wready) begin
            w_data <= s_axi_wdata;
            w_strb <= s_axi_wstrb;
        end
    end
    assign inv_access = (~bus__has_address | (bus__write_address == aw_addr)) &
                        (~bus__has_data | ((bus__write_data == w_data) & (bus__write_strobe == w_strb))) &
                        (~bus__has_read | (bus__read_address == ar_addr));

    // Where an address lies: {registers, descriptors, biases, weights}.
    function [3:0] place;
        input [23:0] address;
        reg [19:0] word;
        begin
            word = address[21:2];
            place = 4'd0;
            if (address[1:0] == 2'd0) begin
                case (address[23:22])
                    2'd0: place[3] = word < 20'd13;
                    2'd1: place[2] = (word < LAYERS * 8) & (word[2:0] < 3'd5);
                    2'd2: place[1] = word < BIASES;
                    default: place[0] = (word >> ROW_WORDS_LOG) < ROWS;
                endcase
            end
        end
    endfunction
    wire [3:0] w_place = place(aw_addr);
    wire [3:0] r_place = place(ar_addr);
    wire w_control = w_place[3] & (aw_addr[21:2] == 20'd6);
    wire w_error = w_place[3] & (aw_addr[21:2] == 20'd8);
    wire w_layers = w_place[3] & (aw_addr[21:2] == 20'd9);
    wire w_known = w_control | w_error | w_layers | w_place[2] | w_place[1] | w_place[0];
    wire w_commit = w_control & (w_data == 32'd1);

    reg [31:0] w_mask; // bits that may be set
    always @* begin
        if (w_control) w_mask = (w_data == 32'd1 || w_data == 32'd2) ? ~32'd0 : 32'd0;
        else if (w_error) w_mask = 32'h3f;
        else if (w_layers) w_mask = 32'h1ff;
        else if (w_place[2]) begin
            case (aw_addr[4:2])
                3'd0, 3'd1, 3'd3: w_mask = 32'hffff;
                3'd2: w_mask = 32'hfffff;
                default: w_mask = 32'h033f377f;
            endcase
        end else w_mask = ~32'd0;
    end
    wire w_zero = w_control & (w_data == 32'd0);
    wire w_legal = w_place[0] | ((w_strb == 4'b1111) & ((w_data & ~w_mask) == 32'd0) & ~w_zero);

    // ---- The program: what fits ----

    wire [LAYERS-1:0] used, fields_fit, rows_fit, last;
    wire [LAYERS-1:0] k_at, layer_at;
    // Products of a layer's features: with the groups that it needs, which is its weight
    // rows; with the groups that were counted or drained, and with those of the next
    // cycle. Where the fields fit, no factor loses a bit.
    wire [LAYERS*NEED_W-1:0] need, counted, counted_next;
    wire [LAYERS*GROUP_W-1:0] groups;
    reg [15:0] group; // below
    wire [15:0] group_next;
    generate
        for (i = 0; i < LAYERS; i = i + 1) begin : p
            wire [15:0] in = program_store__ins[i*16 +: 16];
            wire [15:0] out = program_store__outs[i*16 +: 16];
            wire [19:0] row = program_store__rows[i*20 +: 20];
            wire [15:0] bias = program_store__biases[i*16 +: 16];
            wire [19:0] tail = program_store__tails[i*20 +: 20];
            wire [6:0] shift = tail[6:0];
            wire [5:0] width = tail[17:12];
            assign used[i] = regs__layers > i;
            assign last[i] = regs__layers == i + 1;
            assign k_at[i] = program_store__k == i;
            assign layer_at[i] = sequencer__layer == i;
            wire meets;
            if (i == 0) begin : first
                assign meets = 1'b1;
            end else begin : later
                assign meets = in == program_store__outs[(i-1)*16 +: 16];
            end
            // In two's complement -31..33 are 97..127 and 0..33.
            assign fields_fit[i] = (in >= 1) & (in <= FEATURES) & meets & (out >= 1) & (bias + out <= BIASES) &
                                   ((shift <= 33) | (shift >= 97)) & (tail[9:7] <= 6) & (width >= 1) &
                                   (width <= (~last[i] ? 8 : tail[18] ? 32 : 31));
            reg [15:0] rounded; // out / LANES, rounded up
            always @* begin
                rounded = GROUPS;
                if (LANES == (1 << LANES_LOG)) rounded = (out + (LANES - 1)) >> LANES_LOG;
                else
                    for (n = GROUPS - 1; n >= 0; n = n - 1)
                        if (out <= n * LANES) rounded = n;
            end
            wire [NEED_W-1:0] factor = {{GROUP_W{1'b0}}, in[IN_W-1:0]};
            assign groups[i*GROUP_W +: GROUP_W] = rounded[GROUP_W-1:0];
            assign need[i*NEED_W +: NEED_W] = rounded[GROUP_W-1:0] * factor;
            assign counted[i*NEED_W +: NEED_W] = group[GROUP_W-1:0] * factor;
            assign counted_next[i*NEED_W +: NEED_W] = group_next[GROUP_W-1:0] * factor;
            assign rows_fit[i] = {12'd0, row} + need[i*NEED_W +: NEED_W] <= ROWS;
        end
    endgenerate
    wire fields_all = (regs__layers >= 1) & (regs__layers <= LAYERS) & (&(~used | fields_fit));
    wire rows_all = &(~used | rows_fit);
    wire fits = fields_all & rows_all;

    // ---- Verdicts: what the response to the access of the last cycle must be ----

    wire in_frame, owed; // below
    reg bad_frame;
    wire busy = in_frame | owed;
    reg w_refuse, r_refuse;     // the access that was open must be refused
    reg w_was_place_1, w_was_place_0; // it went to a bias, to a weight
    reg w_was_place_2, w_was_layers; // to a descriptor, to LAYERS
    reg [19:0] w_was_word;
    wire [19:0] w_was_row = w_was_word >> ROW_WORDS_LOG;
    wire w_was_program = w_was_place_2 | w_was_layers;
    reg w_was_commit, w_was_control;
    always @(posedge clk) begin
        w_refuse <= ~w_known | (busy & ~w_error) | ~w_legal | (w_commit & ~fits);
        r_refuse <= (r_place == 4'd0) | (busy & (r_place[1] | r_place[0]));
        w_was_place_1 <= w_place[1];
        w_was_place_0 <= w_place[0];
        w_was_word <= aw_addr[21:2];
        w_was_place_2 <= w_place[2];
        w_was_layers <= w_layers;
        w_was_commit <= w_commit;
        w_was_control <= w_control;
    end
    assign rule_b_refusal = ~b_new | (s_axi_bresp == (w_refuse ? SLVERR : OKAY));
    assign rule_r_refusal = ~r_new | ((s_axi_rresp == (r_refuse ? SLVERR : OKAY)) & (~r_refuse | (s_axi_rdata == 32'd0)));
    // ERROR: what was there and was not cleared, and what came.
    reg [5:0] was_errors;
    reg w_was_known, w_was_busy, w_was_legal, w_was_error, r_was_known;
    always @(posedge clk) begin
        was_errors <= resetn ? regs__errors : 6'd0;
        w_was_known <= w_known;
        w_was_busy <= busy & ~w_error;
        w_was_legal <= w_legal;
        w_was_error <= w_error;
        r_was_known <= r_place != 4'd0;
    end
    reg image_ended, was_overflowed; // the last edge took an image's last logit
    wire [5:0] cleared = (w_done & w_was_error) ? w_data[5:0] : 6'd0;
    wire [5:0] raised = {image_ended & was_overflowed,
                         bad_frame,
                         b_new & w_refuse & w_was_known & ~w_was_busy & w_was_legal,
                         b_new & w_was_known & ~w_was_busy & ~w_was_legal,
                         (b_new & w_was_known & w_was_busy) | (r_new & r_refuse & r_was_known),
                         (b_new & ~w_was_known) | (r_new & ~r_was_known)};
    assign rule_errors = regs__errors == ((was_errors & ~cleared) | raised);

    // The results of an image come with its last logit, and stay until the next.
    reg [31:0] was_images, was_value, was_best;
    reg [15:0] was_class, was_best_at;
    always @(posedge clk) begin
        image_ended <= resetn & m_axis_tvalid & m_axis_tready & m_axis_tlast;
        was_overflowed <= overflowed;
        was_best <= argmax__best_value;
        was_best_at <= argmax__best_index;
        was_images <= resetn ? regs__images : 32'd0;
        was_value <= resetn ? regs__class_value : 32'd0;
        was_class <= resetn ? regs__class_index : 16'd0;
    end
    assign rule_results = (regs__images == was_images + {31'd0, image_ended}) &
                          (regs__class_value == (image_ended ? was_best : was_value)) &
                          (regs__class_index == (image_ended ? was_best_at : was_class));

    // What a read shows: a register, a word of a descriptor, or the memory's word
    // at the address.
    wire [19:0] r_word = ar_addr[21:2];
    wire [19:0] r_row = r_word >> ROW_WORDS_LOG;
    wire [19:0] r_part = r_word & ((1 << ROW_WORDS_LOG) - 1); // of a row
    reg [31:0] r_expected, r_was_expected;
    reg r_at, r_was_at; // the memory looks there
    always @* begin
        r_expected = 32'd0;
        r_at = 1'b1;
        if (r_place[3]) begin
            case (r_word)
                20'd0: r_expected = 32'h48460001;
                20'd1: r_expected = LANES;
                20'd2: r_expected = FEATURES;
                20'd3: r_expected = ROWS;
                20'd4: r_expected = BIASES;
                20'd5: r_expected = LAYERS;
                20'd7: r_expected = {30'd0, busy, committed};
                20'd8: r_expected = {26'd0, regs__errors};
                20'd9: r_expected = {23'd0, regs__features_signed, regs__layers};
                20'd10: r_expected = regs__images;
                20'd11: r_expected = {16'd0, regs__class_index};
                20'd12: r_expected = regs__class_value;
                default: r_expected = 32'd0;
            endcase
        end
        if (r_place[2])
            for (n = 0; n < LAYERS; n = n + 1)
                if (r_word[10:3] == n)
                    case (r_word[2:0])
                        3'd0: r_expected = {16'd0, program_store__ins[n*16 +: 16]};
                        3'd1: r_expected = {16'd0, program_store__outs[n*16 +: 16]};
                        3'd2: r_expected = {12'd0, program_store__rows[n*20 +: 20]};
                        3'd3: r_expected = {16'd0, program_store__biases[n*16 +: 16]};
                        default: r_expected = {6'd0, program_store__tails[n*20+18 +: 2], 2'd0, program_store__tails[n*20+12 +: 6],
                                               2'd0, program_store__tails[n*20+10 +: 2], 1'd0, program_store__tails[n*20+7 +: 3],
                                               1'd0, program_store__tails[n*20 +: 7]};
                    endcase
        if (r_place[1]) begin
            r_expected = bias;
            r_at = biases__read_at == r_word[BIAS_W-1:0];
        end
        if (r_place[0])
            for (n = 0; n < LANES; n = n + 1) begin
                if (r_part == n / 4) r_expected[(n % 4) * 8 +: 8] = g_lane__lane__weight[n*8 +: 8];
                r_at = r_at & (g_lane__weight_bank__read_at[n*ROW_W +: ROW_W] == r_row[ROW_W-1:0]);
            end
    end
    always @(posedge clk) begin
        r_was_expected <= r_expected;
        r_was_at <= r_at;
    end
    assign rule_r_data = ~r_new | r_refuse | ((s_axi_rdata == r_was_expected) & r_was_at);
    assign inv_read_word = ~bus__read_now | busy | r_at;
    assign inv_refusals = rule_b_refusal;
    assign inv_answers = rule_r_refusal & rule_r_data;
    assign inv_noted = rule_errors;
    assign inv_last_image = rule_results;

    wire w_done = b_new & (s_axi_bresp == OKAY);

    // What an accepted write, and it alone, changes.
    reg [LAYERS*16-1:0] was_ins, was_outs, was_biases, ins_due, outs_due, biases_due;
    reg [LAYERS*20-1:0] was_rows, was_tails, rows_due, tails_due;
    reg [7:0] was_layers;
    reg was_signed;
    always @(posedge clk) begin
        was_ins <= resetn ? program_store__ins : {LAYERS*16{1'b0}};
        was_outs <= resetn ? program_store__outs : {LAYERS*16{1'b0}};
        was_rows <= resetn ? program_store__rows : {LAYERS*20{1'b0}};
        was_biases <= resetn ? program_store__biases : {LAYERS*16{1'b0}};
        was_tails <= resetn ? program_store__tails : {LAYERS*20{1'b0}};
        was_layers <= resetn ? regs__layers : 8'd0;
        was_signed <= resetn & regs__features_signed;
    end
    always @* begin
        ins_due = was_ins;
        outs_due = was_outs;
        rows_due = was_rows;
        biases_due = was_biases;
        tails_due = was_tails;
        for (n = 0; n < LAYERS; n = n + 1)
            if (w_done & w_was_place_2 & (w_was_word[10:3] == n))
                case (w_was_word[2:0])
                    3'd0: ins_due[n*16 +: 16] = w_data[15:0];
                    3'd1: outs_due[n*16 +: 16] = w_data[15:0];
                    3'd2: rows_due[n*20 +: 20] = w_data[19:0];
                    3'd3: biases_due[n*16 +: 16] = w_data[15:0];
                    default: tails_due[n*20 +: 20] = {w_data[25:24], w_data[21:16], w_data[13:12], w_data[10:8], w_data[6:0]};
                endcase
    end
    assign rule_program_kept = (program_store__ins == ins_due) & (program_store__outs == outs_due) & (program_store__rows == rows_due) &
                               (program_store__biases == biases_due) & (program_store__tails == tails_due) &
                               ({regs__features_signed, regs__layers} == (w_done & w_was_layers ? w_data[8:0] : {was_signed, was_layers}));
    wire [19:0] w_was_part = w_was_word & ((1 << ROW_WORDS_LOG) - 1); // of a row
    wire [LANES-1:0] weight_kept;
    generate
        for (i = 0; i < LANES; i = i + 1) begin : w
            assign weight_kept[i] = g_lane__weight_bank__wrote[i]
                ? w_done & w_was_place_0 & (w_was_part == i / 4) & w_strb[i % 4] &
                  (g_lane__weight_bank__wrote_at[i*ROW_W +: ROW_W] == w_was_row[ROW_W-1:0]) &
                  (g_lane__weight_bank__wrote_data[i*8 +: 8] == w_data[(i%4)*8 +: 8])
                : ~(w_done & w_was_place_0 & (w_was_part == i / 4) & w_strb[i % 4]);
        end
    endgenerate
    assign rule_memory_kept = (biases__wrote ? w_done & w_was_place_1 & (biases__wrote_at == w_was_word[BIAS_W-1:0]) & (biases__wrote_data == w_data)
                                             : ~(w_done & w_was_place_1)) & (&weight_kept);

    // ---- The commit ----

    reg committed_before;
    wire committed = w_done & w_was_commit ? 1'b1 : w_done & (w_was_control | w_was_program) ? 1'b0 : committed_before;
    always @(posedge clk) committed_before <= resetn & committed;
    assign rule_committed_fits = ~committed | fits;
    assign rule_in_committed = ~s_axis_tready | committed;
    assign inv_committed = regs__ready == committed;
    assign inv_program_held = rule_program_kept;
    assign inv_memory_held = rule_memory_kept;
    // Whatever changes a program that fits clears the commit.
    assign inv_program_fits = ~committed | fields_all;
    assign inv_program_rows = ~committed | rows_all;

    // The check goes through the layers, and through the groups of each: group is how
    // many of layer k's were counted. Of a layer that is computed it is how many were
    // drained: the two are never at the same time.
    wire checks = program_store__counting | (program_store__k != 8'd0);
    reg [15:0] k_in, k_out; // of the layer that is checked
    always @* begin
        k_in = 16'd0;
        k_out = 16'd0;
        for (n = 0; n < LAYERS; n = n + 1)
            if (program_store__k == n) begin
                k_in = program_store__ins[n*16 +: 16];
                k_out = program_store__outs[n*16 +: 16];
            end
    end
    wire next_fits = program_store__row_end + k_in <= ROWS; // the group that is counted now, into the rows
    wire w_waits = (aw_open != 2'd0) & (w_open != 2'd0) & ~s_axi_bvalid;
    wire counts_on = resetn & program_store__counting & (program_store__left > LANES) & next_fits;
    wire group_more = counts_on | (~starts & step & group_ends);
    assign group_next = group_more ? group + 16'd1 : starts ? 16'd0 : group;
    always @(posedge clk) group <= group_next;
    // Nothing else goes on meanwhile: the commit waits, no image begins.
    assign inv_check_alone = ~checks | (w_waits & ~bus__read_now & w_commit & (w_strb == 4'b1111) & (sequencer__state == IDLE));
    // It does not run past the program, whose length was looked at first, and
    // remembers the layer before.
    reg previous_right;
    always @* begin
        previous_right = 1'b1;
        for (n = 0; n < LAYERS; n = n + 1)
            if ((program_store__counting & (program_store__k == n)) | (~program_store__counting & (program_store__k == n + 1)))
                previous_right = program_store__previous == program_store__outs[n*16 +: 16];
    end
    assign inv_check_layers = ~checks | ((program_store__k < regs__layers) & (regs__layers <= LAYERS) & previous_right);
    // Layers below k fit; of layer k, while its groups are counted, the fields do.
    wire [LAYERS-1:0] below_k;
    generate
        for (i = 0; i < LAYERS; i = i + 1) begin : q
            assign below_k[i] = program_store__k > i;
        end
    endgenerate
    assign inv_check_fields = (&(~below_k | fields_fit)) & (~program_store__counting | (&(~k_at | fields_fit)));
    assign inv_check_below = &(~below_k | rows_fit);
    // left is what group groups leave of the outputs.
    assign inv_check_rows = ~program_store__counting |
        ((group < GROUPS) & (program_store__left + group * LANES == k_out) & (program_store__left >= 1));
    // row_end is the row after these groups, which fit.
    wire [LAYERS-1:0] count_right, groups_right, product_next, product_need, group_needed;
    generate
        for (i = 0; i < LAYERS; i = i + 1) begin : c
            wire [31:0] in = {16'd0, program_store__ins[i*16 +: 16]};
            wire [31:0] row = {12'd0, program_store__rows[i*20 +: 20]};
            wire [31:0] of_need = {{32-NEED_W{1'b0}}, need[i*NEED_W +: NEED_W]};
            wire [31:0] of_group = {{32-NEED_W{1'b0}}, counted[i*NEED_W +: NEED_W]};
            wire [31:0] of_next = {{32-NEED_W{1'b0}}, counted_next[i*NEED_W +: NEED_W]};
            wire [15:0] all = {{16-GROUP_W{1'b0}}, groups[i*GROUP_W +: GROUP_W]};
            assign count_right[i] = ~k_at[i] | (program_store__row_end == row + of_group);
            assign groups_right[i] = ~layer_at[i] | (row_drained == row + of_group);
            // All that is multiplied, in lemmas of their own: a group more is the layer's
            // features more, and as long as groups are missing, its rows are among those
            // that are needed.
            assign product_next[i] = ((group != 16'd0) | (of_group == 32'd0)) &
                                     (group_more ? (in > FEATURES) | (group >= GROUPS) | (of_next == of_group + in)
                                                 : of_next == (starts ? 32'd0 : of_group));
            assign product_need[i] = (in > FEATURES) | (group >= all) |
                                     ((group + 16'd1 == all) ? of_group + in == of_need : of_group + in <= of_need);
            assign group_needed[i] = (~(program_store__counting & k_at[i]) |
                                      ((group < all) & ((program_store__left <= LANES) == (group + 16'd1 == all)))) &
                                     (~((s_run | s_drain) & layer_at[i]) | (group < all));
        end
    endgenerate
    assign inv_check_count = ~program_store__counting | ((&count_right) & ((group == 16'd0) | (program_store__row_end <= ROWS)));
    assign inv_product_next = &product_next;
    assign inv_product_need = &product_need;
    // The group that is counted or computed is one of those that the layer needs, and the
    // last that is counted exactly if it leaves no outputs.
    assign inv_group_needed = &group_needed;
    // So the group at which the check ends decides.
    wire check_ends = program_store__counting & (~next_fits | ((program_store__left <= LANES) & (program_store__k + 8'd1 == regs__layers)));
    assign inv_check_verdict = ~check_ends | (next_fits == fits);

    // ---- An image ----

    // Beats taken of the frame that is coming in, up to what an image has; then
    // logits owed for it, and logits taken.
    reg open, owes;
    reg [15:0] beats, taken;
    assign in_frame = open;
    assign owed = owes;
    wire [15:0] frame_in = program_store__ins[15:0];
    wire beat = s_axis_tvalid & s_axis_tready;
    wire logit = m_axis_tvalid & m_axis_tready;
    wire full = beats == frame_in; // all that follows is dropped
    wire [15:0] beats_now = full ? beats : beats + 16'd1;
    wire whole = ~full & (beats_now == frame_in);
    wire owes_next = resetn & (beat & s_axis_tlast & whole | owes & ~(logit & m_axis_tlast));
    reg [15:0] logits_due; // of the last layer
    always @* begin
        logits_due = 16'd0;
        for (n = 0; n < LAYERS; n = n + 1)
            if (regs__layers == n + 1) logits_due = program_store__outs[n*16 +: 16];
    end
    always @(posedge clk) begin
        open <= resetn & (beat ? ~s_axis_tlast : open);
        beats <= (resetn & ~(beat & s_axis_tlast)) ? (beat ? beats_now : beats) : 16'd0;
        // An image of the wrong length: too short at its end, too long where it should have ended.
        bad_frame <= resetn & beat & ~full & (s_axis_tlast != whole);
        owes <= owes_next;
        taken <= owes_next ? taken + {15'd0, logit} : 16'd0;
    end
    // Between images the head is open where it can be, in a frame always, and
    // with logits owed never.
    assign rule_in_open = ~(open | (committed & ~owes & ~w_waits)) | s_axis_tready;
    assign rule_in_closed = ~owes | ~s_axis_tready;
    assign rule_out_asked = ~m_axis_tvalid | owes;
    assign rule_out_last = ~m_axis_tvalid | (m_axis_tlast == (taken + 16'd1 == logits_due));
    wire s_idle = sequencer__state == IDLE;
    wire s_load = sequencer__state == LOAD;
    wire s_skip = sequencer__state == SKIP;
    wire s_start = sequencer__state == START;
    wire s_run = sequencer__state == RUN;
    wire s_drain = sequencer__state == DRAIN;
    wire s_flush = sequencer__state == FLUSH;
    wire s_finish = sequencer__state == FINISH;
    wire computes = s_start | s_run | s_drain | s_flush;
    wire step = ~m_axis_tvalid | m_axis_tready;
    wire on_last = sequencer__layer + 8'd1 == regs__layers;

    // A feature is stored for each beat of an image, and for each output of a layer
    // that is not the last. On an edge of a reset it does not matter: none is read
    // before it is stored again.
    reg store_due;
    always @(posedge clk) store_due <= (beat & ~full) | (computes & step & sequencer__put & ~on_last);
    assign rule_features_kept = was_reset | (features__wrote == store_due);

    // The states say what is in flight, and only a committed program has images.
    assign inv_in_flight = (open == (s_load | s_skip)) & (owes == (computes | s_finish)) & (s_idle | committed) & rule_features_kept;

    reg [15:0] layer_in, layer_out, layer_bias; // of the layer that is computed
    reg [19:0] layer_row;
    always @* begin
        layer_in = 16'd0;
        layer_out = 16'd0;
        layer_bias = 16'd0;
        layer_row = 20'd0;
        for (n = 0; n < LAYERS; n = n + 1)
            if (sequencer__layer == n) begin
                layer_in = program_store__ins[n*16 +: 16];
                layer_out = program_store__outs[n*16 +: 16];
                layer_bias = program_store__biases[n*16 +: 16];
                layer_row = program_store__rows[n*20 +: 20];
            end
    end
    // Only what is computed has a layer other than the first, and a bank other
    // than the one that features are loaded into.
    assign inv_layer = rule_layers & (computes ? sequencer__layer < regs__layers : (sequencer__layer == 8'd0) & ~sequencer__bank) &
                       (owes | (at_layer == 8'd0));
    // index counts features, in and out, and is 0 between.
    assign inv_index = s_skip | ((s_load | s_run) ? sequencer__index < layer_in : sequencer__index == 16'd0);
    // The frame has had as many beats as the sequencer counted.
    assign inv_frame = s_skip ? full : s_load ? (beats == sequencer__index) & (beats != 16'd0) : (beats == 16'd0);

    // Of the layer that is computed: groups that were drained (group), rows that were
    // read, outputs that have left the pipe behind the lanes.
    reg [15:0] left_pipe;
    reg [31:0] rows_read, row_next, row_drained; // the next row, and the one after the groups that were drained
    wire group_ends = s_drain & (sequencer__lane == LANES - 1) & (sequencer__result + 16'd1 != layer_out);
    wire starts = ~resetn | ~computes | s_start;
    always @(posedge clk) begin
        if (starts) begin
            rows_read <= 32'd0;
            row_next <= {12'd0, layer_row};
            row_drained <= {12'd0, layer_row};
        end else if (step) begin
            row_next <= row_next + {31'd0, s_run};
            if (group_ends) row_drained <= row_drained + {16'd0, layer_in};
            rows_read <= rows_read + {31'd0, s_run};
        end
        if (~resetn | ~computes) left_pipe <= 16'd0;
        else if (step) left_pipe <= (s_start | (s_flush & sequencer__flushed)) ? 16'd0 : left_pipe + {15'd0, sequencer__put};
    end
    // Outputs are drained lane by lane, group by group.
    assign inv_result = (~s_run | ((sequencer__lane == 16'd0) & (sequencer__result < layer_out))) &
                        (~s_drain | ((sequencer__lane < LANES) & (sequencer__result < layer_out))) &
                        (~(s_run | s_drain) | ((group < GROUPS) & (sequencer__result == group * LANES + sequencer__lane))) &
                        (~s_flush | (sequencer__result == layer_out));
    // Each group reads a row for each feature; so a layer reads the rows that were
    // counted at the commit.
    assign inv_groups = ~(s_run | s_drain) | (&groups_right);
    assign inv_rows = (~s_run | (row_next == row_drained + sequencer__index)) & (~s_drain | (row_next == row_drained + layer_in)) &
                      (~s_flush | (row_next <= ROWS));
    assign inv_rows_read = ~(s_run | s_drain | s_flush) | ((row_next == layer_row + rows_read) & (rows_read < 32'h80000000));
    // take and put hold the outputs that were drained last; what was drained is in
    // the pipe or has left it.
    assign inv_pipe = computes & ~s_start
        ? (sequencer__result == left_pipe + {15'd0, sequencer__take} + {15'd0, sequencer__put}) &
          (~sequencer__take | ((sequencer__take_index + 16'd1 == sequencer__result) & (sequencer__take_last == (sequencer__result == layer_out)))) &
          (~sequencer__put | ((sequencer__put_index == left_pipe) & (sequencer__put_last == (left_pipe + 16'd1 == layer_out)))) &
          (~s_flush | (sequencer__take == ~sequencer__flushed)) & (~(s_flush & sequencer__flushed) | sequencer__put) &
          (s_flush | ~sequencer__flushed)
        : ~sequencer__take & ~sequencer__put & (left_pipe == 16'd0) & ~sequencer__mac;
    // What the lanes and the adder behind them work on: the last step's feature and
    // row, and the last step's output. The lanes move with the steps and not between.
    reg ran, drew;
    reg [15:0] ran_index, drew_index;
    reg [ROW_W-1:0] ran_row;
    wire [19:0] row_now = layer_row + rows_read;
    always @(posedge clk) begin
        if (~resetn | ~computes) begin
            ran <= 1'b0;
            drew <= 1'b0;
        end else if (step) begin
            ran <= s_run;
            ran_index <= sequencer__index;
            ran_row <= row_now[ROW_W-1:0];
            drew <= s_drain;
            drew_index <= sequencer__result;
        end
    end
    wire [15:0] bias_word = layer_bias + drew_index;
    wire [LANES-1:0] weight_right;
    generate
        for (i = 0; i < LANES; i = i + 1) begin : wr
            assign weight_right[i] = g_lane__weight_bank__read_at[i*ROW_W +: ROW_W] == ran_row;
        end
    endgenerate
    assign rule_product = ~computes |
        ((sequencer__mac == ran) & (g_lane__lane__enable == {LANES{ran & step}}) &
         (~ran | ((sequencer__mac_first == (ran_index == 16'd0)) & (&weight_right) &
                  (features__read_at == {sequencer__bank, ran_index[FEATURE_W-1:0]}))));
    assign rule_sum = ~computes |
        ((sequencer__take == drew) & (g_lane__lane__shift == {LANES{drew & step}}) &
         (~drew | (biases__read_at == bias_word[BIAS_W-1:0])));
    // Features go where they are read from: those of an image into the first bank,
    // outputs of a layer into the bank that it does not read.
    reg [FEATURE_W:0] store_at;
    always @(posedge clk) store_at <= owes ? {~sequencer__bank, sequencer__put_index[FEATURE_W-1:0]} : {1'b0, beats[FEATURE_W-1:0]};
    assign rule_store = ~features__wrote | was_reset | (features__wrote_at == store_at);
    assign inv_words = rule_store & (computes | (~ran & ~drew)) & (~(ran & drew)) &
                       (~(s_run | s_drain) | (sequencer__row == row_now[ROW_W-1:0])) &
                       (~computes | ((sequencer__mac == ran) & (sequencer__take == drew))) &
                       (~ran | ((sequencer__mac_first == (ran_index == 16'd0)) & (&weight_right) &
                                (features__read_at == {sequencer__bank, ran_index[FEATURE_W-1:0]}))) &
                       (~drew | ((sequencer__take_index == drew_index) & (biases__read_at == bias_word[BIAS_W-1:0])));
    // at_layer counts the layers of which the last output has left the pipe; all
    // have before the image ends. Each reads the bank that the one before wrote.
    reg [7:0] at_layer;
    always @(posedge clk)
        at_layer <= owes_next ? at_layer + {7'd0, computes & step & sequencer__put & (left_pipe + 16'd1 == layer_out)} : 8'd0;
    assign rule_layers = computes ? (sequencer__layer == at_layer) & (sequencer__bank == at_layer[0]) : ~s_finish | (at_layer == regs__layers);
    // In the last layer what has left the pipe was shown as a logit; before it nothing was.
    assign inv_logits = rule_out_asked & rule_out_last &
                        (~m_axis_tvalid | (computes & on_last) | s_finish) &
                        (~computes | (on_last ? left_pipe == taken + {15'd0, m_axis_tvalid} : taken == 16'd0)) &
                        (~s_finish | (m_axis_tvalid & (taken + 16'd1 == logits_due))) &
                        (owes | (taken == 16'd0));

    // ---- Ages: cycles in which an answer was due and nothing outside kept it back ----

    wire r_waiting = (ar_open != 2'd0) & ~s_axi_rvalid;
    reg [31:0] w_age, r_age, image_age;
    always @(posedge clk) begin
        w_age <= (resetn & w_waits) ? w_age + 32'd1 : 32'd0;
        r_age <= (resetn & r_waiting) ? r_age + 32'd1 : 32'd0;
        image_age <= owes_next ? image_age + {31'd0, owes & step} : 32'd0;
    end
    assign rule_write_ends = ~w_waits | (w_age < WRITE);
    assign rule_read_ends = ~r_waiting | (r_age < READ);
    assign rule_image_ends = ~owes | (image_age < IMAGE);
    // A write waits for one read at most, then for the check if it is a commit.
    assign inv_write_age = ~w_waits | (bus__read_now ? w_age == 32'd0 :
        w_age <= 1 + program_store__k * (1 + GROUPS) + (program_store__counting ? 1 + group : 0));
    // A read waits for one write at most: the response to it lets the read pass.
    assign inv_read_age = ~r_waiting | (bus__read_now ? r_age <= WRITE + 1 : w_waits ? r_age <= w_age : r_age <= WRITE);
    // The terms of npu.Cycles, as far as the layer has come.
    assign inv_image_age = (owes | (image_age == 32'd0)) &
        (~s_finish | (image_age <= LAYERS * LAYER)) &
        (~computes | (image_age <= sequencer__layer * LAYER + (s_start ? 0 : 1 + rows_read + sequencer__result + (s_flush & sequencer__flushed))));

    // ---- Goals ----

    reg reset_in_image, long_frame, early_frame;
    always @(posedge clk) begin
        reset_in_image <= ~resetn & owes & (taken != 16'd0);
        long_frame <= resetn & beat & ~full & whole & ~s_axis_tlast;
        early_frame <= resetn & beat & ~full & ~whole & s_axis_tlast;
    end
    assign goal_commit = w_done & w_was_commit;
    assign goal_refused_commit = b_new & ~w_done & w_was_commit & ~busy;
    assign goal_refused_write = b_new & ~w_done & w_was_place_0 & busy;
    assign goal_refused_read = r_new & (s_axi_rresp == SLVERR);
    assign goal_image = resetn & owes & logit & m_axis_tlast;
    assign goal_two_layers = goal_image & (regs__layers > 1);
    assign goal_two_groups = goal_image & (logits_due > LANES);
    assign goal_stalled = m_waits & (taken != 16'd0);
    assign goal_early_frame = early_frame;
    assign goal_long_frame = long_frame;
    assign goal_reset_in_image = reset_in_image;
    assign when_settled = ~was_reset;
    assign when_checking = checks;
    assign when_counts = s_run | s_drain;
    assign when_started = s_run | s_drain | s_flush;
    assign when_image = ~s_idle;
    assign when_shown = m_axis_tvalid | (computes & on_last & (left_pipe != 16'd0));
    assign when_stored = features__wrote & ~was_reset;
    assign when_weight = |g_lane__weight_bank__wrote;
    assign when_reading = bus__read_now & s_idle;

    assign see_pins = {m_axis_tvalid, s_axi_rvalid, s_axi_bvalid, s_axis_tready, s_axi_arready, s_axi_wready, s_axi_awready};
    assign goal_memory_written = biases__wrote | (|g_lane__weight_bank__wrote);
endmodule
