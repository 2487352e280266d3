// Package project reads hashiflex.toml, which says of a repository what is to be proved:
// the network, and of each layer the hardware and where its ports are.
//
//	network = "mynet"            # a folder beside this file, or an embedded name
//	generated = true             # of layers without files; false leaves them out
//
//	[layer.stem]
//	files = ["rtl/pkg.sv", "rtl/stem*.v", "-f rtl/stem.f"]
//	include = ["rtl/include"]    # folders of what the files take in
//	defines = { WIDTH = "8" }
//	parameters = { LANES = 4 }
//	language = "systemverilog"   # of files of any name
//	top = "stem"                 # the module, or "stem_{channel}"
//	latency = "auto"
//	ports = { "x*" = "pixels", "y*" = "results" }
//	tie = { enable = 1 }
//
// The keys of a port map stand in the layer's table, or map names a file with them; see
// package rtl/portmap. A layer with neither top nor map has modules that are named as
// the generator names them.
//
// What is left out by declaration is scope: reports say so in their first sentence.
//
// # Concepts
//
// Decode (decode.go) reads the text and reports whatever is wrong with it, each problem
// with its line. Resolve (files.go) looks the files up and reads them: lists, globs and
// file lists as simulators take them (filelist.go). Check (check.go) holds the project
// to its network, and says what is in its scope.
//
// Paths are relative to the folder of the file that they stand in. Those of a file list
// that is taken with -f are relative to the project's folder, as they are for a
// simulator that is started there, and with -F to the list's own.
package project
