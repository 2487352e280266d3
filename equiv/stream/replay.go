package stream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashiflex/hashiflex/rtl"
	text "github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec/words"
)

// A breach is a run of tokens on a netlist. Its replay is a run of bits on the Verilog
// in a simulator. Every token becomes a unique word, and the datapath a function that
// mixes all bits. The simulator's outputs are checked against the contract again. A
// block is refuted only if they break it too.

// again is the command that repeats a replay in the folder with its files and the design
// as Whole writes it.
func again(s rtl.Sources) string {
	name, language := "design.v", "2005"
	if s.SystemVerilog() {
		name, language = "design.sv", "2012"
	}
	return "iverilog -g" + language + " -s " + rtl.BenchModule + " -o run.vvp bench.v " + name + " && vvp run.vvp"
}

// Whole is a design as one file that a replay can be repeated with: what files take in and
// the user's macros are in it. The error is that of source.Read.
func Whole(s rtl.Sources) (rtl.Source, error) {
	read, err := text.Read(s)
	if err != nil {
		return rtl.Source{}, err
	}
	var b bytes.Buffer
	if len(s.Extra) == 0 && len(s.Defines) == 0 && !read.Asserts() {
		for _, f := range s.Files {
			fmt.Fprintf(&b, "// %s\n%s\n", rtl.Comment(f.Name), f.Text)
		}
	} else {
		plain, err := read.Unasserted(func(file string) string { return file })
		if err != nil {
			return rtl.Source{}, err
		}
		for _, t := range plain {
			b.Write(t)
		}
	}
	if s.SystemVerilog() {
		return rtl.Source{Name: "design.sv", Text: b.Bytes()}, nil
	}
	return rtl.Source{Name: "design.v", Text: b.Bytes()}, nil
}

// Replay is the replay of a breach in a simulator.
type Replay struct {
	Shown bool
	What  string       // that the simulator shows, in words
	Files []rtl.Source // the bench, its input files, its waveform, and the log of every clock; see again
}

const (
	// loops is how often the end of a run for ever is repeated.
	loops = 32
	// unknownBit is what a simulator says of a bit that it does not know.
	unknownBit = 2
)

// replayer makes the test bench of one run.
type replayer struct {
	*executor
	widths map[string]int
	mp     *stream.Map
	run    []Cycle
	hold   int // clocks of reset
	power  []power
	breach *Breach
	salt   uint32 // of the words of tokens
}

// salts is how many words a token has, one after another: a bit of one word may be what a
// wrong wire has there, too.
const salts = 8

// replay executes a breach of block b on its Verilog, with other words as long as the
// simulator shows no wrong item. The error is a machine that does not work.
func replay(ctx context.Context, design *rtl.Design, sources rtl.Sources, mp *stream.Map, m *machine, breach *Breach, limits rtl.Limits) (out *Replay, err error) {
	for salt := range uint32(salts) {
		out, err = play(ctx, design, sources, mp, m, breach, salt, limits)
		if err != nil || out.Shown || len(out.Files) == 0 || breach.Rule != rightItem {
			break
		}
	}
	return out, err
}

// play executes a breach of block b on its Verilog with words of one salt. The error is a
// machine that does not work.
func play(ctx context.Context, design *rtl.Design, sources rtl.Sources, mp *stream.Map, m *machine, breach *Breach, salt uint32, limits rtl.Limits) (*Replay, error) {
	r := &replayer{executor: newExecutor(m), widths: map[string]int{}, mp: mp, run: slices.Clone(breach.Run), hold: m.clocks + 2, breach: breach, salt: salt}
	ports, err := design.Ports(m.block.Module)
	if err != nil {
		return nil, err
	}
	for _, p := range ports {
		r.widths[p.Name] = p.Width
	}
	if breach.Loop >= 0 {
		loop := breach.Run[breach.Loop:]
		if len(loop) == 0 {
			// A state that stays whatever comes: everything is offered and taken.
			loop = []Cycle{{Valid: 1<<len(m.ins) - 1, Ready: 0}}
		}
		for range loops {
			r.run = append(r.run, loop...)
		}
	}
	if m.path != nil {
		ports, err := design.Ports(m.block.Datapath.Module)
		if err != nil {
			return nil, err
		}
		for _, p := range ports {
			r.widths["datapath."+p.Name] = p.Width
		}
	}
	r.powerUp()
	text, data := r.bench()
	said, waves, err := rtl.Icarus{Limits: limits}.Play(ctx, sources, text, data, "wave.vcd")
	var refused *rtl.SourceError
	if errors.As(err, &refused) && len(r.power) > 0 {
		return &Replay{}, nil // a register that cannot be given a value by its name
	}
	if err != nil {
		return nil, err
	}
	out := &Replay{Files: append([]rtl.Source{{Name: "bench.v", Text: text}}, data...)}
	for _, f := range waves {
		f.Text = undated(f.Text)
		out.Files = append(out.Files, f)
	}
	table, err := r.judge(said, out)
	if err != nil {
		return nil, &rtl.ToolError{Tool: "vvp", Err: err, Log: string(said[:min(len(said), 2000)])}
	}
	out.Files = append(out.Files, rtl.Source{Name: "table.txt", Text: table})
	return out, nil
}

