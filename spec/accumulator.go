package spec

import "fmt"

var (
	accModeNames   = [numAccModes]string{AccExact: "EXACT", AccWrap: "WRAP", AccSaturate: "SATURATE"}
	termOrderNames = [numTermOrders]string{NegateShift: "NEGATE_SHIFT", ShiftNegate: "SHIFT_NEGATE"}
)

// AccModes lists every mode.
func AccModes() []AccMode { return modes[AccMode](len(accModeNames)) }

// TermOrders lists every order.
func TermOrders() []TermOrder { return modes[TermOrder](len(termOrderNames)) }

// Known reports whether m is one of AccModes.
func (m AccMode) Known() bool { return m < numAccModes }

// Known reports whether o is one of TermOrders.
func (o TermOrder) Known() bool { return o < numTermOrders }

func (m AccMode) String() string {
	if !m.Known() {
		return fmt.Sprintf("AccMode(%d)", uint8(m))
	}
	return accModeNames[m]
}

func (o TermOrder) String() string {
	if !o.Known() {
		return fmt.Sprintf("TermOrder(%d)", uint8(o))
	}
	return termOrderNames[o]
}

// MarshalText implements encoding.TextMarshaler.
func (m AccMode) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *AccMode) UnmarshalText(b []byte) (err error) {
	*m, err = modeOf(AccModes(), string(b), "accumulator mode")
	return err
}

// MarshalText implements encoding.TextMarshaler.
func (o TermOrder) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (o *TermOrder) UnmarshalText(b []byte) (err error) {
	*o, err = modeOf(TermOrders(), string(b), "term order")
	return err
}
