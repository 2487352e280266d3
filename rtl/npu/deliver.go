package npu

import (
	"bytes"
	_ "embed"
	"fmt"
	"strings"

	"github.com/hashiflex/hashiflex/rtl"
)

// Files of a delivery; see Deliver.
const (
	TableFile  = "registers.md"
	HeaderFile = "npu_registers.h"
	DriverFile = "npu_driver.c"
	BenchFile  = "npu_bench.v"
	ListFile   = "filelist.f"
)

//go:embed verilog/bench/npu_bench.v
var benchText string

// Image is a frame and what must come of it: features in, logits out.
type Image struct {
	Features []uint8
	Logits   []int32
}

// Deliver is all of a head for one program: the Verilog with its sizes set, a list of
// its files, the register map as a table and as a C header, a driver in C that writes
// the program, and a test bench, which writes the program, too, sends the images and
// compares; it needs a simulator and nothing else. There must be an image.
func Deliver(p *Program, images []Image) ([]rtl.Source, error) {
	out, err := Sources(p.Params)
	if err != nil {
		return nil, err
	}
	add := func(name, text string) { out = append(out, rtl.Source{Name: name, Text: []byte(text)}) }
	var list strings.Builder
	for _, s := range out {
		fmt.Fprintln(&list, s.Name)
	}
	add(ListFile, list.String())
	add(TableFile, p.table())
	add(HeaderFile, Header(p.Params))
	add(DriverFile, p.driver())
	var writes, features, logits bytes.Buffer
	ws := p.Writes()
	for _, w := range ws {
		fmt.Fprintf(&writes, "%06x%08x\n", w.Address, w.Data)
	}
	in, outs := p.Layers[0].In, p.Layers[len(p.Layers)-1].Out
	for i, image := range images {
		if len(image.Features) != in || len(image.Logits) != outs {
			return nil, fmt.Errorf("npu: image %d: %d features and %d logits, want %d and %d", i, len(image.Features), len(image.Logits), in, outs)
		}
		for _, x := range image.Features {
			fmt.Fprintf(&features, "%02x\n", x)
		}
		for _, y := range image.Logits {
			fmt.Fprintf(&logits, "%08x\n", uint32(y))
		}
	}
	text := benchText
	for _, n := range []Named{{"WRITES", len(ws)}, {"IMAGES", len(images)}, {"IN", in}, {"OUT", outs}} {
		text = setParameter(text, n)
	}
	add(BenchFile, text)
	add("writes.hex", writes.String())
	add("features.hex", features.String())
	add("logits.hex", logits.String())
	return out, nil
}

// table is the register map of a head with a program in it.
func (p *Program) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# The programmable head\n\n`%s` with %v. Its program:\n\n", Top, p.Params)
	b.WriteString("| layer | features | outputs | first weight row | first bias |\n|---|---|---|---|---|\n")
	for k, l := range p.Layers {
		fmt.Fprintf(&b, "| %d | %d | %d | %d | %d |\n", k, l.In, l.Out, l.Row, l.Bias)
	}
	sign := "without a sign"
	if p.Signed {
		sign = "with a sign"
	}
	fmt.Fprintf(&b, "\nA feature is a byte %s. An image takes %d cycles where neither stream waits.\n", sign, Cycles(p.Layers, p.Params.Lanes))
	b.WriteString(registerTable())
	return b.String()
}

// Header is the register map as a C header, for a head of certain sizes.
func Header(p Params) string {
	var b strings.Builder
	b.WriteString("/* The register map of the programmable head, as byte addresses and bits. */\n#ifndef NPU_REGISTERS_H\n#define NPU_REGISTERS_H\n\n#include <stdint.h>\n")
	section := func(title string) { fmt.Fprintf(&b, "\n/* %s */\n", title) }
	define := func(name, value, text string) {
		if text = strings.NewReplacer("/*", "/ *", "*/", "* /").Replace(text); text != "" {
			text = " /* " + text + " */"
		}
		fmt.Fprintf(&b, "#define NPU_%s %s%s\n", name, value, text)
	}
	section("Sizes that this head is built with.")
	for _, n := range p.Named() {
		define(n.Name, fmt.Sprintf("%du", n.Value), "")
	}
	define("ROW_WORDS", fmt.Sprintf("%du", p.RowWords()), "words of the address space that a weight row takes")
	section("Regions.")
	for _, e := range regions {
		define("REGION_"+e.Name, fmt.Sprintf("0x%06xu", Address(e.At, 0)), e.Text)
	}
	section("Registers.")
	for _, e := range registers {
		define("REG_"+e.Name, fmt.Sprintf("0x%06xu", Register(e.At)), e.Text)
	}
	define("ID", fmt.Sprintf("0x%08xu", ID), "what REG_ID reads")
	section("Values of CONTROL.")
	for _, e := range controls {
		define("CONTROL_"+e.Name, fmt.Sprintf("%du", e.At), "")
	}
	section("Bits of STATUS, ERROR and LAYERS.")
	define("STATUS_READY", bit(StatusReady), "")
	define("STATUS_BUSY", bit(StatusBusy), "")
	for _, e := range errorBits {
		define("ERROR_"+e.Name, bit(e.At), e.Text)
	}
	define("LAYERS_SIGNED", bit(LayersSigned), "")
	section("Words of a descriptor, and where a layer's are.")
	for _, e := range fields {
		define("FIELD_"+e.Name, fmt.Sprintf("0x%02xu", 4*e.At), e.Text)
	}
	define("DESCRIPTOR(k)", fmt.Sprintf("(NPU_REGION_DESCRIPTORS + %du * (k))", 4*descriptorWords), "")
	section("Fields of TAIL: the lowest bit, and the mask of the field there.")
	for _, f := range tails {
		define("TAIL_"+f.Name+"_SHIFT", fmt.Sprint(f.bits.lo), f.Text)
		define("TAIL_"+f.Name+"_MASK", fmt.Sprintf("0x%08xu", f.bits.mask()), "")
	}
	section("Byte addresses of data.")
	define("BIAS(b)", "(NPU_REGION_BIASES + 4u * (b))", "")
	define("WEIGHTS(row, word)", "(NPU_REGION_WEIGHTS + 4u * ((row) * NPU_ROW_WORDS + (word)))", "")
	b.WriteString(`
/* What is known after an image. */
struct npu_result {
    uint32_t images; /* completed since the reset */
    uint32_t class_index;
    int32_t value;
    uint32_t errors;
};

/* npu_load writes the program and commits it. It returns 0, or -1 where the head at
 * base is not the one that the program is for, or refuses it: npu_errors says why. No
 * image may be in flight. */
int npu_load(volatile uint32_t *base);

/* npu_halt lets no further image begin. */
void npu_halt(volatile uint32_t *base);

/* npu_ready is 1 while a committed program takes images, npu_busy while one is in
 * flight. */
int npu_ready(volatile uint32_t *base);
int npu_busy(volatile uint32_t *base);

/* npu_errors reads the errors that stand, npu_clear clears some. */
uint32_t npu_errors(volatile uint32_t *base);
void npu_clear(volatile uint32_t *base, uint32_t errors);

/* npu_last reads the result of the image that completed last. */
struct npu_result npu_last(volatile uint32_t *base);

#endif
`)
	return b.String()
}

