// Package verilated makes executables of Verilog with Verilator and a C++
// compiler, and keeps them.
//
// A Model is Verilog files and a C++ program that drives what Verilator makes of
// them. All of it is compiled as one unit, against a header and a runtime that are
// compiled once for each set of flags: that is a third of the time which
// Verilator's own makefile takes. An executable is kept in a folder of the user's
// under the hash of everything that it was made of; those that were not used for
// longest go.
//
// Words: the runtime is Verilator's own C++, which every model is linked with; a
// stage is one of the two programs that take part.
package verilated
