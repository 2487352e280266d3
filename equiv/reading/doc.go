// Package reading compares the netlist that a front end read from the user's Verilog with
// what two simulators do with the same text.
//
// A proof is about the netlist that was read. One front end alone cannot show that this
// netlist is the hardware that the text describes: there are designs of a few lines
// that Yosys reads in one way and both simulators in another. So the user's very text
// runs in Icarus and in Verilator beside the netlist, on a stimulus that goes to the
// boundaries of everything that is decided in it (equiv.NewStimulus). Registers are
// clocked as the netlist says, from several power-up states; outputs are compared
// from when on the pipeline has settled.
//
// Compare gives a verdict for each unit:
//
//   - Proved: all three readings are the same on every vector. That proves nothing
//     of other vectors: it is evidence that three programs read one design.
//   - Refuted: on some vector both simulators say something else than the reference
//     model. Whatever the front end made of the text, it is not the model.
//   - Failed: the readings differ, and the simulators do not agree that the model is
//     wrong: it is not known what the text means.
//   - Unknown: a simulator could not run the text.
//
// Which lines the vectors entered is counted by Verilator. A line that none entered
// rests on the front end alone; see Result.Unentered.
package reading
