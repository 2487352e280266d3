package stream

import (
	"embed"
	"path"

	"github.com/hashiflex/hashiflex/rtl"
)

//go:embed verilog
var verilog embed.FS

// library are the hand-written modules, each below what it uses and in a file of its
// own name.
var library = []string{
	"stream_register", "stream_memory", "stream_queue", "stream_fifo", "stream_framer", "stream_rows", "stream_columns", "stream_window",
	"stream_lanes", "stream_apply", "stream_fork", "stream_join", "stream_pool", "stream_serial",
}

// Library is the Verilog of the modules that every design is made of.
func Library() []rtl.Source {
	var out []rtl.Source
	for _, m := range library {
		text, err := verilog.ReadFile(path.Join("verilog", m+".v"))
		if err != nil {
			panic("stream: " + err.Error())
		}
		out = append(out, rtl.Source{Name: m + ".v", Text: text})
	}
	return out
}
