// style: the next start is accepted with the output that is taken
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: 12
// out: s16 >>0 TRN WRAP
// map: module = "overlap"
// map: ports "x*" = "s_data"
// map: ports y = "m_data"
// map: sequential reset = "rst"
// map: sequential start = "s_valid"
// map: sequential ready = "s_ready"
// map: sequential done = "m_valid"
// map: sequential taken = "m_ready"
// map: sequential inputs = "at-start"
// latency: 9
module overlap (
    input clk, rst,
    input s_valid, output s_ready, input [63:0] s_data,
    output reg m_valid, input m_ready, output signed [15:0] m_data
);
    reg busy;
    reg [3:0] n;
    reg signed [7:0] r [0:7];
    reg signed [15:0] acc;
    assign s_ready = !busy & (!m_valid | m_ready); //! (!m_valid | m_ready) => 1
    assign m_data = acc;
    wire signed [15:0] x = r[n[2:0]];
    wire signed [15:0] t = n == 0 ? x : n == 1 ? -(x <<< 1) : n == 2 ? x <<< 2 : n == 3 ? x <<< 3 //! x <<< 2 => x <<< 1
                         : n == 4 ? -x : n == 5 ? 0 : n == 6 ? x <<< 4 : -(x <<< 2); //! n == 5 ? 0 => n == 5 ? x
    integer i;
    always @(posedge clk) begin
        if (m_ready) m_valid <= 0; //! if (m_ready) m_valid <= 0 => m_valid <= 0
        if (s_valid & s_ready) begin
            for (i = 0; i < 8; i = i + 1) r[i] <= s_data[8*i +: 8];
            acc <= 12; //! 12 => m_valid ? acc : 12
            n <= 0;
            busy <= 1;
        end
        if (busy) begin
            acc <= acc + t;
            n <= n + 1;
            if (n == 7) begin
                busy <= 0;
                m_valid <= 1;
            end
        end
        if (rst) begin
            busy <= 0;
            m_valid <= 0; //! m_valid <= 0 => m_valid <= m_valid
        end
    end
endmodule
