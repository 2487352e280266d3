package tool

import (
	"strings"
	"sync"
)

// MaxOutput is the number of bytes that an Output keeps unless it says otherwise.
const MaxOutput = 1 << 20

// Output keeps the beginning of what a process prints and counts the rest. It reads on
// when it is full, since a process with a full pipe would hang. Its zero value is ready.
//
// It has no ReadFrom. A buffer with one, such as a bytes.Buffer in a struct, would be
// filled without a limit by os/exec.
type Output struct {
	Most int // bytes to keep; 0 is MaxOutput

	mu   sync.Mutex
	text []byte
	lost int
}

// Write keeps what there is room for. It never fails.
func (o *Output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	most := o.Most
	if most == 0 {
		most = MaxOutput
	}
	n := min(len(p), most-len(o.text))
	o.text = append(o.text, p[:n]...)
	o.lost += len(p) - n
	return len(p), nil
}

// String is what was kept.
func (o *Output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return string(o.text)
}

// Bytes is a copy of what was kept.
func (o *Output) Bytes() []byte { return []byte(o.String()) }

// Lost is the number of bytes that were dropped.
func (o *Output) Lost() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.lost
}

// Beginning is the beginning of what was kept, short enough for a message.
func (o *Output) Beginning() string {
	const most = 2000
	s := strings.TrimSpace(o.String())
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}
