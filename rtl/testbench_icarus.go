package rtl

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hashiflex/hashiflex/rtl/tool"
)

// icarusSimulation is a compiled test bench in its folder.
type icarusSimulation struct {
	ic     Icarus
	dir    *workdir
	tb     *Testbench
	layout layout
}

// Compile makes a test bench ready to run. The error is a *SourceError for Verilog
// that does not compile, else a *ToolError.
func (ic Icarus) Compile(ctx context.Context, sources Sources, tb *Testbench) (Simulation, error) {
	l, err := tb.layout()
	if err != nil {
		return nil, &ToolError{Tool: "iverilog", Err: err}
	}
	text, err := tb.wrapperText()
	if err != nil {
		return nil, &ToolError{Tool: "iverilog", Err: err}
	}
	dir, err := icarusWorkdir(sources)
	if err != nil {
		return nil, err
	}
	err = errors.Join(dir.write("wrapper.v", text), dir.write("bench.v", driverText(l)))
	if err == nil {
		err = ic.compile(ctx, dir, append([]string{"wrapper.v", "bench.v"}, dir.names()...))
	}
	if err != nil {
		dir.remove()
		return nil, err
	}
	return &icarusSimulation{ic, dir, tb, l}, nil
}

// driverText is the module that drives the wrapper. For each lane it reads a line of
// hex digits from vectors.hex and writes a line of bits to results.txt. It waits a
// millisecond for the design, longer than any delay of gates or registers.
func driverText(l layout) []byte {
	return fmt.Appendf(nil, `module %s;
    reg clk;
    reg [%d:0] in;
    wire [%d:0] out;
    integer from, to, lane;
    %s wrapped (.clk(clk), .in(in), .out(out));
    initial begin
        clk = 0;
        from = $fopen("vectors.hex", "r");
        to = $fopen("results.txt", "w");
        lane = 0;
        while ($fscanf(from, "%%h", in) == 1) begin
            #1000000;
            $fdisplay(to, "%%b", out);
            clk = 1;
            #1000000;
            clk = 0;
            #1000000;
            lane = lane + 1;
        end
        $fdisplay(to, "end %%0d", lane);
        $fclose(to);
        $finish;
    end
endmodule
`, bench, l.in-1, l.out-1, wrapper)
}

func (s *icarusSimulation) Simulator() string { return tool.Icarus.Name }
func (s *icarusSimulation) Close() error      { s.dir.remove(); return nil }

func (s *icarusSimulation) Run(ctx context.Context, _ uint64, in [][]uint64) ([][]Bits, error) {
	lanes, err := s.tb.lanes(in)
	if err != nil {
		return nil, &ToolError{Tool: "vvp", Err: err}
	}
	if err := s.dir.write("vectors.hex", s.vectors(in, lanes)); err != nil {
		return nil, err
	}
	log, err := s.dir.run(ctx, tool.VVP, s.ic.Limits, "-n", icarusOutput)
	var failed *ToolError
	switch {
	case errors.As(err, &failed):
		return nil, failed
	case err != nil:
		return nil, &ToolError{"vvp", err, tail(log)}
	}
	res, err := s.results(lanes)
	if err != nil {
		return nil, &ToolError{"vvp", err, tail(log)}
	}
	return res, nil
}

// vectors writes a line for each lane. One that has no inputs is a 0.
func (s *icarusSimulation) vectors(in [][]uint64, lanes int) []byte {
	words := make([]uint32, (s.layout.in+31)/32)
	var b bytes.Buffer
	b.Grow(lanes * (8*len(words) + 1))
	for lane := range lanes {
		pack(words, s.tb.Inputs, in, lane)
		for i := len(words) - 1; i >= 0; i-- {
			fmt.Fprintf(&b, "%08x", words[i])
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

func (s *icarusSimulation) results(lanes int) ([][]Bits, error) {
	f, err := os.Open(filepath.Join(s.dir.path, "results.txt"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 1<<16)
	res := response(s.layout.outs, lanes)
	line := make([]byte, s.layout.out+1)
	for lane := range lanes {
		if err := readLane(in, line, lane, lanes); err != nil {
			return nil, err
		}
		if line[s.layout.out] != '\n' {
			return nil, fmt.Errorf("lane %d: a line of other than %d digits", lane, s.layout.out)
		}
		end := s.layout.out // of the output's digits: the first output is last
		for i, o := range s.layout.outs {
			if res[i][lane], err = parseBits(string(line[end-o.Width:end]), o.Width); err != nil {
				return nil, fmt.Errorf("lane %d, output %q: %w", lane, o.Name, err)
			}
			end -= o.Width
		}
	}
	want := fmt.Sprintf("end %d\n", lanes)
	last := make([]byte, len(want)+1)
	if n, _ := in.Read(last); string(last[:n]) != want {
		return nil, fmt.Errorf("the results do not end after lane %d", lanes-1)
	}
	return res, nil
}
