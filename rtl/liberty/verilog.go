package liberty

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Verilog writes the cells that used names, each on its lines of the library. The error has
// every cell that has no Verilog, with its line.
func (l *Library) Verilog(used func(cell string) bool) ([]byte, error) {
	var b bytes.Buffer
	line := 1
	to := func(n int, text string) {
		for ; line < n; line++ {
			b.WriteByte('\n')
		}
		b.WriteString(text + " ")
	}
	var errs []error
	for i := range l.Cells {
		c := &l.Cells[i]
		if !used(c.Name) {
			continue
		}
		if err := c.write(to); err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: cell %s: %w", l.File, c.Line, c.Name, err))
		}
	}
	b.WriteByte('\n')
	return b.Bytes(), errors.Join(errs...)
}

// plain is a name that Verilog takes as it stands.
var plain = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_$]*$`)

// name is a name in Verilog; one that may be a keyword is escaped, too.
func name(s string) string {
	if plain.MatchString(s) && s != strings.ToLower(s) {
		return s
	}
	return `\` + s + " "
}

// printable reports whether a name can be escaped.
func printable(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}

func (c *Cell) write(to func(line int, text string)) error {
	if c.Problem != "" {
		return errors.New(c.Problem)
	}
	known := map[string]bool{}
	var ports, decls []string
	seen := map[string]bool{}
	if !printable(c.Name) {
		return fmt.Errorf("%q is no name", c.Name)
	}
	for _, p := range c.Pins {
		if !printable(p.Name) || seen[p.Name] {
			return fmt.Errorf("pin %q is there twice, or no name", p.Name)
		}
		seen[p.Name] = true
		ports = append(ports, name(p.Name))
		way := "output"
		if !p.Out {
			way, known[p.Name] = "input", true
		}
		decls = append(decls, way+" "+name(p.Name)+";")
	}
	inputs := maps.Clone(known)
	state := ""
	if f := c.FF; f != nil {
		for _, n := range []string{f.State, f.Inverse} {
			if !printable(n) || seen[n] {
				return fmt.Errorf("a flip-flop's name %q is a pin's, or none", n)
			}
			seen[n], known[n] = true, true
		}
		decls = append(decls, fmt.Sprintf("reg %s; wire %s = ~%s;", name(f.State), name(f.Inverse), name(f.State)))
		var err error
		if state, err = f.always(inputs, known); err != nil {
			return err
		}
	}
	var items []item
	if state != "" {
		items = append(items, item{c.FF.Line, state})
	}
	for _, p := range c.Pins {
		if !p.Out {
			continue
		}
		e, err := parse(p.Function, known)
		if err != nil {
			return fmt.Errorf("function of %s: %w", p.Name, err)
		}
		items = append(items, item{p.Line, fmt.Sprintf("assign %s = %s;", name(p.Name), e)})
	}
	slices.SortStableFunc(items, func(a, b item) int { return a.line - b.line })
	to(c.Line, fmt.Sprintf("module %s (%s); %s", name(c.Name), strings.Join(ports, ", "), strings.Join(decls, " ")))
	for _, i := range items {
		to(i.line, i.text)
	}
	to(c.End, "endmodule")
	return nil
}

// item is a part of a module, with its line.
type item struct {
	line int
	text string
}

// always is the process of a flip-flop.
func (f *FlipFlop) always(inputs, known map[string]bool) (string, error) {
	clock, up, err := literal(f.Clock, inputs)
	if err != nil {
		return "", fmt.Errorf("clocked_on: %w", err)
	}
	next, err := parse(f.Next, known)
	if err != nil {
		return "", fmt.Errorf("next_state: %w", err)
	}
	edge := map[bool]string{true: "posedge", false: "negedge"}
	q := name(f.State)
	for value, on := range map[string]string{"1'b0": f.Clear, "1'b1": f.Preset} {
		if on == "" {
			continue
		}
		pin, high, err := literal(on, inputs)
		if err != nil {
			return "", fmt.Errorf("clear or preset: %w", err)
		}
		when := name(pin)
		if !high {
			when = "!" + when
		}
		return fmt.Sprintf("always @(%s %s or %s %s) if (%s) %s <= %s; else %s <= %s;", edge[up], name(clock), edge[high], name(pin), when, q, value, q, next), nil
	}
	return fmt.Sprintf("always @(%s %s) %s <= %s;", edge[up], name(clock), q, next), nil
}

// literal is an input or its opposite.
func literal(function string, inputs map[string]bool) (pin string, positive bool, err error) {
	e, err := parse(function, inputs)
	if err != nil {
		return "", false, err
	}
	positive = true
	for strings.HasPrefix(e, "(~") && strings.HasSuffix(e, ")") {
		positive, e = !positive, e[2:len(e)-1]
	}
	for n := range inputs {
		if name(n) == e {
			return n, positive, nil
		}
	}
	return "", false, fmt.Errorf("%q is no input and no inverted one", function)
}