// undated is a waveform without its date: run directories do not depend on the time.
func undated(vcd []byte) []byte {
	before, rest, ok := bytes.Cut(vcd, []byte("$date"))
	if !ok {
		return vcd
	}
	_, after, ok := bytes.Cut(rest, []byte("$end\n"))
	if !ok {
		return vcd
	}
	return append(before[:len(before):len(before)], after...)
}

// power is a bit that a register powers up with.
type power struct {
	register string
	bit      int // -1: the register has one
	value    uint64
}

// powerUp finds what the registers must hold at power-up so that reset leaves the state
// that the run begins in.
func (r *replayer) powerUp() {
	position, _ := r.initial(r.breach.Start)
	for i, free := range r.free {
		v := r.reads[r.regs[i]]
		register, lo := part(r.c.m.Regs[r.c.m.Cells[v].Aux].Name)
		whole := r.c.m.Width(v) == 1 && lo < 0
		for bit := range r.c.m.Width(v) {
			if free>>bit&1 == 1 {
				p := power{path(register, ""), max(lo, 0) + bit, position[i] >> bit & 1}
				if whole {
					p.bit = -1
				}
				r.power = append(r.power, p)
			}
		}
	}
}

// partOf is the name of a part of a register.
var partOf = regexp.MustCompile(`^(.*)\[\d+:(\d+)\]$`)

// part splits the name of a register that elaboration has divided into the register and
// the first bit of the part; -1 is no part.
func part(name string) (register string, lo int) {
	lo = -1
	for {
		m := partOf.FindStringSubmatch(name)
		if m == nil {
			return name, lo
		}
		n, err := strconv.Atoi(m[2])
		if err != nil {
			return name, lo
		}
		name, lo = m[1], max(lo, 0)+n
	}
}

