// Package zoo builds ONNX files of well-known networks: their structure, layer by
// layer, with random weights, since trained weights are not available for all of them.
// These files show that the structure imports and can be proved. They say nothing about
// accuracy.
//
// A network depends only on [Options]: equal options give equal bytes. [Networks] is the
// table of them. Pictures are random too, and serve to calibrate formats.
//
// [Graph] writes the file of a network that exists, with its own weights, for other runtimes.
//
// The command in write/ writes a network and pictures to a folder.
package zoo
