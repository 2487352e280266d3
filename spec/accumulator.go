package spec

var (
	accModeNames   = []string{"EXACT", "WRAP", "SATURATE"}
	termOrderNames = []string{"NEGATE_SHIFT", "SHIFT_NEGATE"}
)

// AccModes lists every mode.
func AccModes() []AccMode { return []AccMode{AccExact, AccWrap, AccSaturate} }

// TermOrders lists every order.
func TermOrders() []TermOrder { return []TermOrder{NegateShift, ShiftNegate} }

func (m AccMode) String() string { return nameOf(accModeNames, int(m), "AccMode") }

func (o TermOrder) String() string { return nameOf(termOrderNames, int(o), "TermOrder") }

// MarshalText implements encoding.TextMarshaler.
func (m AccMode) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *AccMode) UnmarshalText(b []byte) error {
	i, err := indexOf(accModeNames, string(b), "accumulator mode")
	*m = AccMode(i)
	return err
}

// MarshalText implements encoding.TextMarshaler.
func (o TermOrder) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (o *TermOrder) UnmarshalText(b []byte) error {
	i, err := indexOf(termOrderNames, string(b), "term order")
	*o = TermOrder(i)
	return err
}
