// Package verilated compiles Verilog to executables with Verilator and a C++ compiler,
// and caches them.
//
// A Model is Verilog files and a C++ program that drives Verilator's model of them. All
// of it is compiled as one unit, against a header and a runtime that are compiled once
// for each set of flags. That takes a third of the time of Verilator's own makefile.
// The cache is a folder of the user. An executable's name is the hash of everything
// that it was made from. The least recently used ones are removed.
//
// Terms: the runtime is Verilator's own C++, which every model is linked with. A stage
// is one of the two programs, Verilator or the compiler.
package verilated
