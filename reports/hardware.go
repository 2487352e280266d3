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
	// Knobs says what the layer would be with one knob of the generator set otherwise.
	// Empty: not known, or the layer has no such knob.
	Knobs []KnobCost `json:"knobs,omitempty"`
}

// KnobCost is the hardware of a layer with one knob changed.
type KnobCost struct {
	Knob      string `json:"knob"` // "tree=linear"
	Adders    int    `json:"adders"`
	Bits      int    `json:"bits"`
	Depth     int    `json:"depth"`
	ModelBits int    `json:"model_bits"`
}
