package head

import (
	"encoding/binary"
	"fmt"

	"github.com/hashiflex/hashiflex/rtl/npu"
)

// Step is a batch: bus accesses, stream beats, and how each partner behaves.
// The zero value of every field but Out, B and R is the plain case.
type Step struct {
	Note     string     // what the step is for
	Writes   []BusWrite `json:",omitempty"`
	Reads    []BusRead  `json:",omitempty"`
	Beats    []Beat     `json:",omitempty"`
	Take     int        // how many of the logits that are due to take; -1 all
	Out      uint64     // the output's ready, bit by bit and again from the start
	B, R     uint64     // the same for the responses
	HoldIn   int        `json:",omitempty"` // this beat, counted from 1, waits until the bus is done; 0 none
	HoldOut  int        `json:",omitempty"` // the same for a logit
	AfterIn  int        `json:",omitempty"` // the bus begins after so many beats
	AfterOut int        `json:",omitempty"` // and after so many logits
	Reset    *Reset     `json:",omitempty"`
	Linger   int        `json:",omitempty"` // cycles to watch after everything is done
}

// BusWrite is a write with the cycles that its address and its data wait after
// those before them.
type BusWrite struct {
	npu.Write
	AddressDelay, DataDelay uint8 `json:",omitempty"`
}

// BusRead is a read with the cycles that it waits after the one before.
type BusRead struct {
	Address uint32
	Delay   uint8 `json:",omitempty"`
}

// Beat is one feature on the stream with the cycles that it waits after the one
// before.
type Beat struct {
	Data uint8
	Last bool  `json:",omitempty"`
	Gap  uint8 `json:",omitempty"`
}

// Reset begins at cycle At of the step, whatever is under way, and ends it. Images, if it
// is not 0, is then written into the counter of images, past the bus, so that a carry takes
// one image and not thousands of millions. Only a simulator that is Counted can do that.
type Reset struct {
	At, For int
	Images  uint32 `json:",omitempty"`
}

// always is a partner that is ready in every cycle.
const always = ^uint64(0)

// Plain is a step without stalls, and without accesses and beats yet.
func Plain(note string) Step { return Step{Note: note, Take: -1, Out: always, B: always, R: always} }

const none = ^uint32(0)

// more marks the length of a step that others follow before the answers are sent.
const more = 1 << 31

// encode appends the step as bench.cpp reads it. follow says that it is not the last of a
// message. outs is the number of logits that must come, limit the number after which no
// more are taken, and quiet the number of cycles that may pass without a handshake.
func (s *Step) encode(b []byte, follow bool, outs int, limit uint32, quiet int) []byte {
	put := func(v uint32) { b = binary.LittleEndian.AppendUint32(b, v) }
	put64 := func(v uint64) { b = binary.LittleEndian.AppendUint64(b, v) }
	counted := func(n int) uint32 {
		if n == 0 {
			return none
		}
		return uint32(n - 1)
	}
	length := uint32(20 + 3*len(s.Writes) + 2*len(s.Reads) + len(s.Beats))
	if follow {
		length |= more
	}
	put(length)
	put(uint32(quiet))
	put(uint32(s.Linger))
	if s.Reset != nil {
		put(uint32(s.Reset.At))
		put(uint32(s.Reset.For))
	} else {
		put(none)
		put(0)
	}
	put(uint32(outs))
	put64(s.Out)
	put64(s.B)
	put64(s.R)
	put(limit)
	put(counted(s.HoldOut))
	put(counted(s.HoldIn))
	put(uint32(s.AfterIn))
	put(uint32(s.AfterOut))
	put(uint32(len(s.Writes)))
	put(uint32(len(s.Reads)))
	put(uint32(len(s.Beats)))
	if s.Reset != nil {
		put(s.Reset.Images)
	} else {
		put(0)
	}
	for _, w := range s.Writes {
		put(w.Address)
		put(w.Data)
		put(uint32(w.Strobe) | uint32(w.AddressDelay)<<8 | uint32(w.DataDelay)<<16)
	}
	for _, r := range s.Reads {
		put(r.Address)
		put(uint32(r.Delay))
	}
	for _, t := range s.Beats {
		v := uint32(t.Data) | uint32(t.Gap)<<16
		if t.Last {
			v |= 1 << 8
		}
		put(v)
	}
	return b
}

// event is a response, a beat or a reset that took effect.
type event struct{ kind, a, b uint32 }

const (
	eventWrite = 1 + iota // a: response; b: how many, where a is OKAY
	eventRead             // a: response; b: data
	eventIn               // b: how many
	eventOut              // a: bit 0 last, above it the cycles that it waited; b: data
	eventReset
)

// answer is the output of bench.cpp for a step.
type answer struct {
	status uint32
	cycles int
	seen   uint32 // see stallNames
	events []event
}

var statusText = []string{
	"done",
	"hang: no handshake for as long as the head may be silent",
	"a valid was withdrawn before its ready",
	"a payload changed while its valid waited",
	"a response without a request",
	"a valid during reset",
	"a ready or valid depends on an input of the same cycle",
}

func decodeAnswer(words []uint32) (answer, error) {
	const header = 4
	if len(words) < header || len(words) != header+3*int(words[3]) || int(words[0]) >= len(statusText) {
		return answer{}, fmt.Errorf("head: an answer of %d words that makes no sense", len(words))
	}
	a := answer{status: words[0], cycles: int(words[1]), seen: words[2]}
	for w := words[header:]; len(w) > 0; w = w[3:] {
		a.events = append(a.events, event{w[0], w[1], w[2]})
	}
	return a, nil
}
