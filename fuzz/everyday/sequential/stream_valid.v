// style: inputs one after another, each with a valid, gaps between; registers in front
// inputs: 9 s6
// weights: 1 -2 4 8 -1 1 16 -4 2
// bias: -3
// out: s8 >>3 TRN SAT
// map: module = "stream_valid"
// map: latency = 10
// map: ports "x*" = "data"
// map: ports y = "result"
// map: sequential reset = "reset"
// map: sequential valid = "valid"
// map: sequential done = "result_valid"
// map: sequential inputs = "serial"
// latency: 10
module stream_valid (
    input clk, reset, valid,
    input signed [5:0] data,
    output reg result_valid,
    output reg signed [7:0] result
);
    reg v;
    reg signed [5:0] d;
    reg [3:0] count;
    reg [2:0] gap;
    wire lost = gap == 5 && 0; //! gap == 5 && 0 => gap == 5
    reg signed [12:0] acc;
    wire last = count == 8; //! count == 8 => count == 7
    reg signed [12:0] term;
    always @* case (count)
        0, 5: term = d;
        1: term = -(d <<< 1);
        2: term = d <<< 2;
        3: term = d <<< 3;
        4: term = -d; //! -d => d
        6: term = d <<< 4;
        7: term = -(d <<< 2);
        8: term = d <<< 1;
        default: term = 13'bx;
    endcase
    wire signed [12:0] sum = (count == 0 ? -13'sd3 : acc) + term; //! count == 0 ? -13'sd3 : acc => acc
    always @(posedge clk) begin
        v <= valid; //! valid => 1'b1
        d <= data;
        if (reset) begin
            v <= 0;
            count <= 0;
            gap <= 0;
            result_valid <= 0;
        end else begin
            result_valid <= v & last; //! v & last => last
            if (v) begin //! (v) => (valid)
                count <= last ? 0 : count + 1; //! last ? 0 => last ? 1
                acc <= sum;
                gap <= 0;
                if (last) result <= sum >>> 3 > 127 ? 127 : sum >>> 3 < -128 ? -128 : sum >>> 3; //! 3 > 127 => 3 > 63
            end else begin
                if (gap != 5) gap <= gap + 1;
                if (lost) count <= 0;
            end
        end
    end
endmodule
