package reports

// Hardware describes the netlist that was generated for one layer. It is information
// only: no verdict depends on it.
type Hardware struct {
	Layer     string   `json:"layer"`
	Inputs    []string `json:"inputs"`     // formats, such as u8.5
	Output    string   `json:"output"`     // format, rounding and overflow, clamp
	FanInMin  int      `json:"fan_in_min"` // taps in use, over the layer's points
	FanInMax  int      `json:"fan_in_max"`
	Adders    int      `json:"adders"`     // and subtractors
	Bits      int      `json:"bits"`       // of all their outputs
	Depth     int      `json:"depth"`      // adders on the longest path
	ModelBits int      `json:"model_bits"` // of the adder-bit area model
}
