package verdict

import (
	"fmt"

	"github.com/hashiflex/hashiflex/spec/crash"
)

// Verdict is the result of a claim. The zero value is Unknown. As text it is a word in
// lower case.
type Verdict uint8

const (
	Unknown Verdict = iota // could not tell; carries a Reason
	Proved                 // for all inputs that the claim is about; carries a Basis
	Refuted                // carries a witness that was replayed
	Vacuous                // its assumptions contradict each other; carries a Reason
	Failed                 // a tool broke, or two ways of deciding disagree; carries a Reason
)

var names = [...]string{"unknown", "proved", "refuted", "vacuous", "failed"}

func (v Verdict) String() string {
	if int(v) >= len(names) {
		return fmt.Sprintf("Verdict(%d)", uint8(v))
	}
	return names[v]
}

// MarshalText implements encoding.TextMarshaler.
func (v Verdict) MarshalText() ([]byte, error) {
	if int(v) >= len(names) {
		return nil, fmt.Errorf("no such verdict: %d", uint8(v))
	}
	return []byte(names[v]), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *Verdict) UnmarshalText(b []byte) error {
	for i, n := range names {
		if n == string(b) {
			*v = Verdict(i)
			return nil
		}
	}
	return fmt.Errorf("no such verdict: %q", b)
}

// ByGravity lists all verdicts, the gravest first.
func ByGravity() []Verdict { return []Verdict{Refuted, Failed, Unknown, Vacuous, Proved} }

// Crashed enters a panic as the verdict of an obligation. It goes with crash.Recover:
//
//	defer crash.Recover("name of the obligation", verdict.Crashed(&f.Verdict, &f.Reason, &f.Detail))
func Crashed(v *Verdict, r *Reason, detail *string) func(*crash.Error) {
	return func(e *crash.Error) { *v, *r, *detail = Failed, EngineCrashed, e.Error() }
}
