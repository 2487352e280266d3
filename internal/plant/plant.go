// Package plant lets tests put faults into hardware on its way through the chain of
// proofs. Hooks travel in a context: no type that a program hands over carries them, and
// nothing outside of this module can set them.
//
// A test of a checker is one that sees it find something. With plants a context with
// Hooks; Module and Verilog are called where hardware passes, and do nothing without.
package plant

import (
	"context"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
)

// Hooks change hardware. Each may be nil. They are called from several goroutines.
type Hooks struct {
	// Module changes a module before it is proved and written.
	Module func(u shiftadd.Unit, layer string, m *netlist.Module)
	// Verilog changes the text of a chunk before it is read; it must not write to it.
	Verilog func(name string, text []byte) []byte
	// Beside changes that text further for the strict reader alone.
	Beside func(name string, text []byte) []byte
}

type key struct{}

// With is ctx with hooks, which take the place of those that it had.
func With(ctx context.Context, h Hooks) context.Context { return context.WithValue(ctx, key{}, h) }

func hooks(ctx context.Context) Hooks {
	h, _ := ctx.Value(key{}).(Hooks)
	return h
}

// Module changes a module as the hook of ctx does.
func Module(ctx context.Context, u shiftadd.Unit, layer string, m *netlist.Module) {
	if change := hooks(ctx).Module; change != nil {
		change(u, layer, m)
	}
}

// Modules reports whether a hook changes modules.
func Modules(ctx context.Context) bool { return hooks(ctx).Module != nil }

// Beside is the text of a chunk as the strict reader gets it.
func Beside(ctx context.Context, name string, text []byte) []byte {
	if change := hooks(ctx).Beside; change != nil {
		return change(name, text)
	}
	return text
}

// Verilog is the text of a chunk as the hook of ctx changes it.
func Verilog(ctx context.Context, name string, text []byte) []byte {
	if change := hooks(ctx).Verilog; change != nil {
		return change(name, text)
	}
	return text
}
