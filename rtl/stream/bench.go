package stream

import (
	"bytes"
	"embed"
	"fmt"
	"math/big"
	"path"
	"text/template"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
)

//go:embed bench
var benches embed.FS

// Beat is one pixel at the design's input. A design that takes several in a cycle gets
// them side by side.
type Beat struct {
	Pixel       []int32 // a value for each channel
	First, Last bool    // tuser and tlast
}

// Frame is a frame of shape s as beats; at is the value of a channel at a row and a
// column.
func Frame(s spec.Shape, at func(c, y, x int) int32) []Beat {
	var beats []Beat
	for y := range s.H {
		for x := range s.W {
			b := Beat{Pixel: make([]int32, s.C), First: y == 0 && x == 0, Last: x == s.W-1}
			for c := range s.C {
				b.Pixel[c] = at(c, y, x)
			}
			beats = append(beats, b)
		}
	}
	return beats
}

// Trial is the stimulus of a test bench and the expected results.
type Trial struct {
	Beats    []Beat
	Program  []npu.Write // loads the head
	Features []int32     // that the head gets
	Results  [][]int32   // that leave: logits, or the channels of a position
}

// Files of a test bench.
const (
	BenchFile     = "bench.v"       // of both simulators
	IcarusFile    = "icarus.v"      // the clock, for Icarus
	VerilatorFile = "verilator.cpp" // the clock, for Verilator
)

// Bench returns the design's test bench for a trial: the sources to compile, and the
// files that it reads at run time.
func (d *Design) Bench(t Trial) (sources, data []rtl.Source, err error) {
	in, out := d.net.Input, d.final.Out.Format.Width
	sent := together(t.Beats, d.layers[0].lanes)
	values := map[string]any{
		"Top": d.Map.Top, "Head": d.headed(), "Outs": outs(d.Map.Heads),
		"Pixel": d.layers[0].lanes * in.Shape.C * in.Format.Width, "Beats": len(sent),
		"Result": d.final.OutShape().C * out, "Results": len(t.Results), "Patience": d.patience(),
	}
	if d.headed() {
		out = 32
		dense := d.net.Layers[len(d.net.Layers)-1]
		values["Result"], values["FrameResults"] = out, dense.OutShape().C
		values["Features"], values["FrameFeatures"], values["Writes"] = len(t.Features), d.final.OutShape().C, len(t.Program)
	}
	for _, name := range []string{BenchFile, IcarusFile, VerilatorFile} {
		text, err := benches.ReadFile(path.Join("bench", name))
		if err != nil {
			return nil, nil, fmt.Errorf("stream: %w", err)
		}
		tmpl, err := template.New(name).Funcs(template.FuncMap{"inc": func(n int) int { return n + 1 }}).Parse(string(text))
		if err != nil {
			return nil, nil, fmt.Errorf("stream: %w", err)
		}
		var b bytes.Buffer
		if err := tmpl.Execute(&b, values); err != nil {
			return nil, nil, fmt.Errorf("stream: %w", err)
		}
		sources = append(sources, rtl.Source{Name: name, Text: b.Bytes()})
	}
	beats, results := &hexFile{name: "beats.hex"}, &hexFile{name: "results.hex"}
	for _, b := range sent {
		b.Pixel = append(b.Pixel, make([]int32, d.layers[0].lanes*in.Shape.C-len(b.Pixel))...)
		beats.line(append(pack(b.Pixel, in.Format.Width), field{bit(b.First), 1}, field{bit(b.Last), 1}))
	}
	for _, r := range t.Results {
		results.line(pack(r, out))
	}
	data = []rtl.Source{beats.source(), results.source()}
	if d.headed() {
		program, features := &hexFile{name: "program.hex"}, &hexFile{name: "features.hex"}
		for _, w := range t.Program {
			program.line([]field{{int64(w.Data), 32}, {int64(w.Address), 24}})
		}
		for _, f := range t.Features {
			features.line([]field{{int64(f), 8}})
		}
		data = append(data, program.source(), features.source())
	}
	return sources, data, nil
}

// out is a stream of results of a bench, and the head that gives it.
type out struct {
	Index    int
	Instance string // "": there is no head
	Bus      string
	Results  string
}

func outs(heads []Head) (list []out) {
	for i, h := range heads {
		list = append(list, out{i, h.Instance, h.Bus, h.Results})
	}
	if len(heads) == 0 {
		list = append(list, out{Results: headResults})
	}
	return list
}

// together puts pixels side by side, lanes of them a beat and fewer at the end of a row.
func together(pixels []Beat, lanes int) (beats []Beat) {
	open := 0 // pixels of the last beat, if another one may join them
	for _, p := range pixels {
		if open == 0 {
			beats = append(beats, Beat{First: p.First})
		}
		b := &beats[len(beats)-1]
		b.Pixel, b.Last = append(b.Pixel, p.Pixel...), p.Last
		if open++; open == lanes || p.Last {
			open = 0
		}
	}
	return beats
}

// patience is the number of cycles without a handshake at the borders of a correct
// design: the bench's longest stalls, the rest of a frame, and the head's time for
// images.
func (d *Design) patience() int64 {
	s := d.net.Input.Shape
	n := 1024 + int64(s.H)*int64(s.W)
	return n + 2*int64(d.HeadCycles())
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// field is a number in so many bits, two's complement.
type field struct {
	value int64
	width int
}

func pack(values []int32, width int) []field {
	fs := make([]field, len(values))
	for i, v := range values {
		fs[i] = field{int64(v), width}
	}
	return fs
}

// hexFile is words as $readmemh reads them.
type hexFile struct {
	name string
	text bytes.Buffer
}

// line adds a word of fields, the first in the least significant bits.
func (h *hexFile) line(fields []field) {
	word, at := new(big.Int), uint(0)
	for _, f := range fields {
		mask := uint64(1)<<f.width - 1
		v := new(big.Int).SetUint64(uint64(f.value) & mask)
		word.Or(word, v.Lsh(v, at))
		at += uint(f.width)
	}
	fmt.Fprintf(&h.text, "%0*x\n", (at+3)/4, word)
}

func (h *hexFile) source() rtl.Source { return rtl.Source{Name: h.name, Text: h.text.Bytes()} }
