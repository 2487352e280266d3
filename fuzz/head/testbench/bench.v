// A self-checking test bench for the programmable head: a bus master and two
// stream partners play steps out of a file, cycle by cycle, and compare what comes
// back with what the file says should. Any Verilog simulator runs it.
//
// Plusargs: +steps=FILE, +strict (each step takes as many cycles as the file
// says), +vcd (write repro.vcd), +result=FILE (say how it ended, 1 pass, 0 fail).
//
// A record of the file is hexadecimal numbers: how many follow, then the step
// (quiet, linger, reset_at, reset_for, outs, out_mask, b_mask, r_mask, out_limit,
// out_hold_at, in_hold_at, bus_after_in, bus_after_out, writes, reads, beats,
// images, and the accesses and beats themselves), then what should come of it (beats and
// logits at most, whether more than is listed may come, cycles, how many responses
// to writes, to reads, and logits, and these themselves).
`timescale 1ns / 1ps
module bench;
    parameter integer WORDS = 65536; // of the longest record
    parameter integer WAVES = -2;    // the step that waves begin with
    localparam [31:0] NONE = 32'hffffffff;

    reg clk, resetn;
    reg s_axi_awvalid, s_axi_wvalid, s_axi_bready, s_axi_arvalid, s_axi_rready, s_axis_tvalid, s_axis_tlast, m_axis_tready;
    reg [23:0] s_axi_awaddr, s_axi_araddr;
    reg [31:0] s_axi_wdata;
    reg [3:0] s_axi_wstrb;
    reg [7:0] s_axis_tdata;
    wire s_axi_awready, s_axi_wready, s_axi_bvalid, s_axi_arready, s_axi_rvalid, s_axis_tready, m_axis_tvalid, m_axis_tlast;
    wire [1:0] s_axi_bresp, s_axi_rresp;
    wire [31:0] s_axi_rdata, m_axis_tdata;

    npu_head dut (
        .clk(clk), .resetn(resetn),
        .s_axi_awvalid(s_axi_awvalid), .s_axi_awready(s_axi_awready), .s_axi_awaddr(s_axi_awaddr),
        .s_axi_wvalid(s_axi_wvalid), .s_axi_wready(s_axi_wready), .s_axi_wdata(s_axi_wdata), .s_axi_wstrb(s_axi_wstrb),
        .s_axi_bvalid(s_axi_bvalid), .s_axi_bready(s_axi_bready), .s_axi_bresp(s_axi_bresp),
        .s_axi_arvalid(s_axi_arvalid), .s_axi_arready(s_axi_arready), .s_axi_araddr(s_axi_araddr),
        .s_axi_rvalid(s_axi_rvalid), .s_axi_rready(s_axi_rready), .s_axi_rdata(s_axi_rdata), .s_axi_rresp(s_axi_rresp),
        .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready), .s_axis_tdata(s_axis_tdata), .s_axis_tlast(s_axis_tlast),
        .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready), .m_axis_tdata(m_axis_tdata), .m_axis_tlast(m_axis_tlast)
    );

    // The record, and where its parts begin.
    reg [31:0] data [0:WORDS-1];
    integer file, code, count, i, reads_at, beats_at, expect_at, responses_at, answers_at, logits_at;
    reg strict;
    reg [8*256-1:0] name;

    // What should come next, for whoever looks at the waves.
    integer step_number; // below 0 while the head is prepared
    reg [31:0] cycle;
    reg [1:0] want_bresp, want_rresp;
    reg [31:0] want_rdata, want_tdata;
    reg want_tlast;
    reg differs;

    // Pins before the clock's edge. After it, they are the nets themselves.
    reg now_awready, now_wready, now_arready, now_tready, now_bvalid, now_rvalid, now_mvalid, now_mlast;
    reg [1:0] now_bresp, now_rresp;
    reg [31:0] now_rdata, now_mdata;
    reg [6:0] control, settled;

    // Where the step is.
    integer aw, w, ar, beat, b_seen, r_seen, outs, responses, answers;
    integer aw_wait, w_wait, ar_wait, gap, silent, idle, aw_open, w_open, ar_open;
    reg aw_on, w_on, ar_on, in_on, bus_done, bus_on, ended;
    reg aw_go, w_go, ar_go, in_go, b_go, r_go, out_go;
    reg out_held;

    wire [63:0] out_mask = {data[6], data[5]};
    wire [63:0] b_mask = {data[8], data[7]};
    wire [63:0] r_mask = {data[10], data[9]};
    wire free = data[expect_at + 2][0];

    // How it ended, for a program: 1 pass, 0 fail.
    task say_result;
        input pass;
        begin
            if ($value$plusargs("result=%s", name)) begin
                file = $fopen(name, "w");
                $fdisplay(file, "%b", pass);
                $fclose(file);
            end
        end
    endtask

    task failed;
        begin
            differs = 1'b1;
            say_result(1'b0);
            #1;
`ifdef __ICARUS__
            $finish_and_return(1);
