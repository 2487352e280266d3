// Sends beats to {{.Top}} and compares what comes out with what is expected, bit by
// bit. It reads its files from the folder that it runs in, a word a line:
//
//   beats.hex     what is sent: tlast, tuser and the pixel, from the top bit down
{{- if .Head}}
//   program.hex   the writes that load the head: address and data
//   features.hex  what the head must get
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

    integer sent, received, cycle, silent, begun, ended, file;
    reg stalls, failed;
    reg [31:0] random;
    reg [7:0] in_rate, out_rate; // in 256 cycles

    reg resetn, in_valid;
    reg [PIXEL+1:0] beat;
    wire in_ready;
    wire out_valid;
    reg out_ready;
    wire [RESULT-1:0] out_data;
{{- if .Head}}
    localparam integer WRITES = {{.Writes}};
    localparam integer FEATURES = {{.Features}};
    localparam integer FRAME_RESULTS = {{.FrameResults}};
    localparam integer FRAME_FEATURES = {{.FrameFeatures}};
    reg [55:0] writes [0:WRITES-1];
    reg [7:0] features [0:FEATURES-1];
    integer written, fed;
    reg [55:0] word;
    reg awvalid, wvalid, busy;
    wire awready, wready, bvalid, out_last;
    wire [1:0] bresp;
    wire unused_arready, unused_rvalid;
    wire [31:0] unused_rdata;
    wire [1:0] unused_rresp;
{{- end}}

    {{.Top}} dut (
        .clk(clk), .resetn(resetn),
        .s_axis_tvalid(in_valid), .s_axis_tready(in_ready), .s_axis_tdata(beat[PIXEL-1:0]),
        .s_axis_tuser(beat[PIXEL]), .s_axis_tlast(beat[PIXEL+1]),
{{- if .Head}}
        .s_axi_awvalid(awvalid), .s_axi_awready(awready), .s_axi_awaddr(word[55:32]),
        .s_axi_wvalid(wvalid), .s_axi_wready(wready), .s_axi_wdata(word[31:0]), .s_axi_wstrb(4'hf),
        .s_axi_bvalid(bvalid), .s_axi_bready(1'b1), .s_axi_bresp(bresp),
        .s_axi_arvalid(1'b0), .s_axi_arready(unused_arready), .s_axi_araddr(24'd0),
        .s_axi_rvalid(unused_rvalid), .s_axi_rready(1'b1), .s_axi_rdata(unused_rdata), .s_axi_rresp(unused_rresp),
        .m_axis_tlast(out_last),
{{- end}}
        .m_axis_tvalid(out_valid), .m_axis_tready(out_ready), .m_axis_tdata(out_data)
    );

    initial begin
        $readmemh("beats.hex", beats);
        $readmemh("results.hex", results);
{{- if .Head}}
        $readmemh("program.hex", writes);
        $readmemh("features.hex", features);
        written = 0;
        fed = 0;
        awvalid = 1'b0;
        wvalid = 1'b0;
        busy = 1'b0;
        word = 56'd0;
{{- end}}
        random = 32'd0;
        stalls = $value$plusargs("seed=%d", random) != 0;
        random = random ^ 32'h9e3779b9;
        sent = 0;
        received = 0;
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
        out_ready = 1'b0;
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
        out_ready <= random[15:8] <= out_rate;
{{- if .Head}}

        // The program, one write after the other.
        if (awvalid && awready) awvalid <= 1'b0;
        if (wvalid && wready) wvalid <= 1'b0;
        if (resetn && bvalid) begin
            silent = 0;
            if (bresp != 2'b00) begin
                $display("FAIL: write %0d is refused", written);
                failed = 1'b1;
            end
            written = written + 1;
            busy = 1'b0;
        end
        if (resetn && !busy && written < WRITES) begin
            busy = 1'b1;
            word <= writes[written];
            awvalid <= 1'b1;
            wvalid <= 1'b1;
        end
        if (resetn && dut.{{.HeadPath}}.s_axis_tvalid && dut.{{.HeadPath}}.s_axis_tready) begin
            silent = 0;
            if (fed == FEATURES) begin
                $display("FAIL: more features than are expected");
                failed = 1'b1;
            end else begin
                if (dut.{{.HeadPath}}.s_axis_tdata !== features[fed] || dut.{{.HeadPath}}.s_axis_tlast !== (fed % FRAME_FEATURES == FRAME_FEATURES - 1)) begin
                    $display("FAIL: frame %0d, feature %0d: %h, want %h; last is %b", fed / FRAME_FEATURES, fed % FRAME_FEATURES,
                             dut.{{.HeadPath}}.s_axis_tdata, features[fed], dut.{{.HeadPath}}.s_axis_tlast);
                    failed = 1'b1;
                end
                fed = fed + 1;
            end
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

        if (resetn && out_valid && out_ready) begin
            silent = 0;
            if (received == RESULTS) begin
                $display("FAIL: more results than are expected");
                failed = 1'b1;
            end else begin
                if (out_data !== results[received]{{if .Head}} || out_last !== (received % FRAME_RESULTS == FRAME_RESULTS - 1){{end}}) begin
                    $display("FAIL: result %0d: %h, want %h", received, out_data, results[received]);
                    failed = 1'b1;
                end
                received = received + 1;
                ended = cycle;
            end
        end

        if (silent > PATIENCE) begin
            if (received < RESULTS) begin
                $display("FAIL: nothing moves: %0d of %0d beats are in, %0d of %0d results out", sent, BEATS, received, RESULTS);
                failed = 1'b1;
            end else begin
                $display("PASS: %0d beats, %0d results, %0d cycles from the first to the last", sent, received, ended - begun);
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
