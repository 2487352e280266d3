package witness

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// trace writes the failing cone as a value change dump: at time 0 the inputs at rest,
// at time 10 the witness. Every signal of the cone has its gate and gold bits next to
// each other, with their numbers. first_difference rises in the scope of the first
// differing signal.
func trace(w *Witness) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "$comment %s, %s: model %d, hardware %d $end\n$timescale 1ns $end\n", w.Unit, w.Edge, w.Gold, w.hardware())
	type change struct{ rest, witness string }
	var changes []change
	next := 0
	declare := func(kind string, width int, name string, rest, hot string) {
		code := vcdCode(next)
		next++
		fmt.Fprintf(&b, "$var %s %d %s %s $end\n", kind, width, code, name)
		changes = append(changes, change{rest + code, hot + code})
	}
	number := func(v int64, frac int) string {
		return "r" + strconv.FormatFloat(math.Ldexp(float64(v), -frac), 'g', -1, 64) + " "
	}
	fmt.Fprintf(&b, "$scope module inputs $end\n")
	for _, in := range w.Inputs {
		if !in.Moved {
			continue
		}
		declare("wire", in.Width, vcdName(in.Port), vcdBits(in.Before, in.Width), vcdBits(in.Value, in.Width))
		declare("real", 64, vcdName(in.Port)+"_value", number(in.Before, in.Frac), number(in.Value, in.Frac))
	}
	b.WriteString("$upscope $end\n$scope module cone $end\n")
	first := ""
	for _, n := range w.Explanation.Cone.Nodes {
		name := vcdName(n.Name)
		declare("wire", n.Width, name+"_gate", vcdBits(n.RestGate, n.Width), vcdBits(n.Gate, n.Width))
		if n.Paired {
			declare("wire", n.Width, name+"_gold", vcdBits(n.RestGold, n.Width), vcdBits(n.Gold, n.Width))
		}
		declare("real", 64, name+"_gate_value", number(n.RestGate, n.Frac), number(n.Gate, n.Frac))
		if n.Paired {
			declare("real", 64, name+"_gold_value", number(n.RestGold, n.Frac), number(n.Gold, n.Frac))
		}
		if n.First {
			first = name
		}
	}
	if first != "" {
		declare("wire", 1, "first_difference_"+first, "0", "1")
	}
	b.WriteString("$upscope $end\n$enddefinitions $end\n#0\n")
	for _, c := range changes {
		b.WriteString(c.rest + "\n")
	}
	b.WriteString("#10\n")
	for _, c := range changes {
		b.WriteString(c.witness + "\n")
	}
	b.WriteString("#20\n")
	return []byte(b.String())
}

// vcdCode is a short identifier of printable characters.
func vcdCode(n int) string {
	code := ""
	for {
		code += string(rune('!' + n%94))
		if n /= 94; n == 0 {
			return code
		}
		n--
	}
}

func vcdName(s string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' {
			return '_'
		}
		return r
	}, s)
}

func vcdBits(v int64, width int) string {
	u := strconv.FormatUint(uint64(v)&(1<<width-1), 2)
	if width == 1 {
		return u
	}
	return "b" + u + " "
}
