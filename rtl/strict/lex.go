package strict

import (
	"bytes"
	"fmt"
)

// Refusal says where and why a text is outside of the dialect.
type Refusal struct {
	File         string
	Line, Column int // from 1; the column counts bytes
	Why          string
}

func (r *Refusal) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", r.File, r.Line, r.Column, r.Why)
}

// place is a place in a file.
type place struct{ line, column int32 }

// token is a kind of token. Operators of one character are that character.
type token uint8

const (
	end    token = iota // of the file
	name                // identifier or keyword
	number              // digits, and perhaps a base with more digits
	system              // $signed
)

// Operators of two and three characters.
const (
	equal token = iota + 128
	notEqual
	lessEqual // or the arrow of an assignment
	greaterEqual
	andAnd
	orOr
	shiftLeft
	shiftRight
	shiftSigned
	xnor
)

// scanner cuts a file into tokens. The current one is text[from:to].
type scanner struct {
	file  string
	text  []byte
	tok   token
	from  int
	to    int
	at    place // of the current token
	after place // behind the token before
	line  int32
	start int // of the line
}

// refused stops reading; read turns it into an error.
type refused struct{ *Refusal }

func (s *scanner) refuse(at place, format string, args ...any) {
	panic(refused{&Refusal{s.file, int(at.line), int(at.column), fmt.Sprintf(format, args...)}})
}

func (s *scanner) placeOf(i int) place { return place{s.line, int32(i-s.start) + 1} }

// word is the current token, for messages.
func (s *scanner) word() string {
	if s.tok == end {
		return "the end of the file"
	}
	return fmt.Sprintf("%.40q", s.text[s.from:s.to])
}

// is reports whether the current token is a certain word.
func (s *scanner) is(word string) bool {
	return s.tok == name && string(s.text[s.from:s.to]) == word
}

func (s *scanner) want(t token, what string) {
	if s.tok != t {
		s.refuse(s.at, "want %s, have %s", what, s.word())
	}
	s.next()
}

// Classes of characters.
const (
	letter = 1 << iota
	digit
	blank
)

var class = func() (c [256]uint8) {
	for b := range 256 {
		switch {
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b == '_':
			c[b] = letter
		case b >= '0' && b <= '9':
			c[b] = digit
		case b == ' ', b == '\t', b == '\n':
			c[b] = blank
		}
	}
	return c
}()

// next goes to the next token.
func (s *scanner) next() {
	s.after = s.placeOf(s.to)
	i := s.to
	text := s.text
	for i < len(text) {
		b := text[i]
		switch {
		case class[b] == blank:
			i++
			if b == '\n' {
				s.line++
				s.start = i
			}
			continue
		case b == '\r' && i+1 < len(text) && text[i+1] == '\n':
			i++
			continue
		case b == '/' && i+1 < len(text) && (text[i+1] == '/' || text[i+1] == '*'):
			i = s.comment(i)
			continue
		}
		break
	}
	s.from, s.at = i, s.placeOf(i)
	if i == len(text) {
		s.to, s.tok = i, end
		return
	}
	switch class[text[i]] {
	case letter:
		s.tok, s.to = name, s.skip(i+1, letter|digit)
	case digit:
		s.tok, s.to = number, s.number(i)
	default:
		s.tok, s.to = s.operator(i)
	}
	// A dollar is part of a name, and so is all that follows it.
	if s.tok <= system && s.to < len(text) && (text[s.to] == '$' || class[text[s.to]]&(letter|digit) != 0) {
		s.refuse(s.at, "%.40q and what follows it", text[s.from:s.to])
	}
}

func (s *scanner) skip(i int, what uint8) int {
	for i < len(s.text) && class[s.text[i]]&what != 0 {
		i++
	}
	return i
}

// number is the end of a number at i: 12, 8'd5 or 8'sb0101_1100.
func (s *scanner) number(i int) int {
	i = s.skip(i, digit)
	if i >= len(s.text) || s.text[i] != '\'' {
		return i
	}
	i++
	if i < len(s.text) && (s.text[i] == 's' || s.text[i] == 'S') {
		i++
	}
	return s.skip(i, letter|digit)
}

func (s *scanner) operator(i int) (token, int) {
	b := s.text[i]
	var second, third byte
	if i+1 < len(s.text) {
		second = s.text[i+1]
	}
	if i+2 < len(s.text) {
		third = s.text[i+2]
	}
	switch b {
	case ')', '[', ']', '{', '}', ',', ';', '?', '.', '#', '@':
		return token(b), i + 1
	case '$':
		to := s.skip(i+1, letter|digit)
		if string(s.text[i:to]) != "$signed" {
			s.refuse(s.at, "%.40q is none of the dialect", s.text[i:to])
		}
		return system, to
	case '<', '>':
		switch {
		case b == '>' && second == '>' && third == '>':
			return shiftSigned, i + 3
		case second == b && third != b && third != '=':
			return shiftLeft + token(b-'<')/2, i + 2
		case second == '=':
			return lessEqual + token(b-'<')/2, i + 2
		case second == b || second == '-':
		default:
			return token(b), i + 1
		}
	case '=', '!':
		switch {
		case second == '=' && third != '=' && third != '?':
			return equal + token('='-b)/('='-'!'), i + 2
		case second == '=' || second == '>':
		default:
			return token(b), i + 1
		}
	case '&', '|':
		switch {
		case second == b && third != b:
			return andAnd + token(b-'&')/('|'-'&'), i + 2
		case second == b || second == '=' || second == '-' || b == '|' && second == '>':
		default:
			return token(b), i + 1
		}
	case '~':
		switch second {
		case '^':
			return xnor, i + 2
		case '&', '|':
		default:
			return token(b), i + 1
		}
	case '+', '-', '*', '^', '(', ':':
		longer := second == '=' || second == b && b != '(' ||
			b == '^' && second == '~' || b == '(' && second == '*' || b == '*' && (second == ')' || second == '>') ||
			(b == '+' || b == '-') && second == ':' || b == '-' && second == '>'
		if !longer {
			return token(b), i + 1
		}
	default:
		s.refuse(s.at, "%q", b)
	}
	s.refuse(s.at, "%q is no operator of the dialect", bytes.TrimSpace(s.text[i:min(i+3, len(s.text))]))
	return 0, 0
}

// commands are first words of comments that some tool obeys.
var commands = []string{"synopsys", "synthesis", "verilator", "verilint", "pragma", "ambit", "cadence", "xilinx", "altera", "yosys", "rtl_synthesis", "vcs", "lint", "translate", "exemplar", "metacomment", "coverage", "surefire", "spyglass", "icarus", "parallel_case", "full_case", "ast_"}

// comment is the end of the comment at i.
func (s *scanner) comment(i int) int {
	from, at := i, s.placeOf(i)
	rest := s.text[i:]
	var body []byte
	if rest[1] == '/' {
		n := bytes.IndexByte(rest, '\n')
		if n < 0 {
			n = len(rest)
		}
		i += n
		body = bytes.TrimSuffix(rest[2:n], []byte("\r"))
		if bytes.HasSuffix(bytes.TrimRight(body, " \t"), []byte(`\`)) {
			s.refuse(at, "a comment that ends in a backslash: some tools take it on")
		}
	} else {
		n := bytes.Index(rest[2:], []byte("*/"))
		if n < 0 {
			s.refuse(at, "a comment without its end")
		}
		body = rest[2 : n+2]
		i += n + 4
		if bytes.Contains(body, []byte("/*")) {
			s.refuse(at, "a comment in a comment")
		}
		for k, b := range body {
			if b == '\n' {
				s.line++
				s.start = from + 2 + k + 1
			}
		}
	}
	for k, b := range body {
		if b == '`' || b < ' ' && b != '\t' && b != '\n' && !(b == '\r' && k+1 < len(body) && body[k+1] == '\n') || b == 0x7f {
			s.refuse(at, "a comment with %q: some tools see more in it", b)
		}
	}
	first := bytes.TrimLeft(body, " \t\r\n*/")
	for _, c := range commands {
		if len(first) >= len(c) && bytes.EqualFold(first[:len(c)], []byte(c)) {
			s.refuse(at, "a comment that may be a command: %.40q", first)
		}
	}
	return i
}
