package npu

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// WritesFile is the name of a file of writes.
const WritesFile = "program.txt"

// FormatWrites is writes as a file that a driver can send, in its order. A line is one
// write over AXI4-Lite: the byte address, the word and the strobes of its four bytes, each
// in hexadecimal, with a space between them. A line that begins with # is a comment, and
// comments name the sizes of the head and what follows.
func FormatWrites(p Params, ws []Write) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Writes for %s with %v: address, data, strobes.\n", Top, p)
	region := ""
	for _, w := range ws {
		if r, _, _ := strings.Cut(Name(w.Address), " "); r != region {
			region = r
			fmt.Fprintf(&b, "# from %s on\n", Name(w.Address))
		}
		fmt.Fprintf(&b, "%06x %08x %x\n", w.Address, w.Data, w.Strobe)
	}
	return b.Bytes()
}

// ParseWrites reads what FormatWrites wrote. The error lists every line that is no write.
func ParseWrites(text []byte) ([]Write, error) {
	var ws []Write
	var errs []error
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		w, err := parseWrite(strings.Fields(line))
		if err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: %w", WritesFile, n, err))
			continue
		}
		ws = append(ws, w)
	}
	return ws, errors.Join(append(errs, lines.Err())...)
}

func parseWrite(fields []string) (w Write, err error) {
	if len(fields) != 3 {
		return w, fmt.Errorf("%d fields: want address, data and strobes", len(fields))
	}
	var values [3]uint64
	for i, width := range []int{24, 32, 4} {
		if values[i], err = strconv.ParseUint(fields[i], 16, width); err != nil {
			return w, fmt.Errorf("%q: want %d bits in hexadecimal", fields[i], width)
		}
	}
	return Write{Address: uint32(values[0]), Data: uint32(values[1]), Strobe: uint8(values[2])}, nil
}
