package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// table is a table of text columns and number columns.
type table struct {
	head []string
	text int // the first columns, which are text: they begin at one place, and numbers end at one
	rows [][]string
}

func (t *table) add(cells ...any) {
	var row []string
	for _, c := range cells {
		row = append(row, fmt.Sprint(c))
	}
	t.rows = append(t.rows, row)
}

// write writes the table in at most width columns. If it is wider, it becomes several
// tables below each other, each with the first column.
func (t *table) write(w io.Writer, width int) error {
	widths := make([]int, len(t.head))
	for _, row := range append([][]string{t.head}, t.rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	const between = 2
	var b strings.Builder
	for from := 1; from < len(t.head); {
		to, room := from, width-widths[0]
		for to < len(t.head) && (to == from || room >= between+widths[to]) {
			room -= between + widths[to]
			to++
		}
		if from > 1 {
			b.WriteByte('\n')
		}
		for _, row := range append([][]string{t.head}, t.rows...) {
			line := pad(row[0], widths[0], t.text > 0)
			for i := from; i < to; i++ {
				line += strings.Repeat(" ", between) + pad(row[i], widths[i], i < t.text)
			}
			b.WriteString(strings.TrimRight(line, " ") + "\n")
		}
		from = to
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func pad(s string, width int, left bool) string {
	space := strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
	if left {
		return s + space
	}
	return space + s
}