// plainName is one that needs no escape, of a block of a generate loop too.
var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_$]*(\[\d+\])?$`)

// name is an identifier in the bench.
func name(s string) string { return `\` + s + " " }

// path is a hierarchical name below the block: of a port of an instance, or of what is
// called so itself.
func path(instance string, port string) string {
	s := "dut"
	for part := range strings.SplitSeq(instance, ".") {
		if !plainName.MatchString(part) {
			part = name(part)
		}
		s += "." + part
	}
	if port != "" {
		s += "." + name(port)
	}
	return s
}

// places are how many words of 32 bits have room for n bits.
func places(n int) int { return (n + 31) / 32 }

// bench is the test bench, and the files that it reads: what the environment does in
// each clock, which tokens are given, and which are wanted.
func (r *replayer) bench() (text []byte, data []rtl.Source) {
	var w bytes.Buffer
	b, clocks := r.block, len(r.run)
	fmt.Fprintf(&w, "// A run of block %s, clock by clock, as run.hex has it. Every item is words of its own;\n// results.txt says for each clock what is ready, valid, marked, and right.\n", rtl.Comment(b.Instance))
	fmt.Fprintf(&w, "`timescale 1ns/1ps\nmodule %s;\n    reg clk, resetn;\n    integer at, to;\n", rtl.BenchModule)
	fmt.Fprintf(&w, `    // 32 bits of the value of a token, or of the datapath's result.
    function [31:0] word(input [31:0] token, input [31:0] k);
        begin
            word = (token + 32'h%08X) * 32'h85EBCA6B ^ (k + 32'd1) * 32'hC2B2AE35;
            word = (word ^ (word >> 15)) * 32'h2C1B3C6D;
            word = (word ^ (word >> 13)) * 32'h297A2D39;
            word = word ^ (word >> 16);
        end
    endfunction
`, 0x9E3779B1+r.salt*0x632BE5AB)
	var list, hex []string
	connect := func(port, to string) { list = append(list, fmt.Sprintf("        .%s(%s)", name(port), to)) }
	connect(r.mp.Clock, "clk")
	connect(r.mp.ResetN, "resetn")
	fmt.Fprintf(&w, "    reg [31:0] run [0:%d];\n    reg [31:0] now;\n", clocks)
	most := clocks + 1
	for i, s := range b.Ins {
		k := &r.contract.ins[i]
		n := r.widths[s.Data]
		fmt.Fprintf(&w, "    reg in%d_valid, in%d_first, in%d_last; wire in%d_ready; integer in%d_item;\n    reg [%d:0] in%d_data;\n    reg [31:0] given%d [0:%d];\n", i, i, i, i, i, n-1, i, i, most*k.parts-1)
		connect(s.Valid, fmt.Sprintf("in%d_valid", i))
		connect(s.Ready, fmt.Sprintf("in%d_ready", i))
		connect(s.Data, fmt.Sprintf("in%d_data", i))
		if s.First != "" {
			connect(s.First, fmt.Sprintf("in%d_first", i))
		}
		if s.Last != "" {
			connect(s.Last, fmt.Sprintf("in%d_last", i))
		}
		var f bytes.Buffer
		for item := range most {
			for part := range k.parts {
				fmt.Fprintf(&f, "%08x\n", uint32(k.given(i, item, part)))
			}
		}
		data = append(data, rtl.Source{Name: fmt.Sprintf("given%d.hex", i), Text: f.Bytes()})
		hex = append(hex, fmt.Sprintf("        $readmemh(\"given%d.hex\", given%d, 0, %d);\n", i, i, most*k.parts-1))
	}
	for j, s := range b.Outs {
		k := &r.contract.outs[j]
		fmt.Fprintf(&w, "    reg out%d_ready, out%d_right; wire out%d_valid, out%d_first, out%d_last; integer out%d_item;\n    wire [%d:0] out%d_data;\n    reg [31:0] want%d [0:%d];\n", j, j, j, j, j, j, r.widths[s.Data]-1, j, j, most*k.parts-1)
		connect(s.Valid, fmt.Sprintf("out%d_valid", j))
		connect(s.Ready, fmt.Sprintf("out%d_ready", j))
		connect(s.Data, fmt.Sprintf("out%d_data", j))
		if s.First != "" {
			connect(s.First, fmt.Sprintf("out%d_first", j))
		}
		if s.Last != "" {
			connect(s.Last, fmt.Sprintf("out%d_last", j))
		}
		var f bytes.Buffer
		for item := range most {
			for part := range k.parts {
				fmt.Fprintf(&f, "%08x\n", uint32(r.wanted(j, item, part)))
			}
		}
		data = append(data, rtl.Source{Name: fmt.Sprintf("want%d.hex", j), Text: f.Bytes()})
		hex = append(hex, fmt.Sprintf("        $readmemh(\"want%d.hex\", want%d, 0, %d);\n", j, j, most*k.parts-1))
	}
	fmt.Fprintf(&w, "    %s dut (\n%s\n    );\n", name(b.Module), strings.Join(list, ",\n"))
	r.stub(&w)
	r.expected(&w)

	// The environment's choices: from bit 0 on valid, ready, first, last, 8 bits each.
	var f bytes.Buffer
	for _, c := range r.run {
		fmt.Fprintf(&f, "%08x\n", uint32(c.Valid)|uint32(c.Ready)<<8|uint32(c.First)<<16|uint32(c.Last)<<24)
	}
	data = append(data, rtl.Source{Name: "run.hex", Text: f.Bytes()})
	fmt.Fprintf(&w, "    initial begin\n        $dumpfile(\"wave.vcd\");\n        $dumpvars(0, %s);\n        $readmemh(\"run.hex\", run, 0, %d);\n%s", rtl.BenchModule, clocks-1, strings.Join(hex, ""))
	w.WriteString("        to = $fopen(\"results.txt\", \"w\");\n        clk = 1'b0;\n        resetn = 1'b0;\n")
	for i := range b.Ins {
		fmt.Fprintf(&w, "        in%d_valid = 1'b0; in%d_first = 1'b0; in%d_last = 1'b0; in%d_data = 'bx; in%d_item = 0;\n", i, i, i, i, i)
	}
	for j := range b.Outs {
		fmt.Fprintf(&w, "        out%d_ready = 1'b0; out%d_item = 0;\n", j, j)
	}
	for _, p := range r.power {
		at := ""
		if p.bit >= 0 {
			at = fmt.Sprintf("[%d]", p.bit)
		}
		fmt.Fprintf(&w, "        %s%s = 1'b%d;\n", p.register, at, p.value)
	}
	fmt.Fprintf(&w, "        for (at = 0; at < %d; at = at + 1) begin #5 clk = 1'b1; #5 clk = 1'b0; end\n        resetn = 1'b1;\n        for (at = 0; at < %d; at = at + 1) begin\n            now = run[at];\n", r.hold, clocks)
	for i := range b.Ins {
		k := &r.contract.ins[i]
		fmt.Fprintf(&w, "            in%d_valid = now[%d];\n            in%d_data = 'bx;\n", i, i, i)
		fmt.Fprintf(&w, "            in%d_first = now[%d];\n            in%d_last = now[%d];\n            if (in%d_valid) begin\n", i, 16+i, i, 24+i, i)
		if k.first != nil {
			fmt.Fprintf(&w, "                in%d_first = in%d_item %% %d == 0;\n", i, i, k.frame)
		}
		if k.last != nil {
			fmt.Fprintf(&w, "                in%d_last = %s;\n", i, markText(fmt.Sprintf("in%d_item", i), k.frame, k.last))
		}
		fmt.Fprintf(&w, "                in%d_data = value%d(in%d_item);\n            end\n", i, i, i)
	}
	for j := range b.Outs {
		fmt.Fprintf(&w, "            out%d_ready = now[%d];\n", j, 8+j)
	}
	w.WriteString("            #4;\n")
	for j := range b.Outs {
		fmt.Fprintf(&w, "            out%d_right = right%d(out%d_item);\n", j, j, j)
	}
	w.WriteString("            $fdisplay(to, \"")
	var args []string
	for i := range b.Ins {
		w.WriteString("%b ")
		args = append(args, fmt.Sprintf("in%d_ready", i))
	}
	for j, s := range b.Outs {
		w.WriteString("%b%b%b%b ")
		first, last := "1'b0", "1'b0"
		if s.First != "" {
			first = fmt.Sprintf("out%d_first", j)
		}
		if s.Last != "" {
			last = fmt.Sprintf("out%d_last", j)
		}
		args = append(args, fmt.Sprintf("out%d_valid", j), fmt.Sprintf("out%d_right", j), first, last)
	}
	fmt.Fprintf(&w, "\", %s);\n", strings.Join(args, ", "))
	for i := range b.Ins {
		fmt.Fprintf(&w, "            if (in%d_valid & in%d_ready === 1'b1) in%d_item = in%d_item + 1;\n", i, i, i, i)
	}
	for j := range b.Outs {
		fmt.Fprintf(&w, "            if (out%d_ready & out%d_valid === 1'b1) out%d_item = out%d_item + 1;\n", j, j, j, j)
	}
	w.WriteString("            #1 clk = 1'b1;\n            #5 clk = 1'b0;\n        end\n        $fclose(to);\n        $finish;\n    end\nendmodule\n")
	return w.Bytes(), data
}

