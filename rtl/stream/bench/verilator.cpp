// The clock of the test bench, for Verilator.
#include "Vbench.h"
#include "verilated.h"

int main(int argc, char** argv) {
    VerilatedContext context;
    Verilated::threadContextp(&context); // the model's random values are drawn from it
    context.commandArgs(argc, argv);
    context.randReset(2);
    Vbench top(&context, "top");
    while (!context.gotFinish()) {
        top.clk = 0;
        top.eval();
        top.clk = 1;
        top.eval();
    }
    top.final();
    return 0;
}
