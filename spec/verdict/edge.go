package verdict

// Edge is one link of the chain from the model to the hardware. Every compare point
// is settled once on every edge.
type Edge string

const (
	GoldenNetlist Edge = "golden = netlist" // the generated netlist computes the model
	GoldenRTL     Edge = "golden = rtl"     // the Verilog, read back, computes the model
)

// edges holds every edge, in the order of the chain, with its claim and its short name
// for files.
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

// Claim is the claim of e, as a sentence. For an unknown edge it is the edge's name.
func (e Edge) Claim() string {
	for _, row := range edges {
		if row.edge == e {
			return row.claim
		}
	}
	return string(e)
}

// Short is one word for e, for names of files. For an unknown edge it is the edge's name.
func (e Edge) Short() string {
	for _, row := range edges {
		if row.edge == e {
			return row.short
		}
	}
	return string(e)
}