// markText is a mark as an expression of the item's number.
func markText(item string, frame int, mark func(int) bool) string {
	var ns []string
	for n := range frame {
		if mark(n) {
			ns = append(ns, fmt.Sprintf("%s %% %d == %d", item, frame, n))
		}
	}
	if len(ns) == 0 {
		return "1'b0"
	}
	return strings.Join(ns, " | ")
}

// stub drives the datapath's output by a function of all bits of its inputs.
func (r *replayer) stub(w *bytes.Buffer) {
	if r.path == nil {
		return
	}
	d := r.block.Datapath
	n := r.widths["datapath."+d.Out]
	fmt.Fprintf(w, "    // In place of the datapath: all bits of its inputs decide all of its output.\n    reg [%d:0] result;\n    integer m;\n", 32*places(n)-1)
	for i, in := range d.Ins {
		k := r.widths["datapath."+in]
		fmt.Fprintf(w, "    wire [%d:0] taken%d = {%d'd0, %s};\n", 32*places(k), i, 32*places(k)-k+1, path(d.Instance, in))
	}
	if r.contract.accumulates {
		r.stubOfLanes(w, r.lanes(), n)
	} else {
		fmt.Fprintf(w, "    reg [31:0] hash;\n    integer q;\n    always @* begin\n        hash = 32'd0;\n        for (m = 0; m < %d; m = m + 1) hash = word(hash ^ taken0[32*m +: 32], 32'd0);\n", places(r.widths["datapath."+d.Ins[0]]))
		fmt.Fprintf(w, "        for (q = 0; q < %d; q = q + 1) result[32*q +: 32] = word(hash, q);\n    end\n", places(n))
	}
	from := "result"
	for s := range d.Latency {
		enable := ""
		if d.Enable != "" {
			enable = fmt.Sprintf("if (%s) ", path(d.Instance, d.Enable))
		}
		fmt.Fprintf(w, "    reg [%d:0] stage%d;\n    always @(posedge clk) %sstage%d <= %s;\n", 32*places(n)-1, s, enable, s, from)
		from = fmt.Sprintf("stage%d", s)
	}
	fmt.Fprintf(w, "    always @(%s) force %s = %s[%d:0];\n", from, path(d.Instance, d.Out), from, n-1)
}

