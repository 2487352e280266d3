package head

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/hashiflex/hashiflex/rtl"
)

// Tape is a recorded sequence with the reference's value for each event. It is for a test
// bench without a reference, in any Verilog simulator.
//
// The expected events have the order of the recorded head. If several orders are legal, a
// correct head with other timing can differ.
type Tape struct{ Steps []TapeStep }

// TapeStep is one step.
type TapeStep struct {
	Note   string
	words  []byte // as bench.cpp reads it, with its length ahead
	cycles int
	// What should come, in order: responses to writes, answers to reads, logits.
	responses []uint32
	answers   [][2]uint32 // response, data
	logits    [][2]uint32 // last, data
	// beats and outs are the largest numbers of features and logits that may come.
	beats, outs uint32
	// free says that more events than listed may come, because a reset ended the step
	// or because the rest is not known.
	free bool
}

//go:embed testbench/bench.v
var verilogBench string

// Record plays a sequence on a fresh process. The tape ends where the sequence ended,
// which is at the *Failure if there is one.
func Record(ctx context.Context, sim *Simulator, seq Sequence) (*Tape, *Failure, error) {
	t := &Tape{}
	err := play(ctx, sim, seq, t)
	var failure *Failure
	if errors.As(err, &failure) {
		return t, failure, nil
	}
	return t, nil, err
}

// begin records a step. Until end is called, the events after the entered ones are not
// known.
func (t *Tape) begin(s *Step, words []byte, a answer) {
	if t == nil {
		return
	}
	t.Steps = append(t.Steps, TapeStep{
		Note: s.Note, words: append([]byte(nil), words...), cycles: a.cycles,
		beats: none, outs: none, free: true,
	})
}

// end marks a step as passed.
func (t *Tape) end(s *Step) {
	if t != nil {
		t.last().free = s.Reset != nil
	}
}

func (t *Tape) last() *TapeStep {
	if t == nil {
		return nil
	}
	return &t.Steps[len(t.Steps)-1]
}

func (s *TapeStep) response(want uint32) {
	if s != nil {
		s.responses = append(s.responses, want)
	}
}

func (s *TapeStep) answer(resp, data uint32) {
	if s != nil {
		s.answers = append(s.answers, [2]uint32{resp, data})
	}
}

func (s *TapeStep) logit(last bool, data uint32) {
	if s == nil {
		return
	}
	l := [2]uint32{0, data}
	if last {
		l[0] = 1
	}
	s.logits = append(s.logits, l)
}

func (s *TapeStep) noBeat(taken int) {
	if s != nil {
		s.beats = uint32(taken)
	}
}

func (s *TapeStep) noLogit() {
	if s != nil {
		s.outs = uint32(len(s.logits))
	}
}

// counted reports whether the step writes the counter of images.
func (s *TapeStep) counted() bool {
	const at = 1 + 19
	return binary.LittleEndian.Uint32(s.words[4*at:]) != 0
}

// numbers is a step's record as bench.v reads it, without its length.
func (s *TapeStep) numbers() []uint32 {
	var ns []uint32
	for b := s.words[4:]; len(b) > 0; b = b[4:] {
		ns = append(ns, binary.LittleEndian.Uint32(b))
	}
	free := uint32(0)
	if s.free {
		free = 1
	}
	ns = append(ns, s.beats, s.outs, free, uint32(s.cycles), uint32(len(s.responses)), uint32(len(s.answers)), uint32(len(s.logits)))
	ns = append(ns, s.responses...)
	for _, pairs := range [][][2]uint32{s.answers, s.logits} {
		for _, p := range pairs {
			ns = append(ns, p[0], p[1])
		}
	}
	return ns
}

// WriteTo writes the steps as bench.v reads them.
func (t *Tape) WriteTo(w io.Writer) (int64, error) {
	out := bufio.NewWriter(w)
	n := int64(0)
	put := func(format string, v any) {
		// A Writer keeps its first error for Flush.
		k, _ := fmt.Fprintf(out, format, v)
		n += int64(k)
	}
	for i := range t.Steps {
		ns := t.Steps[i].numbers()
		put("%x\n", len(ns))
		for _, v := range ns {
			put("%x ", v)
		}
		put("%s", "\n")
	}
	return n, out.Flush()
}

// Bench is the test bench that plays the tape, module bench. It says PASS or FAIL
// and, in Icarus, ends with status 0 or 1.
func (t *Tape) Bench() rtl.Source {
	longest := 1
	for i := range t.Steps {
		longest = max(longest, len(t.Steps[i].numbers()))
	}
	const size, waves = "parameter integer WORDS = 65536;", "parameter integer WAVES = -2; "
	if !strings.Contains(verilogBench, size) || !strings.Contains(verilogBench, waves) {
		panic("head: bench.v has no size, or no beginning of waves")
	}
	text := strings.Replace(verilogBench, size, fmt.Sprintf("parameter integer WORDS = %d;", longest), 1)
	for i := range t.Steps {
		if t.Steps[i].counted() {
			text = strings.Replace(text, "// images\n", "if (data[19] != 0) dut.regs.images = data[19];\n", 1)
			break
		}
	}
	text = strings.Replace(text, waves, fmt.Sprintf("parameter integer WAVES = %d; ", t.waves()), 1)
	return rtl.Source{Name: "bench.v", Text: []byte(text)}
}

// mostWaves is the number of cycles in the waves, besides the whole last step.
const mostWaves = 20_000

// waves is the first step of the waves; the two that prepare the head come before 0.
func (t *Tape) waves() int {
	shown := 0
	for i := len(t.Steps) - 1; i > 0; i-- {
		if shown += t.Steps[i].cycles; shown+t.Steps[i-1].cycles > mostWaves {
			return i - 2
		}
	}
	return -2
}

// Cycles is the number of clocks of the tape.
func (t *Tape) Cycles() (n int) {
	for i := range t.Steps {
		n += t.Steps[i].cycles
	}
	return n
}
