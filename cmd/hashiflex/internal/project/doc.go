// Package project reads hashiflex.toml, which says what to prove in a repository: the
// network, and for each layer the hardware and its ports.
//
//	network = "mynet"            # a folder beside this file, or an embedded name
//	generated = true             # hardware of layers without files; false leaves them out
//
//	[layer.stem]
//	files = ["rtl/pkg.sv", "rtl/stem*.v", "-f rtl/stem.f"]
//	include = ["rtl/include"]    # folders of `include files
//	defines = { WIDTH = "8" }
//	parameters = { LANES = 4 }
//	language = "systemverilog"   # of all files, whatever their names
//	convert = "sv2v"             # writes the files as Verilog that the front end reads
//	rtl = ["rtl/stem.v"]         # of a netlist of gates: what it was made from
//	top = "stem"                 # the module, or "stem_{channel}"
//	latency = "auto"
//	ports = { "x*" = "pixels", "y*" = "results" }
//	tie = { enable = 1 }
//
//	[block."stem.window"]        # of the chip between the layers, by its instance
//	files = "rtl/line_buffers.sv"
//	top = "line_buffers"
//	ports = { in_data = "s_pixel" }  # the block's own port, and what top calls it
//	tie = { enable = 1 }
//	parameters = { WIDTH = 24 }
//	datapath = "u.math"          # where the layer's datapath is, in a block that computes
//
// A file whose name ends in .lib is a Liberty library of the cells that the other files have.
//
// A block takes include, defines and language, too.
//
// The keys of a port map are in the layer's table, or map names a file with them; see
// package rtl/portmap. In a layer with neither top nor map, the modules have the
// generator's names.
//
// A layer that the project leaves out is out of scope, and reports say so in their
// first sentence.
//
// # Concepts
//
// Decode (decode.go) reads the text and reports all problems, each with its line.
// Resolve (files.go) finds and reads the files: lists, globs, and file lists in the
// simulators' format (filelist.go). Check (check.go) compares the project with its
// network and determines its scope.
//
// Paths are relative to the folder of the file that contains them. In a file list read
// with -f, they are relative to the project's folder, as for a simulator that is
// started there. With -F, they are relative to the list's folder.
package project
