package networks_test

import (
	"fmt"

	"github.com/hashiflex/hashiflex/spec/networks"
)

// A network is opened by its name, and its layers say what they compute.
func Example() {
	net, err := networks.Open("tiny")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, l := range net.Layers[:3] {
		fmt.Println(l.Name, l.Kind(), l.OutShape().C, l.Out.Format)
	}
	// Output:
	// stem conv 6 u8.5
	// depthwise conv 6 u8.5
	// grouped conv 6 s9.5
}
