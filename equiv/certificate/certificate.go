package certificate

// Layer is the certificate of a layer: what has to be looked at to see that its compare
// points follow. It is one file, in JSON.
type Layer struct {
	Layer  string  `json:"layer"`
	Tails  []Tail  `json:"tails"`
	Points []Point `json:"points"`
}

// Point is the certificate of one compare point: golden's output is what the module of
// the point's name computes.
type Point struct {
	Unit  string `json:"unit"`
	Chunk string `json:"chunk"` // the file of netlists that holds the module
	// Scale and Offset define u, the variable of the tail: the model's accumulator is
	// Scale×u + Offset, and u is a sum of inputs with integer coefficients.
	Scale  int64 `json:"scale"`
	Offset int64 `json:"offset"`
	Lo     int64 `json:"lo"` // the interval of u
	Hi     int64 `json:"hi"`
	Cuts   []Cut `json:"cuts"`
	Tail   int   `json:"tail"` // index into Layer.Tails
	// Steps are the clamps of an accumulator that saturates, in the model's order; only
	// those that can act.
	Steps []Step `json:"steps,omitempty"`
}

// Step is a net that has golden's clamped sum. Before the clamp this is Scale×u + Offset, and u
// lies in [Lo, Hi]; Cuts are where the circuit has u.
type Step struct {
	Net    int   `json:"net"`
	Scale  int64 `json:"scale"`
	Offset int64 `json:"offset"`
	Lo     int64 `json:"lo"`
	Hi     int64 `json:"hi"`
	Cuts   []Cut `json:"cuts"`
}

// Cut is a net that is Mul×u + Add in its low Width bits.
type Cut struct {
	Net   int   `json:"net"`
	Width int   `json:"width"`
	Mul   int64 `json:"mul"`
	Add   int64 `json:"add"`
}

// Tail is what lies between the cuts and the output. All of its points have the same
// logic there, and the interval is the hull of theirs.
type Tail struct {
	Lo int64 `json:"lo"`
	Hi int64 `json:"hi"`
}
