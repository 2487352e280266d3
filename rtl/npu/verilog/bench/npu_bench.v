// A test bench for the programmable head: writes a program over the bus, sends images
// one behind the other with pauses on both streams, and compares every logit. It says
// PASS or FAIL; reads writes.hex, features.hex and logits.hex beside it.
`timescale 1ns / 1ps
module npu_bench #(
    parameter integer WRITES = 1,
    parameter integer IMAGES = 1,
    parameter integer IN = 1,
    parameter integer OUT = 1
);

    reg clk = 1'b0, resetn = 1'b0;
    always #5 clk = ~clk;

    reg awvalid = 1'b0, wvalid = 1'b0, arvalid = 1'b0, tvalid = 1'b0, tready = 1'b0;
    wire awready, wready, bvalid, arready, rvalid, in_ready, out_valid, out_last;
    wire [1:0] bresp, rresp;
    wire [31:0] rdata, out_data;
    reg [23:0] araddr = 24'd0;

    reg [55:0] writes [0:WRITES-1];
    reg [7:0] features [0:IMAGES*IN-1];
    reg [31:0] logits [0:IMAGES*OUT-1];
    integer sent = 0, fed = 0, got = 0, errors = 0, pause = 0;
    wire [55:0] current = writes[sent < WRITES ? sent : WRITES-1];
    wire [7:0] feature = features[fed < IMAGES*IN ? fed : 0];

    npu_head dut (
        .clk(clk), .resetn(resetn),
        .s_axi_awvalid(awvalid), .s_axi_awready(awready), .s_axi_awaddr(current[55:32]),
        .s_axi_wvalid(wvalid), .s_axi_wready(wready), .s_axi_wdata(current[31:0]), .s_axi_wstrb(4'b1111),
        .s_axi_bvalid(bvalid), .s_axi_bready(1'b1), .s_axi_bresp(bresp),
        .s_axi_arvalid(arvalid), .s_axi_arready(arready), .s_axi_araddr(araddr),
        .s_axi_rvalid(rvalid), .s_axi_rready(1'b1), .s_axi_rdata(rdata), .s_axi_rresp(rresp),
        .s_axis_tvalid(tvalid), .s_axis_tready(in_ready), .s_axis_tdata(feature), .s_axis_tlast(fed % IN == IN - 1),
        .m_axis_tvalid(out_valid), .m_axis_tready(tready), .m_axis_tdata(out_data), .m_axis_tlast(out_last)
    );

    // One write after the other: address and data wait until both are taken.
    reg waiting = 1'b0;
    always @(posedge clk) if (resetn && sent < WRITES) begin
        if (!waiting) begin
            awvalid <= 1'b1;
            wvalid <= 1'b1;
            waiting <= 1'b1;
        end else begin
            if (awready) awvalid <= 1'b0;
            if (wready) wvalid <= 1'b0;
            if (bvalid) begin
                if (bresp != 2'b00) begin
                    $display("write %0d to %h is refused", sent, current[55:32]);
                    errors = errors + 1;
                end
                sent <= sent + 1;
                waiting <= 1'b0;
            end
        end
    end

    always @(posedge clk) if (resetn && sent == WRITES) begin
        pause <= pause + 1;
        if (tvalid && in_ready) begin
            fed <= fed + 1;
            tvalid <= fed + 1 < IMAGES*IN && pause % 7 != 0;
        end else if (!tvalid) begin
            tvalid <= fed < IMAGES*IN;
        end
        tready <= pause % 5 != 0;
        if (out_valid && tready) begin
            if (out_data !== logits[got] || out_last !== (got % OUT == OUT - 1)) begin
                $display("image %0d, logit %0d: %h, last %b; want %h", got / OUT, got % OUT, out_data, out_last, logits[got]);
                errors = errors + 1;
            end
            got = got + 1;
        end
    end

    // What the head says at the end: as many images, and no error.
    task read;
        input [23:0] address;
        input [31:0] want;
        begin
            araddr = address;
            arvalid = 1'b1;
            @(posedge clk);
            while (!arready) @(posedge clk);
            #1 arvalid = 1'b0;
            while (!rvalid) @(posedge clk);
            if (rdata !== want || rresp !== 2'b00) begin
                $display("address %h reads %h, want %h", address, rdata, want);
                errors = errors + 1;
            end
            @(posedge clk);
            #1;
        end
    endtask

    integer silent = 0, before = 0;
    initial begin
        $readmemh("writes.hex", writes);
        $readmemh("features.hex", features);
        $readmemh("logits.hex", logits);
        repeat (3) @(posedge clk);
        #1 resetn = 1'b1;
        while (got < IMAGES*OUT && silent < 1000000) begin
            @(posedge clk);
            #1 silent = (sent + fed + got == before) ? silent + 1 : 0;
            before = sent + fed + got;
        end
        read(24'h000028, IMAGES);
        if (got < IMAGES*OUT) begin
            $display("the head stands still after %0d writes, %0d features and %0d logits", sent, fed, got);
            errors = errors + 1;
        end
        if (errors == 0) $display("PASS: %0d writes, %0d images", sent, IMAGES);
        else $display("FAIL: %0d", errors);
        $finish;
    end
endmodule
