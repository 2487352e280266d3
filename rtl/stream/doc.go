// Package stream is the chip between the layers: Verilog that feeds the proved
// arithmetic of each layer with the pixels of frames.
package stream
