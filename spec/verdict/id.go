package verdict

import (
	"fmt"
	"strings"
)

// ID names an obligation within its run. It is the same in every run.
//
// A compare point has the ID "layer/edge/label". A premise of its proof alone has that ID
// followed by a kind. Every other obligation has the ID "kind/name", or the kind alone if
// there is only one of it. A tail belongs to a layer: "layer/tail/key".
type ID string

// ID is the ID of the obligation of kind k that is called name.
func (k Kind) ID(name string) ID { return ID(string(k) + "/" + name) }

// Only is the ID of an obligation whose kind has no other.
func (k Kind) Only() ID { return ID(k) }

// Part is the ID of the obligation of kind k that the compare point id alone needs.
func (id ID) Part(k Kind) ID { return id + "/" + ID(k) }

// keyLength is the number of characters of a content key in an ID.
const keyLength = 16

// TailID is the ID of a layer's tail with the given content key.
func TailID(layer, key string) ID {
	return ID(layer + "/" + string(Tail) + "/" + key[:min(len(key), keyLength)])
}

// Point is one compare point on one edge.
type Point struct {
	Layer string
	Edge  Edge
	Label string // channel number, or another name for the module's part; it has no slash
}

// ID prints the ID of p.
func (p Point) ID() ID { return ID(p.Layer + "/" + string(p.Edge) + "/" + p.Label) }

// ParsePoint reads the ID of a compare point. The error lists the known edges.
func ParsePoint(id ID) (Point, error) {
	for _, e := range Edges() {
		between := "/" + string(e) + "/"
		// A layer may have the name of an edge, a label has no slash.
		at := strings.LastIndex(string(id), between)
		if at <= 0 {
			continue
		}
		if label := string(id[at+len(between):]); label != "" && !strings.Contains(label, "/") {
			return Point{Layer: string(id[:at]), Edge: e, Label: label}, nil
		}
	}
	return Point{}, fmt.Errorf("%q is no compare point: want layer/edge/point, with one of the edges %q", string(id), Edges())
}
