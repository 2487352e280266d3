package smt

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Kind is the syntactic class of an Expr.
type Kind uint8

const (
	Atom   Kind = iota // a symbol, keyword, numeral or bit vector literal, as written
	Quoted             // a |quoted symbol|, without its bars
	String             // a "string literal", unescaped
	List               // a parenthesized sequence
)

// Expr is an s-expression.
type Expr struct {
	Kind Kind
	Text string // of an Atom, Quoted or String
	List []Expr // of a List
}

// Is reports whether e is the plain atom text.
func (e Expr) Is(text string) bool { return e.Kind == Atom && e.Text == text }

// Head reports whether e is a list whose first element is the plain atom text.
func (e Expr) Head(text string) bool {
	return e.Kind == List && len(e.List) > 0 && e.List[0].Is(text)
}

// String writes e in SMT-LIB syntax.
func (e Expr) String() string {
	var b strings.Builder
	e.write(&b)
	return b.String()
}

func (e Expr) write(b *strings.Builder) {
	switch e.Kind {
	case Atom:
		b.WriteString(e.Text)
	case Quoted:
		b.WriteString("|" + e.Text + "|")
	case String:
		b.WriteString(`"` + strings.ReplaceAll(e.Text, `"`, `""`) + `"`)
	case List:
		b.WriteByte('(')
		for i, x := range e.List {
			if i > 0 {
				b.WriteByte(' ')
			}
			x.write(b)
		}
		b.WriteByte(')')
	}
}

// ErrSyntax is wrapped by errors of a Reader that do not come from its source: the
// input is no s-expression, or too large.
var ErrSyntax = errors.New("no s-expression")

// MaxDepth is the largest nesting depth that a Reader accepts.
const MaxDepth = 200

// Reader reads s-expressions from a stream. It limits depth and size, so that a
// solver's output cannot exhaust this program's memory.
type Reader struct {
	src  *bufio.Reader
	left int // bytes that may still be read
}

// NewReader returns a Reader of r. It reads at most as many bytes as Allow permits, at
// first none.
func NewReader(r io.Reader) *Reader {
	return &Reader{src: bufio.NewReaderSize(r, 1<<16)}
}

// Allow sets how many bytes may be read from now on.
func (r *Reader) Allow(bytes int) { r.left = bytes }

// Pending reports whether unread bytes other than white space have arrived. It does not
// wait.
func (r *Reader) Pending() bool {
	rest, _ := r.src.Peek(r.src.Buffered())
	for _, c := range rest {
		if !isSpace(c) {
			return true
		}
	}
	return false
}

// Next returns the next expression. At the end of the source between two
// expressions the error is io.EOF, and within one io.ErrUnexpectedEOF. Atoms
// end where white space, a parenthesis or a quote begins.
func (r *Reader) Next() (Expr, error) {
	c, err := r.skip()
	if err != nil {
		return Expr{}, err
	}
	return r.expr(c, 0)
}

func (r *Reader) expr(c byte, depth int) (Expr, error) {
	switch c {
	case '(':
		if depth == MaxDepth {
			return Expr{}, fmt.Errorf("%w: more than %d lists deep", ErrSyntax, MaxDepth)
		}
		return r.list(depth)
	case ')':
		return Expr{}, fmt.Errorf("%w: unexpected )", ErrSyntax)
	case '|':
		text, err := r.until('|')
		return Expr{Kind: Quoted, Text: text}, err
	case '"':
		return r.stringLiteral()
	}
	return r.atom(c)
}

func (r *Reader) list(depth int) (Expr, error) {
	e := Expr{Kind: List}
	for {
		c, err := r.skip()
		if err != nil {
			return Expr{}, inside(err)
		}
		if c == ')' {
			return e, nil
		}
		x, err := r.expr(c, depth+1)
		if err != nil {
			return Expr{}, inside(err)
		}
		e.List = append(e.List, x)
	}
}

func (r *Reader) atom(c byte) (Expr, error) {
	text := []byte{c}
	for {
		c, err := r.byte()
		if err == io.EOF {
			break
		}
		if err != nil {
			return Expr{}, err
		}
		if isSpace(c) || strings.IndexByte(`()|";`, c) >= 0 {
			r.unread()
			break
		}
		text = append(text, c)
	}
	return Expr{Kind: Atom, Text: string(text)}, nil
}

func (r *Reader) stringLiteral() (Expr, error) {
	var text strings.Builder
	for {
		part, err := r.until('"')
		if err != nil {
			return Expr{}, err
		}
		text.WriteString(part)
		// A doubled quote means one quote, so read the byte after the quote. A solver
		// ends its line there, so this does not wait for later output.
		c, err := r.byte()
		if err == nil && c == '"' {
			text.WriteByte('"')
			continue
		}
		if err == nil {
			r.unread()
		} else if err != io.EOF {
			return Expr{}, err
		}
		return Expr{Kind: String, Text: text.String()}, nil
	}
}

// until reads up to and including the byte end and returns the text before it.
func (r *Reader) until(end byte) (string, error) {
	var text []byte
	for {
		c, err := r.byte()
		if err != nil {
			return "", inside(err)
		}
		if c == end {
			return string(text), nil
		}
		text = append(text, c)
	}
}

// skip returns the first byte that is neither white space nor in a comment.
func (r *Reader) skip() (byte, error) {
	comment := false
	for {
		c, err := r.byte()
		if err != nil {
			return 0, err
		}
		switch {
		case c == '\n':
			comment = false
		case comment || isSpace(c):
		case c == ';':
			comment = true
		default:
			return c, nil
		}
	}
}

func (r *Reader) byte() (byte, error) {
	if r.left <= 0 {
		return 0, fmt.Errorf("%w: the output is too long", ErrSyntax)
	}
	c, err := r.src.ReadByte()
	if err == nil {
		r.left--
	}
	return c, err
}

func (r *Reader) unread() {
	if err := r.src.UnreadByte(); err != nil {
		panic("smt: unread follows a read: " + err.Error())
	}
	r.left++
}

func inside(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }
