// AXI4-Lite slave: turns the five channels into one access at a time.
//
// A write is pending from the cycle in which address and data have both arrived
// until write_done; the response follows on the edge of write_done. A read takes
// two cycles: in the first (no read_now) memories look at read_address, in the
// second (read_now) read_data and read_error are taken into the response. Reads
// and writes exclude each other, a pending write goes first, and a response that
// the master has not taken holds back the next access of its kind. So the order
// of the responses is the order in which accesses take effect.
//
// All ready and valid outputs are functions of registers alone.
module npu_bus (
    input  wire        clk,
    input  wire        resetn,

    input  wire        s_axi_awvalid,
    output wire        s_axi_awready,
    input  wire [23:0] s_axi_awaddr,
    input  wire        s_axi_wvalid,
    output wire        s_axi_wready,
    input  wire [31:0] s_axi_wdata,
    input  wire [3:0]  s_axi_wstrb,
    output reg         s_axi_bvalid,
    input  wire        s_axi_bready,
    output reg  [1:0]  s_axi_bresp,
    input  wire        s_axi_arvalid,
    output wire        s_axi_arready,
    input  wire [23:0] s_axi_araddr,
    output reg         s_axi_rvalid,
    input  wire        s_axi_rready,
    output reg  [31:0] s_axi_rdata,
    output reg  [1:0]  s_axi_rresp,

    output wire        write_pending,
    output reg  [23:0] write_address,
    output reg  [31:0] write_data,
    output reg  [3:0]  write_strobe,
    input  wire        write_done,
    input  wire        write_error,
    output reg         read_now,
    output reg  [23:0] read_address,
    input  wire [31:0] read_data,
    input  wire        read_error
);
    localparam [1:0] OKAY = 2'b00;
    localparam [1:0] SLVERR = 2'b10;

    reg has_address, has_data, has_read;

    assign s_axi_awready = ~has_address;
    assign s_axi_wready = ~has_data;
    assign s_axi_arready = ~has_read;

    wire write_waits = has_address & has_data & ~s_axi_bvalid;
    assign write_pending = write_waits & ~read_now;

    always @(posedge clk) begin
        if (s_axi_awvalid & s_axi_awready) begin
            has_address <= 1'b1;
            write_address <= s_axi_awaddr;
        end
        if (s_axi_wvalid & s_axi_wready) begin
            has_data <= 1'b1;
            write_data <= s_axi_wdata;
            write_strobe <= s_axi_wstrb;
        end
        if (s_axi_bvalid & s_axi_bready) s_axi_bvalid <= 1'b0;
        if (write_pending & write_done) begin
            has_address <= 1'b0;
            has_data <= 1'b0;
            s_axi_bvalid <= 1'b1;
            s_axi_bresp <= write_error ? SLVERR : OKAY;
        end

        if (s_axi_arvalid & s_axi_arready) begin
            has_read <= 1'b1;
            read_address <= s_axi_araddr;
        end
        if (s_axi_rvalid & s_axi_rready) s_axi_rvalid <= 1'b0;
        read_now <= has_read & ~s_axi_rvalid & ~write_waits & ~read_now;
        if (read_now) begin
            has_read <= 1'b0;
            s_axi_rvalid <= 1'b1;
            s_axi_rdata <= read_error ? 32'd0 : read_data;
            s_axi_rresp <= read_error ? SLVERR : OKAY;
        end

        if (~resetn) begin
            has_address <= 1'b0;
            has_data <= 1'b0;
            has_read <= 1'b0;
            read_now <= 1'b0;
            s_axi_bvalid <= 1'b0;
            s_axi_rvalid <= 1'b0;
        end
    end
endmodule
