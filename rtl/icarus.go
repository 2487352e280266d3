package rtl

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/hashiflex/hashiflex/rtl/tool"
)

// Icarus executes Verilog with iverilog and vvp, event-driven and four-valued. The zero
// value is ready. Limits apply to each of the two processes.
type Icarus struct {
	Limits Limits
	// Clock is an input of one bit that Run pulses once after every lane, or "".
	Clock string
}

// Signal is a port of a Verilog module, by its Verilog name, 1 to 64 bits wide.
type Signal struct {
	Name  string
	Width int
}

// Bits is a word from a simulator. Where a bit of Unknown is 1, the bit is x or z, and
// the same bit of Value is 0 without meaning.
type Bits struct{ Value, Unknown uint64 }

func (b Bits) String() string {
	if b.Unknown == 0 {
		return strconv.FormatUint(b.Value, 10)
	}
	return fmt.Sprintf("%b with unknown %b", b.Value, b.Unknown)
}

// bench is the module that drives the design.
const bench = "hashiflex_bench"

// Run drives the combinational module top with vectors and returns what its outputs
// settle to. vectors[i] holds the lanes of ins[i], all of one length; the result has
// the lanes of each of outs. Bits above a port's width are ignored. A module without
// inputs runs once. With a Clock, lanes follow each other in time. A lane's outputs are
// read after its inputs settle and before the clock pulse. Registers begin at x.
//
// The error is a *SourceError for Verilog that does not compile, and a *ToolError for
// everything else, including a result of unexpected shape.
func (ic Icarus) Run(ctx context.Context, sources Sources, top string, ins, outs []Signal, vectors [][]uint64) ([][]Bits, error) {
	lanes, err := laneCount(ins, outs, vectors)
	if err != nil {
		return nil, &ToolError{Tool: "iverilog", Err: err}
	}
	text, err := benchText(top, ic.Clock, ins, outs, lanes)
	if err != nil {
		return nil, &ToolError{Tool: "iverilog", Err: err}
	}
	dir, err := icarusWorkdir(sources)
	if err != nil {
		return nil, err
	}
	defer dir.remove()
	if err := dir.write("bench.v", text); err != nil {
		return nil, err
	}
	if err := dir.write("vectors.hex", hexVectors(ins, vectors, lanes)); err != nil {
		return nil, err
	}
	if err := ic.compile(ctx, dir, append(dir.names(), "bench.v")); err != nil {
		return nil, err
	}
	log, err := dir.run(ctx, tool.VVP, ic.Limits, "-n", icarusOutput)
	var failed *ToolError
	switch {
	case errors.As(err, &failed):
		return nil, failed
	case err != nil:
		return nil, &ToolError{"vvp", err, tail(log)}
	}
	result, err := readResults(filepath.Join(dir.path, "results.txt"), outs, lanes)
	if err != nil {
		return nil, &ToolError{"vvp", err, tail(log)}
	}
	return result, nil
}

// icarusWorkdir is newWorkdir with the conversion of files that Icarus does not read.
func icarusWorkdir(sources Sources) (*workdir, error) {
	if c := sources.Conversion; c != nil && c.Icarus {
		sources = sources.Written()
	}
	return newWorkdir(sources)
}

func laneCount(ins, outs []Signal, vectors [][]uint64) (int, error) {
	for _, s := range append(append([]Signal(nil), ins...), outs...) {
		if s.Width < 1 || s.Width > 64 {
			return 0, fmt.Errorf("port %q has %d bits, want 1 to 64", s.Name, s.Width)
		}
	}
	if len(vectors) != len(ins) {
		return 0, fmt.Errorf("vectors for %d inputs, want %d", len(vectors), len(ins))
	}
	lanes := 1
	for i, v := range vectors {
		if i == 0 {
			lanes = len(v)
		}
		if len(v) != lanes {
			return 0, fmt.Errorf("input %q has %d vectors, want %d", ins[i].Name, len(v), lanes)
		}
	}
	return lanes, nil
}

// compile makes what vvp runs of files in their order.
func (ic Icarus) compile(ctx context.Context, dir *workdir, files []string) error {
	return ic.iverilog(ctx, dir, []string{"-s", bench}, files)
}

// errCounted is how a compiler ends that found so many mistakes: its exit status is their
// number modulo 256.
var errCounted = errors.New("it wrote nothing")

// icarusOutput is the output file of the compiler and its preprocessor, a name that no
// user's file has.
const icarusOutput = "design.vvp"

// iverilog compiles files to icarusOutput. Its -g2005 is the language of WriteVerilog.
func (ic Icarus) iverilog(ctx context.Context, dir *workdir, options, files []string) error {
	const out = icarusOutput
	if err := os.Remove(filepath.Join(dir.path, out)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &ToolError{Tool: "iverilog", Err: err}
	}
	options = append(options, "-o", out)
	language := "-g2005"
	for _, n := range dir.names() {
		if strings.HasSuffix(n, ".sv") {
			language = "-g2012"
		}
	}
	log, err := dir.run(ctx, tool.Icarus, ic.Limits, slices.Concat([]string{language}, options, files)...)
	if err == nil {
		i, statErr := os.Lstat(filepath.Join(dir.path, out))
		if statErr == nil && i.Mode().IsRegular() {
			return nil
		}
		err = errCounted
	}
	var failed *ToolError
	if errors.As(err, &failed) {
		return err
	}
	var messages []Message
	for _, line := range strings.Split(log, "\n") {
		if m := dir.message(line); m.File != "" {
			messages = append(messages, m)
		}
	}
	if len(messages) == 0 {
		return &ToolError{"iverilog", err, tail(log)}
	}
	return &SourceError{"iverilog", messages}
}

