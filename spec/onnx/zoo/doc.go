// Package zoo builds ONNX files of well-known networks: their structure, layer by
// layer, with random weights. Trained weights are not to be had for all of them, and
// what is shown with these files is that the structure imports and can be proved; how
// well a network classifies says nothing here.
//
// A network is a function of [Options] alone: equal options are equal bytes. [Networks]
// is the table of them. Pictures are random too, and serve to calibrate formats.
//
// The command in write/ writes a network and pictures to a folder.
package zoo
