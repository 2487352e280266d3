package strict_test

import (
	"errors"
	"testing"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/strict"
)

// FuzzRead reads any text: it is refused at a place within it, or it elaborates to
// netlists in which only a loop can leave a value undefined.
func FuzzRead(f *testing.F) {
	f.Add([]byte(in("assign y = (c ? a : ~b) + {2{a[3:0]}};")))
	f.Add([]byte(in("wire s = $signed(a) < -8'sd3;\nassign y = {8{s}};")))
	f.Add([]byte(in("leaf u (.i(a), .o(y));") + leaf))
	f.Add([]byte("module m (input wire clk, input d, output reg q);\nalways @(posedge clk) begin q <= d; end\nendmodule\n"))
	f.Add([]byte("module m (input [1:0] a, output y);\nwire [1:0] n;\nassign n[0] = n[1], n[1] = n[0];\nassign y = &n;\nendmodule"))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, generated := range []bool{false, true} {
			s := source.One("m.v", text)
			s.Generated = generated
			d, err := strict.Read(s)
			var refused *strict.Refusal
			if errors.As(err, &refused) {
				lines := 1
				for _, b := range text {
					if b == '\n' {
						lines++
					}
				}
				if refused.Line < 1 || refused.Line > lines || refused.Column < 1 {
					t.Fatalf("of %d lines: %v", lines, err)
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range d.Modules() {
				m, err := d.Module(name)
				if err != nil {
					t.Fatal(err)
				}
				if err := m.Check(); err != nil {
					t.Fatal(err)
				}
				for _, u := range m.Undefs {
					if u.Reason != netlist.UndefLoop && u.Reason != netlist.UndefWide && u.Reason != netlist.UndefClock {
						t.Fatalf("%s: %s", u.Reason, u.Detail)
					}
				}
			}
		}
	})
}
