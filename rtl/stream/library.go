package stream

import (
	"bytes"
	"embed"
	"path"
	"slices"

	"github.com/hashiflex/hashiflex/rtl"
)

//go:embed verilog
var verilog embed.FS

// library are the hand-written modules, each below what it uses and in a file of its
// own name.
var library = []string{
	"stream_register", "stream_memory", "stream_queue", "stream_fifo", "stream_framer", "stream_rows", "stream_columns", "stream_window",
	"stream_lanes", "stream_apply", "stream_fork", "stream_deal", "stream_join", "stream_pool", "stream_trim", "stream_serial",
}

// files is the Verilog of the given library modules and of those that they use, so that
// a design has no unused modules.
func files(used map[string]bool) []rtl.Source {
	var out []rtl.Source
	for _, m := range slices.Backward(library) {
		if !used[m] {
			continue
		}
		text, err := verilog.ReadFile(path.Join("verilog", m+".v"))
		if err != nil {
			panic("stream: " + err.Error())
		}
		for _, below := range library {
			if bytes.Contains(text, []byte("    "+below+" #(")) {
				used[below] = true
			}
		}
		out = append(out, rtl.Source{Name: m + ".v", Text: text})
	}
	slices.Reverse(out)
	return out
}
