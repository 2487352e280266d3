package verdict

// Edge is one link of the chain from the model to the hardware. Every compare point
// is settled once on every edge.
type Edge string

const (
	GoldenNetlist Edge = "golden = netlist" // the generated netlist computes the model
	GoldenRTL     Edge = "golden = rtl"     // the Verilog, read back, computes the model
)

// edges holds every edge, in the order of the chain, with its claim and the short
// name that files are called by.
var edges = []struct {
	edge         Edge
	short, claim string
}{
	{GoldenNetlist, "netlist", "The generated netlist computes the model at every compare point."},
	{GoldenRTL, "rtl", "The Verilog, read back by Yosys, computes the model at every compare point."},
}

// Edges lists all edges, in the order of the chain.
func Edges() []Edge {
	all := make([]Edge, len(edges))
	for i, e := range edges {
		all[i] = e.edge
	}
	return all
}

// Claim is what e claims, as a sentence; the name of an edge that is not known.
func (e Edge) Claim() string {
	for _, row := range edges {
		if row.edge == e {
			return row.claim
		}
	}
	return string(e)
}

// Short is one word for e, for names of files; the name of an edge that is not known.
func (e Edge) Short() string {
	for _, row := range edges {
		if row.edge == e {
			return row.short
		}
	}
	return string(e)
}
