package equiv_test

import (
	"fmt"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec/networks"
)

// One output channel of a layer is asked about: as it is generated, and as another
// channel's hardware in its place.
func Example() {
	net, err := networks.Open("tiny")
	if err != nil {
		fmt.Println(err)
		return
	}
	layer := net.Layer("expand")
	gen, err := shiftadd.New(layer, shiftadd.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	model := equiv.ModelOf(layer, shiftadd.Unit{Kind: shiftadd.KindChannel, Channel: 0})

	right := equiv.NewQuestion(model, gen.Channel(0))
	fmt.Println(right.Settle().Verdict)

	wrong := equiv.NewQuestion(model, gen.Channel(1))
	fmt.Println(wrong.Settle().Verdict)
	w, err := wrong.Search(1)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(w.Gold != w.Gate)
	// Output:
	// proved
	// unknown
	// true
}
