// Sends beats to {{.Top}} and compares what comes out with what is expected, bit by
// bit. It reads its files from the folder that it runs in, a word a line:
//
//   beats.hex     what is sent: tlast, tuser and the pixel, from the top bit down
{{- if .Head}}
//   program.hex   the writes that load each head: address and data
//   features.hex  what the heads must get
{{- end}}
//   results.hex   what must come out
//
// It writes 1 and the number of cycles from the first beat to the last result to the
// file result if all is as expected, and 0 if not.
//
//   +seed=N  of stalls on both sides; without it there are none
module bench (
    input wire clk
);
    localparam integer PIXEL = {{.Pixel}};
    localparam integer BEATS = {{.Beats}};
    localparam integer RESULT = {{.Result}};
    localparam integer RESULTS = {{.Results}};
    localparam integer PATIENCE = {{.Patience}}; // nothing healthy is silent for so many cycles

    reg [PIXEL+1:0] beats [0:BEATS-1];
    reg [RESULT-1:0] results [0:RESULTS-1];

    localparam integer OUTS = {{len .Outs}};
    localparam integer FRAME_RESULTS = {{if .Head}}{{.FrameResults}}{{else}}1{{end}};

    integer sent, all, cycle, silent, begun, ended, file, k, at;
    integer received [0:OUTS-1];
    reg stalls, failed;
    reg [31:0] random;
    reg [7:0] in_rate, out_rate; // in 256 cycles

    reg resetn, in_valid;
    reg [PIXEL+1:0] beat;
    wire in_ready;
    wire [OUTS-1:0] out_valid;
    reg [OUTS-1:0] out_ready;
    wire [RESULT*OUTS-1:0] out_data;
{{- if .Head}}
    localparam integer WRITES = {{.Writes}};
    localparam integer FEATURES = {{.Features}};
    localparam integer FRAME_FEATURES = {{.FrameFeatures}};
    reg [55:0] writes [0:WRITES-1];
    reg [7:0] features [0:FEATURES-1];
    integer written, taken;
    integer fed [0:OUTS-1];
    reg [55:0] word;
    reg [OUTS-1:0] awvalid, wvalid, busy; // of each head's bus
    wire [OUTS-1:0] awready, wready, bvalid, out_last, feature_moves, feature_last;
    wire [2*OUTS-1:0] bresp;
    wire [8*OUTS-1:0] feature_data;
    wire [OUTS-1:0] unused_arready, unused_rvalid;
    wire [32*OUTS-1:0] unused_rdata;
    wire [2*OUTS-1:0] unused_rresp;
{{- end}}

    {{.Top}} dut (
        .clk(clk), .resetn(resetn),
        .s_axis_tvalid(in_valid), .s_axis_tready(in_ready), .s_axis_tdata(beat[PIXEL-1:0]),
        .s_axis_tuser(beat[PIXEL]), .s_axis_tlast(beat[PIXEL+1]),
{{- range .Outs}}{{if .Bus}}
        .{{.Bus}}_awvalid(awvalid[{{.Index}}]), .{{.Bus}}_awready(awready[{{.Index}}]), .{{.Bus}}_awaddr(word[55:32]),
        .{{.Bus}}_wvalid(wvalid[{{.Index}}]), .{{.Bus}}_wready(wready[{{.Index}}]), .{{.Bus}}_wdata(word[31:0]), .{{.Bus}}_wstrb(4'hf),
        .{{.Bus}}_bvalid(bvalid[{{.Index}}]), .{{.Bus}}_bready(1'b1), .{{.Bus}}_bresp(bresp[2*{{.Index}} +: 2]),
        .{{.Bus}}_arvalid(1'b0), .{{.Bus}}_arready(unused_arready[{{.Index}}]), .{{.Bus}}_araddr(24'd0),
        .{{.Bus}}_rvalid(unused_rvalid[{{.Index}}]), .{{.Bus}}_rready(1'b1),
        .{{.Bus}}_rdata(unused_rdata[32*{{.Index}} +: 32]), .{{.Bus}}_rresp(unused_rresp[2*{{.Index}} +: 2]),
        .{{.Results}}_tlast(out_last[{{.Index}}]),{{end}}
        .{{.Results}}_tvalid(out_valid[{{.Index}}]), .{{.Results}}_tready(out_ready[{{.Index}}]),
        .{{.Results}}_tdata(out_data[RESULT*{{.Index}} +: RESULT]){{if ne (inc .Index) (len $.Outs)}},{{end}}
{{- end}}
    );
{{- range .Outs}}{{if .Bus}}
    assign feature_moves[{{.Index}}] = dut.{{.Instance}}.s_axis_tvalid & dut.{{.Instance}}.s_axis_tready;
    assign feature_last[{{.Index}}] = dut.{{.Instance}}.s_axis_tlast;
    assign feature_data[8*{{.Index}} +: 8] = dut.{{.Instance}}.s_axis_tdata;
{{- end}}{{end}}

    initial begin
        $readmemh("beats.hex", beats);
        $readmemh("results.hex", results);
{{- if .Head}}
        $readmemh("program.hex", writes);
        $readmemh("features.hex", features);
        written = 0;
        taken = 0;
        for (k = 0; k < OUTS; k = k + 1) fed[k] = 0;
        awvalid = {OUTS{1'b0}};
        wvalid = {OUTS{1'b0}};
        busy = {OUTS{1'b0}};
        word = 56'd0;
{{- end}}
        random = 32'd0;
        stalls = $value$plusargs("seed=%d", random) != 0;
        random = random ^ 32'h9e3779b9;
        sent = 0;
        for (k = 0; k < OUTS; k = k + 1) received[k] = 0;
        all = 0;
        cycle = 0;
        silent = 0;
        begun = 0;
        ended = 0;
        failed = 1'b0;
        in_rate = 8'hff;
        out_rate = 8'hff;
        resetn = 1'b0;
        in_valid = 1'b0;
        beat = {(PIXEL+2){1'b0}};
        out_ready = {OUTS{1'b0}};
        file = $fopen("result", "w");
        $fdisplay(file, "0");
        $fclose(file);
    end

    always @(posedge clk) begin
        cycle = cycle + 1;
        silent = silent + 1;
        resetn <= cycle > 4;
        random = random ^ (random << 13);
        random = random ^ (random >> 17);
        random = random ^ (random << 5);
        if (stalls && random[31:26] == 6'd0) begin
            in_rate = random[8] ? 8'hff : random[7:0];
            out_rate = random[17] ? 8'hff : random[16:9];
        end
        for (k = 0; k < OUTS; k = k + 1)
            out_ready[k] <= (({random, random} >> (8 + 3 * k)) & 64'hff) <= {56'd0, out_rate};
{{- if .Head}}

        // The program, one write after the other, to all heads at once.
        awvalid <= awvalid & ~awready;
        wvalid <= wvalid & ~wready;
        for (k = 0; k < OUTS; k = k + 1)
            if (resetn && bvalid[k]) begin
                silent = 0;
                if (bresp[2*k +: 2] != 2'b00 || !busy[k]) begin
                    $display("FAIL: write %0d to head %0d is refused", written, k);
                    failed = 1'b1;
                end
                busy[k] = 1'b0;
            end
        if (resetn && busy == {OUTS{1'b0}} && taken > written) written = taken;
        if (resetn && busy == {OUTS{1'b0}} && taken < WRITES) begin
            busy = {OUTS{1'b1}};
            word <= writes[taken];
            taken = taken + 1;
            awvalid <= {OUTS{1'b1}};
            wvalid <= {OUTS{1'b1}};
        end
        // Head k gets the frames k, k + OUTS, ….
        for (k = 0; k < OUTS; k = k + 1)
            if (resetn && feature_moves[k]) begin
                silent = 0;
                at = (fed[k] / FRAME_FEATURES * OUTS + k) * FRAME_FEATURES + fed[k] % FRAME_FEATURES;
                if (at >= FEATURES) begin
                    $display("FAIL: more features than are expected");
                    failed = 1'b1;
                end else if (feature_data[8*k +: 8] !== features[at] || feature_last[k] !== (at % FRAME_FEATURES == FRAME_FEATURES - 1)) begin
                    $display("FAIL: frame %0d, feature %0d: %h, want %h; last is %b", at / FRAME_FEATURES, at % FRAME_FEATURES,
                             feature_data[8*k +: 8], features[at], feature_last[k]);
                    failed = 1'b1;
                end
                fed[k] = fed[k] + 1;
            end
{{- end}}

        if (resetn && in_valid && in_ready) begin
            silent = 0;
            if (begun == 0) begun = cycle;
            sent = sent + 1;
        end
        if (!in_valid || in_ready) begin
            in_valid <= 1'b0;
            if (resetn && {{if .Head}}written == WRITES && {{end}}sent < BEATS && random[7:0] <= in_rate) begin
                in_valid <= 1'b1;
                beat <= beats[sent];
            end
        end

        for (k = 0; k < OUTS; k = k + 1)
            if (resetn && out_valid[k] && out_ready[k]) begin
                silent = 0;
                at = (received[k] / FRAME_RESULTS * OUTS + k) * FRAME_RESULTS + received[k] % FRAME_RESULTS;
                if (at >= RESULTS) begin
                    $display("FAIL: more results than are expected");
                    failed = 1'b1;
                end else begin
                    if (out_data[RESULT*k +: RESULT] !== results[at]{{if .Head}} || out_last[k] !== (at % FRAME_RESULTS == FRAME_RESULTS - 1){{end}}) begin
                        $display("FAIL: result %0d: %h, want %h", at, out_data[RESULT*k +: RESULT], results[at]);
                        failed = 1'b1;
                    end
                    received[k] = received[k] + 1;
                    all = all + 1;
                    ended = cycle;
                end
            end

        if (silent > PATIENCE) begin
            if (all < RESULTS) begin
                $display("FAIL: nothing moves: %0d of %0d beats are in, %0d of %0d results out", sent, BEATS, all, RESULTS);
                failed = 1'b1;
            end else begin
                $display("PASS: %0d beats, %0d results, %0d cycles from the first to the last", sent, all, ended - begun);
                file = $fopen("result", "w");
                $fdisplay(file, "1 %0d", ended - begun);
                $fclose(file);
            end
            $finish;
        end else if (failed) begin
            $finish;
        end
    end
endmodule
