package bench

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/sys/unix"

	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/strict"
	"github.com/hashiflex/hashiflex/spec"
)

// Reading is how long the strict reader takes for the Verilog of a network's layers.
type Reading struct {
	Files int           `json:"files"`
	Bytes int64         `json:"bytes"`
	Busy  time.Duration `json:"busy_ns"` // processor time of this process, the collector's included
	// Allocated is what the reader took of memory in all, over all files; what it has at a
	// time is less.
	Allocated int64 `json:"allocated_bytes"`
}

// Rate is in bytes a second.
func (r *Reading) Rate() float64 { return float64(r.Bytes) / r.Busy.Seconds() }

// Factor is how many bytes the reader allocates for each byte of text.
func (r *Reading) Factor() float64 { return float64(r.Allocated) / float64(r.Bytes) }

// fileSize is about that of a chain's chunk.
const fileSize = 1 << 20

// reading reads the Verilog of the first layers of a network, file by file.
func reading(ctx context.Context, net *spec.Network, layers int) (*Reading, error) {
	r := &Reading{}
	var text bytes.Buffer
	flush := func() error {
		if text.Len() == 0 {
			return nil
		}
		s := source.One("generated.v", bytes.Clone(text.Bytes()))
		s.Generated = true
		text.Reset()
		return r.read(s)
	}
	for _, l := range net.Layers[:min(layers, len(net.Layers))] {
		if l.Kind() == "dense" {
			continue
		}
		g, err := shiftadd.New(l, shiftadd.Options{})
		if conv, ok := l.Op.(*spec.Conv); ok {
			g, err = shiftadd.New(l, shiftadd.For(conv.Acc))
		}
		if err != nil {
			return nil, err
		}
		for _, u := range g.Modules() {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if err := rtl.WriteVerilog(&text, g.Module(u)); err != nil {
				return nil, err
			}
			if text.Len() >= fileSize {
				if err := flush(); err != nil {
					return nil, err
				}
			}
		}
		if err := flush(); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (r *Reading) read(s rtl.Sources) error {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	begin := busy()
	d, err := strict.Read(s)
	if err != nil {
		return fmt.Errorf("the strict reader refuses what this program writes: %w", err)
	}
	r.Busy += busy() - begin
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(d)
	r.Files++
	r.Bytes += int64(len(s.Files[0].Text))
	r.Allocated += int64(after.TotalAlloc - before.TotalAlloc)
	return nil
}

// busy is the processor time that this process has taken.
func busy() time.Duration {
	var u unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
