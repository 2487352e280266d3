package spec

import (
	"fmt"

	"github.com/hashiflex/hashiflex/spec/words"
)

// NoLayer is the error for a name that no layer of n has. It proposes a layer with a
// similar name.
func (n *Network) NoLayer(name string) error {
	var known []string
	for _, l := range n.Layers {
		known = append(known, l.Name)
	}
	return fmt.Errorf("network %s has no such layer%s", n.Name, words.DidYouMean(name, known))
}