// lanes is how many items a datapath adds up in a clock.
func (r *replayer) lanes() int {
	if r.contract.accumulates {
		return r.contract.ins[0].parts
	}
	return 1
}

// stubOfLanes drives the stub's result, of n bits, by what it makes of a sum so far and the
// items of the lanes one after another. An item of zeros changes nothing.
func (r *replayer) stubOfLanes(w *bytes.Buffer, lanes, n int) {
	acc, all := r.widths["datapath."+r.block.Datapath.Ins[0]], r.widths["datapath."+r.block.Datapath.Ins[1]]
	x := all / lanes
	fmt.Fprintf(w, "    integer l, q;\n    reg [%d:0] sum;\n    reg [%d:0] lane;\n    reg [31:0] before, added;\n    always @* begin\n        sum = taken0;\n        for (l = 0; l < %d; l = l + 1) begin\n", 32*places(max(acc, n))-1, 32*places(x)-1, lanes)
	fmt.Fprintf(w, "            lane = 0;\n            lane[%d:0] = taken1[%d*l +: %d];\n            if (lane !== 0) begin\n                before = 32'd0;\n                added = 32'd1;\n", x-1, x, x)
	fmt.Fprintf(w, "                for (q = 0; q < %d; q = q + 1) before = word(before ^ sum[32*q +: 32], 32'd0);\n", places(acc))
	fmt.Fprintf(w, "                for (q = 0; q < %d; q = q + 1) added = word(added ^ lane[32*q +: 32], 32'd1);\n", places(x))
	fmt.Fprintf(w, "                for (q = 0; q < %d; q = q + 1) sum[32*q +: 32] = word(before ^ {added[0], added[31:1]}, q);\n", places(n))
	fmt.Fprintf(w, "                for (q = %d; q < %d; q = q + 1) sum[q] = 1'b0;\n            end\n        end\n        result = sum;\n    end\n", acc, 32*places(max(acc, n)))
}