func bit(n int) string { return fmt.Sprintf("(1u << %d)", n) }

// driver is the program as C.
func (p *Program) driver() string {
	var b strings.Builder
	b.WriteString("/* Writes the program of the programmable head. */\n#include \"" + HeaderFile + "\"\n")
	runs := runsOf(p.Writes())
	b.WriteString("\nstruct run { uint32_t address, step, count; const uint32_t *data; };\n")
	for i, r := range runs {
		fmt.Fprintf(&b, "\nstatic const uint32_t data%d[] = {", i)
		for k, v := range r.data {
			if k%8 == 0 {
				b.WriteString("\n   ")
			}
			fmt.Fprintf(&b, " 0x%08xu,", v)
		}
		b.WriteString("\n};\n")
	}
	b.WriteString("\n/* Words that lie step bytes apart. */\nstatic const struct run runs[] = {\n")
	for i, r := range runs {
		fmt.Fprintf(&b, "    {0x%06xu, %du, %du, data%d}, /* %s */\n", r.address, r.step, len(r.data), i, Name(r.address))
	}
	b.WriteString("};\n")
	b.WriteString(`
static uint32_t get(volatile uint32_t *base, uint32_t address) { return base[address / 4]; }
static void put(volatile uint32_t *base, uint32_t address, uint32_t value) { base[address / 4] = value; }

static int same(volatile uint32_t *base) {
    return get(base, NPU_REG_ID) == NPU_ID && get(base, NPU_REG_LANES) == NPU_LANES && get(base, NPU_REG_FEATURES) == NPU_FEATURES &&
           get(base, NPU_REG_ROWS) == NPU_ROWS && get(base, NPU_REG_BIASES) == NPU_BIASES && get(base, NPU_REG_MAX_LAYERS) == NPU_LAYERS;
}

int npu_load(volatile uint32_t *base) {
    if (!same(base) || npu_busy(base)) return -1;
    npu_clear(base, npu_errors(base));
    for (uint32_t r = 0; r < sizeof runs / sizeof runs[0]; r++)
        for (uint32_t i = 0; i < runs[r].count; i++)
            put(base, runs[r].address + i * runs[r].step, runs[r].data[i]);
    return npu_ready(base) && npu_errors(base) == 0 ? 0 : -1;
}

void npu_halt(volatile uint32_t *base) { put(base, NPU_REG_CONTROL, NPU_CONTROL_HALT); }

int npu_ready(volatile uint32_t *base) { return (get(base, NPU_REG_STATUS) & NPU_STATUS_READY) != 0; }
int npu_busy(volatile uint32_t *base) { return (get(base, NPU_REG_STATUS) & NPU_STATUS_BUSY) != 0; }

uint32_t npu_errors(volatile uint32_t *base) { return get(base, NPU_REG_ERROR); }
void npu_clear(volatile uint32_t *base, uint32_t errors) { put(base, NPU_REG_ERROR, errors); }

struct npu_result npu_last(volatile uint32_t *base) {
    struct npu_result r;
    r.images = get(base, NPU_REG_IMAGES);
    r.class_index = get(base, NPU_REG_CLASS);
    r.value = (int32_t)get(base, NPU_REG_VALUE);
    r.errors = get(base, NPU_REG_ERROR);
    return r;
}
`)
	return b.String()
}

// run is writes whose addresses lie equally far apart.
type run struct {
	address, step uint32
	data          []uint32
}

// runsOf takes writes together, in their order.
func runsOf(ws []Write) (runs []run) {
	for _, w := range ws {
		if n := len(runs); n > 0 {
			r := &runs[n-1]
			switch {
			case len(r.data) == 1 && w.Address > r.address && w.Address>>22 == r.address>>22:
				r.step = w.Address - r.address
				r.data = append(r.data, w.Data)
				continue
			case len(r.data) > 1 && w.Address == r.address+uint32(len(r.data))*r.step:
				r.data = append(r.data, w.Data)
				continue
			}
		}
		runs = append(runs, run{w.Address, 4, []uint32{w.Data}})
	}
	return runs
}
