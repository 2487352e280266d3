package rtl

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/verilated"
)

// both compiles a test bench with both simulators.
func both(t *testing.T, sources Sources, tb *Testbench) []Simulation {
	t.Helper()
	ic, err := Icarus{}.Compile(context.Background(), sources, tb)
	require.NoError(t, err)
	v, err := Verilator{}.Compile(context.Background(), sources, tb)
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, ic.Close())
		require.NoError(t, v.Close())
	})
	return []Simulation{ic, v}
}

// under is a test bench of one module with m's ports.
func under(m *netlist.Module) *Testbench {
	tb := &Testbench{Inputs: signals(m.Inputs)}
	inst := Instance{Module: m.Name, Outs: signals(m.Outputs)}
	for i, p := range m.Inputs {
		inst.Ins = append(inst.Ins, Drive{VerilogName(p.Name), i})
	}
	tb.Under = []Instance{inst}
	return tb
}

func TestBothSimulatorsAgreeWithTheNetlist(t *testing.T) {
	r := rand.New(rand.NewPCG(*seed, 3))
	for range 3 {
		m := random(r, "m", 30)
		in := vectors(m.Inputs, 300)
		want := outputs(t, m, in)
		for _, s := range both(t, source.One("design.v", []byte(write(t, m))), under(m)) {
			got, err := s.Run(context.Background(), 1, in)
			require.NoError(t, err)
			for i := range want {
				for lane := range want[i] {
					require.Equal(t, Bits{Value: want[i][lane]}, got[i][lane], "%s, output %d, lane %d", s.Simulator(), i, lane)
				}
			}
		}
	}
}

// Several modules share inputs and the clock; one of them has registers, whose
// first values are what the simulator makes of them.
func TestModulesSideBySide(t *testing.T) {
	text := `module late (input c, input [2:0] a, output reg [2:0] y); always @(posedge c) begin y <= #1 a; $display("a design may print"); end endmodule
module now (input [69:67] b, input [2:0] a, output [2:0] \s+t ); assign \s+t = a + b; endmodule`
	tb := &Testbench{
		Inputs: []Signal{{"a", 3}, {"b", 3}},
		Under: []Instance{
			{Module: "late", Clock: "c", Ins: []Drive{{"a", 0}}, Outs: []Signal{{"y", 3}}},
			{Module: "now", Ins: []Drive{{"a", 0}, {"b", 1}}, Outs: []Signal{{"s+t", 3}}},
		},
	}
	for _, s := range both(t, source.One("two.v", []byte(text)), tb) {
		for range 2 {
			got, err := s.Run(context.Background(), 7, [][]uint64{{1, 2, 3}, {1, 1, 6}})
			require.NoError(t, err)
			require.Equal(t, []Bits{{Value: 2}, {Value: 3}, {Value: 1}}, got[1], s.Simulator())
			require.Equal(t, []Bits{{Value: 1}, {Value: 2}}, got[0][1:], s.Simulator())
		}
	}
}

// What registers hold at power-up is x to one simulator and comes from the seed for
// the other.
func TestPowerUp(t *testing.T) {
	text := "module m (input c, output reg [31:0] y); always @(posedge c) y <= y; endmodule"
	tb := &Testbench{Under: []Instance{{Module: "m", Clock: "c", Outs: []Signal{{"y", 32}}}}}
	sims := both(t, source.One("m.v", []byte(text)), tb)
	got, err := sims[0].Run(context.Background(), 1, nil)
	require.NoError(t, err)
	require.Equal(t, Bits{Unknown: 1<<32 - 1}, got[0][0])
	seen := map[uint64]bool{}
	for seed := range uint64(4) {
		got, err := sims[1].Run(context.Background(), seed+1, nil)
		require.NoError(t, err)
		seen[got[0][0].Value] = true
	}
	require.Len(t, seen, 4)
}

func TestLinesEntered(t *testing.T) {
	text := "module m (input [3:0] a, output reg y);\n  always @*\n    if (a == 9)\n      y = 1;\n    else\n      y = 0;\nendmodule\n"
	tb := &Testbench{Inputs: []Signal{{"a", 4}}, Under: []Instance{{Module: "m", Ins: []Drive{{"a", 0}}, Outs: []Signal{{"y", 1}}}}}
	s := both(t, source.One("dir/my file.v", []byte(text)), tb)[1].(Covering)
	run := func(a ...uint64) map[verilated.Point]int64 {
		_, err := s.Run(context.Background(), 1, [][]uint64{a})
		require.NoError(t, err)
		return s.Entered()
	}
	taken := verilated.Point{File: "dir/my file.v", Line: 3, Kind: verilated.Line, Name: "if"}
	require.Zero(t, run(1, 2, 3)[taken])
	require.Contains(t, s.Entered(), taken)
	require.Positive(t, run(9)[taken])
}

func TestSimulatorsSayWhatTheyRefuse(t *testing.T) {
	tb := &Testbench{Inputs: []Signal{{"a", 1}}, Under: []Instance{{Module: "m", Ins: []Drive{{"a", 0}}, Outs: []Signal{{"y", 1}}}}}
	bad := source.One("bad.v", []byte("module m (input a, output y);\n  nonsense nonsense\nendmodule\n"))
	for _, compile := range []func() error{
		func() error { _, err := Icarus{}.Compile(context.Background(), bad, tb); return err },
		func() error { _, err := Verilator{}.Compile(context.Background(), bad, tb); return err },
	} {
		var refused *SourceError
		require.ErrorAs(t, compile(), &refused)
		require.Equal(t, "bad.v", refused.Messages[0].File)
		require.Equal(t, 3, refused.Messages[0].Line)
	}
	ends := source.One("ends.v", []byte("module m (input a, output y);\n  assign y = a;\n  always @(a) if (a) $finish;\nendmodule\n"))
	for _, s := range both(t, ends, tb) {
		_, err := s.Run(context.Background(), 1, [][]uint64{{0, 1, 0}})
		var failed *ToolError
		require.ErrorAs(t, err, &failed, s.Simulator())
	}
	hangs := source.One("hangs.v", []byte("module m (input a, output reg y);\n  always @* begin y = a; while (a) y = ~y; end\nendmodule\n"))
	for _, compile := range []func(l Limits) (Simulation, error){
		func(l Limits) (Simulation, error) {
			return Icarus{Limits: l}.Compile(context.Background(), hangs, tb)
		},
		func(l Limits) (Simulation, error) {
			return Verilator{Limits: l}.Compile(context.Background(), hangs, tb)
		},
	} {
		_, err := compile(Limits{})
		require.NoError(t, err)
		s, err := compile(Limits{Time: 3 * time.Second})
		require.NoError(t, err)
		_, err = s.Run(context.Background(), 1, [][]uint64{{0, 1, 0}})
		require.ErrorIs(t, err, context.DeadlineExceeded, s.Simulator())
		require.NoError(t, s.Close())
	}
}