// expected writes functions that say what an item's bits are, and whether an output
// shows them.
func (r *replayer) expected(w *bytes.Buffer) {
	for i := range r.block.Ins {
		k := &r.contract.ins[i]
		n := r.widths[r.block.Ins[i].Data]
		part := n / k.parts
		fmt.Fprintf(w, "    function [%d:0] value%d(input integer item);\n        integer p, k;\n        reg [%d:0] one;\n        begin\n            value%d = 0;\n            for (p = 0; p < %d; p = p + 1) begin\n                for (k = 0; k < %d; k = k + 1) one[32*k +: 32] = word(given%d[item*%d+p], k);\n                value%d[p*%d +: %d] = one[%d:0];\n            end\n        end\n    endfunction\n",
			n-1, i, 32*places(part)-1, i, k.parts, places(part), i, k.parts, i, part, part, part-1)
	}
	for j, s := range r.block.Outs {
		k := &r.contract.outs[j]
		n := r.widths[s.Data]
		// Parts of a join are as wide as its inputs.
		at, size := make([]int, k.parts), make([]int, k.parts)
		for p := range k.parts {
			size[p] = n / k.parts
			if r.block.Kind == stream.KindJoin {
				size[p] = r.widths[r.block.Ins[p].Data]
			}
			if p > 0 {
				at[p] = at[p-1] + size[p-1]
			}
		}
		widest := slices.Max(size)
		fmt.Fprintf(w, "    function right%d(input integer item);\n        integer p, k, m, low, high;\n        reg [%d:0] one;\n        reg [%d:0] whole;\n        reg [31:0] token, hash, other;\n        begin\n            right%d = 1'b1;\n", j, 32*places(widest)-1, 32*places(r.argument())-1, j)
		for p := range k.parts {
			fmt.Fprintf(w, "            token = want%d[item*%d+%d];\n            one = 0;\n            case (token[31:29])\n", j, k.parts, p)
			fmt.Fprintf(w, "                3'd%d: for (k = 0; k < %d; k = k + 1) one[32*k +: 32] = word(token, k);\n", isItem, places(size[p]))
			if r.path != nil {
				r.function(w, size[p])
			}
			if r.contract.fill != nil {
				fmt.Fprintf(w, "                3'd%d: one[%d:0] = %s;\n", isZero, size[p]-1, r.padded(size[p]))
			}
			w.WriteString("                default: ;\n            endcase\n")
			fmt.Fprintf(w, "            if (token[31:29] != 3'd%d && %s[%d:%d] !== one[%d:0]) right%d = 1'b0;\n", isAny, fmt.Sprintf("out%d_data", j), at[p]+size[p]-1, at[p], size[p]-1, j)
		}
		w.WriteString("        end\n    endfunction\n")
	}
}

// padded is a part of so many bits that is padding.
func (r *replayer) padded(size int) string {
	var w strings.Builder
	fmt.Fprintf(&w, "%d'b", size)
	for place := size - 1; place >= 0; place-- {
		w.WriteByte('0' + byte(flag(r.contract.fill(place))))
	}
	return w.String()
}

// argument is how many bits the widest input of the datapath has.
func (r *replayer) argument() int {
	n := 1
	if r.path != nil {
		for _, in := range r.block.Datapath.Ins {
			n = max(n, r.widths["datapath."+in])
		}
	}
	return n
}