`else
            $stop;
`endif
            #1; // the end comes at the next point in time
        end
    endtask

    task tick;
        begin
            clk = 1'b1;
            #1;
            clk = 1'b0;
            #1;
        end
    endtask

    task quiet_inputs;
        begin
            s_axi_awvalid = 1'b0;
            s_axi_wvalid = 1'b0;
            s_axi_bready = 1'b0;
            s_axi_arvalid = 1'b0;
            s_axi_rready = 1'b0;
            s_axis_tvalid = 1'b0;
            m_axis_tready = 1'b0;
        end
    endtask

    task look;
        control = {s_axi_awready, s_axi_wready, s_axi_arready, s_axis_tready, s_axi_bvalid, s_axi_rvalid, m_axis_tvalid};
    endtask

    task where;
        $write("FAIL: step %0d, cycle %0d: ", step_number, cycle);
    endtask

    // The numbers of the next record, or an end.
    task read_record;
        begin
            code = $fscanf(file, "%h", count);
            if (code != 1) begin
                $display("PASS: all steps agree with the reference");
                say_result(1'b1);
                $finish;
                ended = 1'b1;
            end else begin
                if (count > WORDS) begin
                    $display("FAIL: a record of %0d numbers", count);
                    failed;
                end
                for (i = 0; i < count; i = i + 1) code = $fscanf(file, "%h", data[i]);
                if (code != 1) begin
                    $display("FAIL: the file of steps ends early");
                    failed;
                end
                reads_at = 20 + 3*data[16];
                beats_at = reads_at + 2*data[17];
                expect_at = beats_at + data[18];
                responses_at = expect_at + 7;
                answers_at = responses_at + data[expect_at + 4];
                logits_at = answers_at + 2*data[expect_at + 5];
            end
        end
    endtask

    task begin_step;
        begin
            aw = 0;
            w = 0;
            ar = 0;
            beat = 0;
            b_seen = 0;
            r_seen = 0;
            outs = 0;
            responses = 0;
            answers = 0;
            silent = 0;
            idle = 0;
            cycle = 0;
            aw_on = 1'b0;
            w_on = 1'b0;
            ar_on = 1'b0;
            in_on = 1'b0;
            aw_wait = 0;
            w_wait = 0;
            ar_wait = 0;
            gap = 0;
            if (data[16] != 0) begin
                aw_wait = data[22][15:8];
                w_wait = data[22][23:16];
            end
            if (data[17] != 0) ar_wait = data[reads_at + 1];
            if (data[18] != 0) gap = data[beats_at][31:16];
        end
    endtask

    task drive;
        begin
            bus_on = (beat >= data[14]) && (outs >= data[15]);
            if (!aw_on && bus_on && aw < data[16]) begin
                if (aw_wait == 0) aw_on = 1'b1;
                else aw_wait = aw_wait - 1;
            end
            if (!w_on && bus_on && w < data[16]) begin
                if (w_wait == 0) w_on = 1'b1;
                else w_wait = w_wait - 1;
            end
            if (!ar_on && bus_on && ar < data[17]) begin
                if (ar_wait == 0) ar_on = 1'b1;
                else ar_wait = ar_wait - 1;
            end
            if (!in_on && beat < data[18] && (beat != data[13] || bus_done)) begin
                if (gap == 0) in_on = 1'b1;
                else gap = gap - 1;
            end
            s_axi_awvalid = aw_on;
            if (aw_on) s_axi_awaddr = data[20 + 3*aw][23:0];
            s_axi_wvalid = w_on;
            if (w_on) begin
                s_axi_wdata = data[21 + 3*w];
                s_axi_wstrb = data[22 + 3*w][3:0];
            end
            s_axi_arvalid = ar_on;
            if (ar_on) s_axi_araddr = data[reads_at + 2*ar][23:0];
            s_axis_tvalid = in_on;
            if (in_on) begin
                s_axis_tdata = data[beats_at + beat][7:0];
                s_axis_tlast = data[beats_at + beat][8];
            end
            s_axi_bready = b_mask[cycle[5:0]];
            s_axi_rready = r_mask[cycle[5:0]];
            out_held = (outs >= data[11] && data[11] != NONE) || (outs == data[12] && !bus_done);
            m_axis_tready = out_held ? 1'b0 : out_mask[cycle[5:0]];
            want_bresp = (responses < data[expect_at + 4]) ? data[responses_at + responses][1:0] : 2'bxx;
            want_rresp = (answers < data[expect_at + 5]) ? data[answers_at + 2*answers][1:0] : 2'bxx;
            want_rdata = (answers < data[expect_at + 5]) ? data[answers_at + 2*answers + 1] : 32'hx;
            want_tlast = (outs < data[expect_at + 6]) ? data[logits_at + 2*outs][0] : 1'bx;
            want_tdata = (outs < data[expect_at + 6]) ? data[logits_at + 2*outs + 1] : 32'hx;
        end
    endtask

    // What took effect on the edge.
    task judge;
        begin
            if (s_axi_bvalid && (!now_bvalid || b_go)) begin
                if (aw_open == 0 || w_open == 0) begin
                    where;
                    $display("a response without a request");
                    failed;
                end
                aw_open = aw_open - 1;
                w_open = w_open - 1;
                if (responses < data[expect_at + 4]) begin
                    if (s_axi_bresp !== want_bresp) begin
                        where;
                        $display("response %b to write %0d, %h to %h, want %b", s_axi_bresp, responses,
                                 data[21 + 3*responses], data[20 + 3*responses], want_bresp);
                        failed;
                    end
                end
                responses = responses + 1;
            end
            if (s_axi_rvalid && (!now_rvalid || r_go)) begin
                if (ar_open == 0) begin
                    where;
                    $display("data without a request");
                    failed;
                end
                ar_open = ar_open - 1;
                if (answers < data[expect_at + 5]) begin
                    if (s_axi_rresp !== want_rresp || s_axi_rdata !== want_rdata) begin
                        where;
                        $display("%h with response %b to read %0d of %h, want %h with %b", s_axi_rdata, s_axi_rresp, answers,
                                 data[reads_at + 2*answers], want_rdata, want_rresp);
                        failed;
                    end
                end
                answers = answers + 1;
            end
            if (in_go && beat >= data[expect_at] && data[expect_at] != NONE) begin
                where;
                $display("a feature was taken that should not be");
                failed;
            end
            if (out_go) begin
                if (outs < data[expect_at + 6]) begin
                    if (now_mdata !== want_tdata || now_mlast !== want_tlast) begin
                        where;
                        $display("logit %0d of the step is %0d, last %b; want %0d, last %b", outs, $signed(now_mdata), now_mlast,
                                 $signed(want_tdata), want_tlast);
                        failed;
                    end
                end else if (outs >= data[expect_at + 1] && data[expect_at + 1] != NONE) begin
                    where;
                    $display("a logit that no image explains");
                    failed;
                end
                outs = outs + 1;
            end
            if ((now_bvalid && !b_go && s_axi_bvalid !== 1'b1) || (now_rvalid && !r_go && s_axi_rvalid !== 1'b1) ||
                (now_mvalid && !out_go && m_axis_tvalid !== 1'b1)) begin
                where;
                $display("a valid was withdrawn before its ready");
                failed;
            end
            if ((now_bvalid && !b_go && s_axi_bresp !== now_bresp) ||
                (now_rvalid && !r_go && (s_axi_rdata !== now_rdata || s_axi_rresp !== now_rresp)) ||
                (now_mvalid && !out_go && (m_axis_tdata !== now_mdata || m_axis_tlast !== now_mlast))) begin
                where;
                $display("a payload changed while its valid waited");
                failed;
            end
        end
    endtask

    task advance;
        begin
            if (aw_go) begin
                aw_on = 1'b0;
                aw = aw + 1;
                if (aw < data[16]) aw_wait = data[22 + 3*aw][15:8];
            end
            if (w_go) begin
                w_on = 1'b0;
                w = w + 1;
                if (w < data[16]) w_wait = data[22 + 3*w][23:16];
            end
            if (ar_go) begin
                ar_on = 1'b0;
                ar = ar + 1;
                if (ar < data[17]) ar_wait = data[reads_at + 2*ar + 1];
            end
            if (in_go) begin
                in_on = 1'b0;
                beat = beat + 1;
                if (beat < data[18]) gap = data[beats_at + beat][31:16];
            end
            if (b_go) b_seen = b_seen + 1;
            if (r_go) r_seen = r_seen + 1;
        end
    endtask

    // One cycle, or the end of the step.
    task play_cycle;
        begin
            bus_done = b_seen == data[16] && r_seen == data[17];
            if (data[2] != NONE) begin
                ended = cycle >= data[2];
            end else begin
                if (bus_done && beat == data[18] && outs >= data[4]) begin
                    ended = idle >= data[1];
                    idle = idle + 1;
                end
                if (!ended && silent > data[0]) begin
                    where;
                    $display("no handshake for %0d cycles", silent);
                    failed;
                end
            end
            if (!ended) begin
                drive;
                #1;
                look;
                if (control !== settled) begin
                    where;
                    $display("a ready or valid depends on an input of the same cycle");
                    failed;
                end
                {now_awready, now_wready, now_arready, now_tready, now_bvalid, now_rvalid, now_mvalid} = control;
                now_bresp = s_axi_bresp;
                now_rresp = s_axi_rresp;
                now_rdata = s_axi_rdata;
                now_mdata = m_axis_tdata;
                now_mlast = m_axis_tlast;
                aw_go = aw_on && now_awready;
                w_go = w_on && now_wready;
                ar_go = ar_on && now_arready;
                in_go = in_on && now_tready;
                b_go = now_bvalid && s_axi_bready;
                r_go = now_rvalid && s_axi_rready;
                out_go = now_mvalid && m_axis_tready;
                silent = (aw_go || w_go || ar_go || in_go || b_go || r_go || out_go) ? 0 : silent + 1;
                tick;
                look;
                settled = control;
                if (aw_go) aw_open = aw_open + 1;
                if (w_go) w_open = w_open + 1;
                if (ar_go) ar_open = ar_open + 1;
                judge;
                advance;
                cycle = cycle + 1;
            end
        end
    endtask

    task finish_step;
        begin
            if (data[2] != NONE) begin
                quiet_inputs;
                resetn = 1'b0;
                #1; // what follows from it holds before the edge
                for (i = 0; i < data[3]; i = i + 1) begin
                    tick;
                    if (s_axi_bvalid !== 1'b0 || s_axi_rvalid !== 1'b0 || m_axis_tvalid !== 1'b0) begin
                        where;
                        $display("a valid during reset");
                        failed;
                    end
                end
                resetn = 1'b1;
                // images
                #1;
                look;
                settled = control;
                aw_open = 0;
                w_open = 0;
                ar_open = 0;
            end
            if (!free && (responses != data[expect_at + 4] || answers != data[expect_at + 5] || outs != data[expect_at + 6])) begin
                where;
                $display("%0d responses, %0d answers and %0d logits, want %0d, %0d and %0d", responses, answers, outs,
                         data[expect_at + 4], data[expect_at + 5], data[expect_at + 6]);
                failed;
            end
            if (strict && cycle != data[expect_at + 3]) begin
                where;
                $display("the step took so many cycles, want %0d", data[expect_at + 3]);
                failed;
            end
        end
    endtask

    initial begin
        clk = 1'b0;
        resetn = 1'b0;
        quiet_inputs;
        s_axi_awaddr = 24'd0;
        s_axi_araddr = 24'd0;
        s_axi_wdata = 32'd0;
        s_axi_wstrb = 4'd0;
        s_axis_tdata = 8'd0;
        s_axis_tlast = 1'b0;
        differs = 1'b0;
        aw_open = 0;
        w_open = 0;
        ar_open = 0;
        step_number = -2;
        cycle = 0;
        strict = $test$plusargs("strict");
        if ($test$plusargs("vcd")) begin
            $dumpfile("repro.vcd");
            $dumpvars(0, bench);
            if (WAVES > step_number) $dumpoff;
        end
        if (!$value$plusargs("steps=%s", name)) name = "steps.hex";
        file = $fopen(name, "r");
        if (file == 0) begin
            $display("FAIL: the file of steps cannot be read");
            failed;
        end
        tick;
        tick;
        resetn = 1'b1;
        #1;
        look;
        settled = control;
        ended = 1'b0;
        read_record;
        while (!ended) begin
            begin_step;
            while (!ended) play_cycle;
            finish_step;
            ended = 1'b0;
            step_number = step_number + 1;
            if (WAVES == step_number && $test$plusargs("vcd")) $dumpon;
            read_record;
        end
    end
endmodule
