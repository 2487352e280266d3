package signoff_test

import (
	"context"
	"fmt"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// A layer is proved on one edge, and Z3 confirms it. That is what was asked for, and no
// signoff of the network: the reasons say what is missing.
func ExampleRun() {
	net, err := networks.Open("tiny")
	if err != nil {
		fmt.Println(err)
		return
	}
	z3, err := smt.Z3()
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := signoff.Run(context.Background(), signoff.Job{
		Network: net,
		Chain: chain.Options{
			Layers: []string{"expand"}, Edges: []verdict.Edge{verdict.GoldenNetlist}, Opinions: []smt.Opinion{{Solver: z3}}, Seed: 1,
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.Asked())
	fmt.Println(s.Conclusion)
	fmt.Println(s.Reasons[0])
	// Output:
	// signed off
	// not proved
	// not done: golden = rtl (no Verilog was written and read back)
}
