// Package reading compares the netlist that a front end read from the user's Verilog with
// two simulations of the same text.
//
// A proof is about the netlist that was read. One front end alone cannot show that this
// netlist is the hardware that the text describes: there are designs of a few lines
// that Yosys reads in one way and both simulators in another. So the user's original
// text runs in Icarus and in Verilator beside the netlist. The stimulus goes to the
// boundaries of every decision in it (equiv.NewStimulus). Registers are clocked as in
// the netlist, from several power-up states. Outputs are compared once the pipeline
// has settled.
//
// Compare gives a verdict for each unit:
//
//   - Proved: all three readings are the same on every vector. That proves nothing
//     about other vectors: it is evidence that three programs read one design.
//   - Refuted: on some vector both simulators differ from the reference model. The
//     text is then not the model, whatever the front end reads.
//   - Failed: the readings differ, and the simulators do not agree that the model is
//     wrong: it is not known what the text means.
//   - Unknown: a simulator could not run the text.
//
// Verilator counts the lines that the vectors entered. For a line that none entered, a
// proof depends on the front end alone; see Result.Unentered.
package reading
