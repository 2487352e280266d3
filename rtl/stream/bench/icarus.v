// The clock of the test bench, for simulators that know delays.
module icarus;
    reg clk;

    initial clk = 1'b0;
    always #5 clk = ~clk;

    bench bench (.clk(clk));
endmodule