// function is what the stub makes of an item, or of a frame's items one after another.
func (r *replayer) function(w *bytes.Buffer, size int) {
	d := r.block.Datapath
	x := r.widths["datapath."+d.Ins[len(d.Ins)-1]] / r.lanes()
	item := func(token string) {
		fmt.Fprintf(w, "                    for (k = 0; k < %d; k = k + 1) whole[32*k +: 32] = word(%s, k);\n", places(x), token)
		fmt.Fprintf(w, "                    for (k = %d; k < %d; k = k + 1) whole[k] = 1'b0;\n", x, 32*places(r.argument()))
	}
	fold := func(to string, input, width int) {
		fmt.Fprintf(w, "                    %s = 32'd%d;\n                    for (k = 0; k < %d; k = k + 1) %s = word(%s ^ whole[32*k +: 32], 32'd%d);\n", to, input, places(width), to, to, input)
	}
	if !r.contract.accumulates {
		fmt.Fprintf(w, "                3'd%d: begin\n", isDone)
		item(fmt.Sprintf("{3'd%d, token[28:0]}", isItem))
		fold("hash", 0, x)
		fmt.Fprintf(w, "                    for (k = 0; k < %d; k = k + 1) one[32*k +: 32] = word(hash, k);\n                end\n", places(size))
		return
	}
	acc := r.widths["datapath."+d.Ins[0]]
	fmt.Fprintf(w, "                3'd%d: for (m = 0; m < token[19:0]; m = m + 1) begin\n", isSum)
	fmt.Fprintf(w, "                    whole = 0;\n                    for (k = 0; k < %d; k = k + 1) whole[k] = one[k];\n", acc)
	fold("hash", 0, acc)
	item(fmt.Sprintf("{3'd%d, 3'd0, 26'd0} + token[25:20] * %d + m", isItem, r.contract.ins[0].size()))
	fold("other", 1, x)
	w.WriteString("                    if (whole != 0)\n")
	fmt.Fprintf(w, "                    for (k = 0; k < %d; k = k + 1) one[32*k +: 32] = word(hash ^ {other[0], other[31:1]}, k);\n                end\n", places(size))
}

// seen is what a simulator showed in one clock: bits, or unknownBit.
type seen struct {
	ready []uint8
	outs  []struct{ valid, right, first, last uint8 }
}

func (r *replayer) parse(line string) (s seen, err error) {
	var bits []uint8
	for _, c := range strings.ReplaceAll(line, " ", "") {
		switch c {
		case '0', '1':
			bits = append(bits, uint8(c-'0'))
		case 'x', 'z':
			bits = append(bits, unknownBit)
		default:
			return s, fmt.Errorf("result %q", line)
		}
	}
	if len(bits) != len(r.ins)+4*len(r.outs) {
		return s, fmt.Errorf("result %q", line)
	}
	s.ready = bits[:len(r.ins)]
	for o := bits[len(r.ins):]; len(o) > 0; o = o[4:] {
		s.outs = append(s.outs, struct{ valid, right, first, last uint8 }{o[0], o[1], o[2], o[3]})
	}
	return s, nil
}

// judge holds what the simulator showed against the contract, and writes it as a table.
func (r *replayer) judge(said []byte, out *Replay) (table []byte, err error) {
	lines := strings.Split(strings.TrimSuffix(string(said), "\n"), "\n")
	if len(lines) != len(r.run) {
		return nil, fmt.Errorf("%s of %d", words.Count(len(lines), "clock"), len(r.run))
	}
	var w bytes.Buffer
	ins, outs, owed := make([]int, len(r.ins)), make([]int, len(r.outs)), make([]bool, len(r.outs))
	still := 0 // clocks at the end in which nothing moved
	var stuckIn, stuckOut uint8
	for at, line := range lines {
		s, err := r.parse(line)
		if err != nil {
			return nil, err
		}
		c := r.run[at]
		fmt.Fprintf(&w, "clock %d:", at)
		for i := range r.ins {
			fmt.Fprintf(&w, " in %d valid %d ready %s item %d,", i, c.Valid>>i&1, level(s.ready[i]), ins[i])
		}
		for j, o := range s.outs {
			fmt.Fprintf(&w, " out %d valid %s ready %d item %d", j, level(o.valid), c.Ready>>j&1, outs[j])
			if o.valid != 0 {
				fmt.Fprintf(&w, " %s", map[bool]string{true: "right", false: "wrong"}[o.right == 1])
			}
		}
		w.WriteString("\n")
		if what := r.wrong(c, s, ins, outs, owed); what != "" && !out.Shown {
			out.Shown, out.What = true, fmt.Sprintf("clock %d: %s", at, what)
		}
		if what := r.otherwise(at, c, s); what != "" && !out.Shown {
			out.Shown, out.What = true, fmt.Sprintf("clock %d: %s", at, what)
		}
		moved := false
		var in, ov uint8
		for i := range r.ins {
			valid := c.Valid>>i&1 == 1
			if s.ready[i] == 1 && valid {
				ins[i]++
				moved = true
			}
			if s.ready[i] != 1 && valid {
				in |= 1 << i
			}
		}
		for j, o := range s.outs {
			ready := c.Ready>>j&1 == 1
			owed[j] = o.valid == 1 && !ready
			if o.valid == 1 && ready {
				outs[j]++
				moved = true
			}
			if o.valid == 0 {
				ov |= 1 << j
			}
		}
		if still++; moved {
			still = 0
		} else if still == 1 {
			stuckIn, stuckOut = in, ov
		} else {
			stuckIn, stuckOut = stuckIn&in, stuckOut&ov
		}
	}
	if r.breach.Loop >= 0 && !out.Shown && still >= len(r.run)-len(r.breach.Run) {
		what := ""
		for j := range r.outs {
			complete := stuckOut>>j&1 == 1
			for i := range r.ins {
				complete = complete && ins[i] >= r.frameEnd(j, i, outs[j])
			}
			if complete {
				what = fmt.Sprintf("%s stays 0 for %s though all that item %d needs is in", r.block.Outs[j].Valid, words.Count(still, "clock"), outs[j])
			}
		}
		for i := range r.ins {
			missing := stuckIn>>i&1 == 1
			for j := range r.outs {
				missing = missing && ins[i] < r.needed(j, i, outs[j])
			}
			if missing {
				what = fmt.Sprintf("%s stays 0 for %s though item %d is missing", r.block.Ins[i].Ready, words.Count(still, "clock"), ins[i])
			}
		}
		out.Shown, out.What = what != "", what
	}
	return w.Bytes(), nil
}

