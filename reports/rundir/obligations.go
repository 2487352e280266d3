package rundir

import (
	"bufio"
	"fmt"
	"os"

	"github.com/hashiflex/hashiflex/reports"
)

// obligationWriter writes obligations to a file in the order of their numbers. Those
// that arrive too early wait in memory.
type obligationWriter struct {
	path    string
	file    *os.File
	buf     *bufio.Writer
	next    int
	waiting map[int][]byte
	ledger  *reports.Ledger
}

func newObligationWriter(path string) (*obligationWriter, error) {
	f, err := os.Create(path + temporary)
	if err != nil {
		return nil, err
	}
	return &obligationWriter{path, f, bufio.NewWriterSize(f, 1<<16), 0, map[int][]byte{}, reports.NewLedger()}, nil
}

func (w *obligationWriter) put(seq int, o reports.Obligation) error {
	if _, ok := w.waiting[seq]; ok || seq < w.next {
		return fmt.Errorf("obligation %s: number %d is taken", o.ID, seq)
	}
	if err := w.ledger.Add(&o); err != nil {
		return err
	}
	w.waiting[seq] = encodeJSON(o, "")
	for {
		line, ok := w.waiting[w.next]
		if !ok {
			return nil
		}
		if _, err := w.buf.Write(line); err != nil {
			return err
		}
		delete(w.waiting, w.next)
		w.next++
	}
}

// finish completes the file and gives it its final name.
func (w *obligationWriter) finish() error {
	if len(w.waiting) > 0 {
		return fmt.Errorf("%s: obligation number %d was never recorded, %d after it were", w.path, w.next, len(w.waiting))
	}
	if err := w.buf.Flush(); err != nil {
		return err
	}
	if err := w.close(); err != nil {
		return err
	}
	return os.Rename(w.path+temporary, w.path)
}

func (w *obligationWriter) close() error {
	if w.file == nil {
		return nil
	}
	err := w.file.Close()
	w.file = nil
	return err
}
