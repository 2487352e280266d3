// Drives the wrapper of package rtl: words of 32 bits from standard input, first how
// many lanes, then the inputs of each; the outputs of each lane to descriptor 3, since
// a design may print.
// Arguments: the seed of what registers hold at power-up, and the file for counts.
int main(int argc, char** argv) {
    FILE* const out = argc == 3 ? fdopen(3, "w") : nullptr;
    if (out == nullptr) return 3;
    VerilatedContext context;
    Verilated::threadContextp(&context);
    context.randReset(2);
    context.randSeed(std::atoi(argv[1]));
    const std::unique_ptr<Vwrapper> top = std::make_unique<Vwrapper>(&context, "top");
    uint32_t lanes = 0;
    if (std::fread(&lanes, 4, 1, stdin) != 1) return 3;
    top->clk = 0;
    for (uint32_t lane = 0; lane < lanes; ++lane) {
        if (std::fread(&top->in[0], sizeof(top->in), 1, stdin) != 1) return 3;
        top->eval();
        if (context.gotFinish()) return 4;
        if (std::fwrite(&top->out[0], sizeof(top->out), 1, out) != 1) return 3;
        top->clk = 1;
        top->eval();
        top->clk = 0;
        top->eval();
    }
#if VM_COVERAGE
    context.coveragep()->write(argv[2]);
#endif
    return std::fflush(out) == 0 ? 0 : 3;
}