func level(b uint8) string {
	if b == unknownBit {
		return "x"
	}
	return strconv.Itoa(int(b))
}

// otherwise says which handshake of a clock is not the netlist's, if the run knows them.
func (r *replayer) otherwise(at int, c Cycle, s seen) string {
	if r.breach.handshakes == nil {
		return ""
	}
	bits := r.breach.handshakes[at]
	for i, b := range s.ready {
		if want := bits >> i & 1; b != want && (b != unknownBit || c.Valid>>i&1 == 1) {
			return fmt.Sprintf("%s is %s, and %d by the netlist", r.block.Ins[i].Ready, level(b), want)
		}
	}
	for j, o := range s.outs {
		if want := bits >> (len(r.ins) + j) & 1; o.valid != want {
			return fmt.Sprintf("%s is %s, and %d by the netlist", r.block.Outs[j].Valid, level(o.valid), want)
		}
	}
	return ""
}

// wrong says what one clock shows that the contract forbids.
func (r *replayer) wrong(c Cycle, s seen, ins, outs []int, owed []bool) string {
	for i, b := range s.ready {
		if b == unknownBit && c.Valid>>i&1 == 1 {
			return r.block.Ins[i].Ready + " is x"
		}
		given := r.used(i, func(j int) int { return outs[j] })
		more := 0
		if b == 1 && c.Valid>>i&1 == 1 {
			more = 1
		}
		if held := ins[i] + more - given; held > r.tokens+2*r.contract.ins[i].frame {
			return fmt.Sprintf("%s took %s that no output had yet", r.block.Ins[i].Data, words.Count(held, "item"))
		}
	}
	for j, o := range s.outs {
		side, k, n := &r.block.Outs[j], &r.contract.outs[j], outs[j]
		switch {
		case o.valid == unknownBit:
			return side.Valid + " is x"
		case o.valid == 0 && owed[j]:
			return fmt.Sprintf("%s falls though item %d was not taken", side.Valid, n)
		case o.valid == 0:
			continue
		}
		for i := range r.ins {
			if need := r.needed(j, i, n); ins[i] < need {
				return fmt.Sprintf("%s is 1 for item %d when %d of the %d items that it needs are in", side.Valid, n, ins[i], need)
			}
		}
		if o.right != 1 {
			return fmt.Sprintf("%s does not show item %d", side.Data, n)
		}
		for _, mark := range []struct {
			is   uint8
			want func(int) bool
			name string
		}{{o.first, k.first, side.First}, {o.last, k.last, side.Last}} {
			if mark.name != "" && mark.want != nil && uint64(mark.is) != flag(mark.want(n%k.frame)) {
				return fmt.Sprintf("%s is %s with item %d", mark.name, level(mark.is), n)
			}
		}
	}
	return ""
}