// Accepts returns nil if Icarus accepts sources as Verilog, and otherwise a
// *SourceError or *ToolError. It executes nothing and names no top module. Of converted
// sources it takes the files themselves.
func (ic Icarus) Accepts(ctx context.Context, sources Sources) error {
	dir, err := newWorkdir(sources)
	if err != nil {
		return err
	}
	defer dir.remove()
	return ic.iverilog(ctx, dir, nil, dir.names())
}

// benchText reads one line of hex digits for each lane, lets the design settle,
// and prints one line of bits; the last line says that all were printed.
func benchText(top, clock string, ins, outs []Signal, lanes int) ([]byte, error) {
	var b bytes.Buffer
	name, err := escaped(top)
	if err != nil {
		return nil, err
	}
	width := 0
	for _, s := range ins {
		width += s.Width
	}
	fmt.Fprintf(&b, "module %s;\n    reg [%d:0] in;\n    integer from, to, lane;\n", bench, max(width, 1)-1)
	for i, s := range outs {
		fmt.Fprintf(&b, "    wire [%d:0] out%d;\n", s.Width-1, i)
	}
	sep, lo, cycle := "\n", 0, ""
	if clock != "" {
		port, err := escaped(clock)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "    reg clock;\n    initial clock = 0;\n    %s dut (\n        .%s(clock)", name, port)
		sep, cycle = ",\n", "            clock = 1;\n            #1;\n            clock = 0;\n            #1;\n"
	} else {
		fmt.Fprintf(&b, "    %s dut (", name)
	}
	for _, s := range ins {
		port, err := escaped(s.Name)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%s        .%s(in[%d:%d])", sep, port, lo+s.Width-1, lo)
		sep, lo = ",\n", lo+s.Width
	}
	for i, s := range outs {
		port, err := escaped(s.Name)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%s        .%s(out%d)", sep, port, i)
		sep = ",\n"
	}
	fmt.Fprintf(&b, `
    );
    initial begin
        from = $fopen("vectors.hex", "r");
        to = $fopen("results.txt", "w");
        for (lane = 0; lane < %d; lane = lane + 1) begin
            if ($fscanf(from, "%%h", in) != 1) begin
                $display("lane %%0d: no vector", lane);
                $finish;
            end
            #1;
`, lanes)
	for i := range outs {
		fmt.Fprintf(&b, "            $fdisplay(to, \"%%b\", out%d);\n", i)
	}
	b.WriteString(cycle + "        end\n        $fdisplay(to, \"end\");\n        $fclose(to);\n        $finish;\n    end\nendmodule\n")
	return b.Bytes(), nil
}

// escaped is a Verilog name as a reference to it, where it stands.
func escaped(name string) (string, error) {
	if isPlain(name) {
		return name, nil
	}
	for i := 0; i < len(name); i++ {
		if name[i] <= ' ' || name[i] > '~' {
			return "", fmt.Errorf("name %q: no Verilog identifier has byte %#x", name, name[i])
		}
	}
	if name == "" {
		return "", errors.New("an empty name")
	}
	return `\` + name + " ", nil
}

// hexVectors writes one line for each lane, the first input in the low bits.
func hexVectors(ins []Signal, vectors [][]uint64, lanes int) []byte {
	width := 0
	for _, s := range ins {
		width += s.Width
	}
	digits := max((width+3)/4, 1)
	out := make([]byte, 0, lanes*(digits+1))
	word := make([]byte, digits) // digits of one lane, low ones first
	for lane := range lanes {
		clear(word)
		at := 0
		for i, s := range ins {
			v := vectors[i][lane] & ones(s.Width)
			for bit := 0; bit < s.Width; {
				n := min(4-at%4, s.Width-bit)
				word[at/4] |= byte(v>>bit&ones(n)) << (at % 4)
				bit, at = bit+n, at+n
			}
		}
		for i := digits - 1; i >= 0; i-- {
			out = append(out, "0123456789abcdef"[word[i]])
		}
		out = append(out, '\n')
	}
	return out
}

// readResults reads what the bench printed, and nothing else.
func readResults(path string, outs []Signal, lanes int) ([][]Bits, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	result := make([][]Bits, len(outs))
	for i := range result {
		result[i] = make([]Bits, lanes)
	}
	for lane := range lanes {
		for i, s := range outs {
			if !in.Scan() {
				return nil, fmt.Errorf("the results end at lane %d of %d", lane, lanes)
			}
			if result[i][lane], err = parseBits(in.Text(), s.Width); err != nil {
				return nil, fmt.Errorf("lane %d, output %q: %w", lane, s.Name, err)
			}
		}
	}
	if !in.Scan() || in.Text() != "end" || in.Scan() {
		return nil, fmt.Errorf("the results do not end after lane %d", lanes-1)
	}
	return result, nil
}

func parseBits(s string, width int) (b Bits, err error) {
	if len(s) != width {
		return b, fmt.Errorf("%d digits %.80q, want %d", len(s), s, width)
	}
	for i := 0; i < width; i++ {
		b.Value, b.Unknown = b.Value<<1, b.Unknown<<1
		switch s[i] {
		case '0':
		case '1':
			b.Value |= 1
		case 'x', 'z':
			b.Unknown |= 1
		default:
			return b, fmt.Errorf("digit %q", s[i])
		}
	}
	return b, nil
}
