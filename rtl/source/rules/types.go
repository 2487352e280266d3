package rules

import (
	"math/big"
	"strconv"
	"strings"
)

// sign is whether a value is signed. It is unclear if it depends on a value that is not
// known here, such as the one that an instance gives a parameter.
type sign uint8

const (
	unclear sign = iota
	unsigned
	signed
)

func signOf(b bool) sign {
	if b {
		return signed
	}
	return unsigned
}

// maxSteps bounds the work on one expression.
const maxSteps = 1 << 18

// maxWidth is the width of the widest value that is computed.
const maxWidth = 4096

// shape is signedness and width of a value; width is 0 where it is not known.
type shape struct {
	sign  sign
	width int
}

// typer computes sign, width and value of expressions by IEEE 1364-2005, 5.4 and 5.5.
type typer struct {
	packages   []*module
	overridden map[*decl]bool // parameters that an instance or a defparam sets
	depth      int
	steps      int // of the question that is being answered
	shapes     map[*decl]shape
	values     map[*decl]*big.Int
	// What was answered before. An expression stands in one scope only.
	exprShapes map[*expr]shape
	exprValues map[*expr]*big.Int
}

func newTyper(t *text) *typer {
	ty := &typer{overridden: map[*decl]bool{}, shapes: map[*decl]shape{}, values: map[*decl]*big.Int{}, exprShapes: map[*expr]shape{}, exprValues: map[*expr]*big.Int{}}
	byName := map[string]*module{}
	for _, m := range t.modules {
		if m.word == "package" || m.word == "" {
			ty.packages = append(ty.packages, m)
		}
		byName[m.name] = m
	}
	for _, m := range t.modules {
		for _, in := range m.insts {
			of := byName[in.module]
			if of == nil {
				continue
			}
			for i, c := range in.params {
				if c.name == "" && i < len(of.params) {
					ty.overridden[of.params[i]] = true
				}
				for _, d := range of.params {
					if c.name == d.name || c.name == "*" {
						ty.overridden[d] = true
					}
				}
			}
		}
		for _, dp := range m.defs {
			if dp.target.kind != exprPath {
				continue
			}
			for _, of := range t.modules {
				for _, d := range of.params {
					if d.name == dp.target.text {
						ty.overridden[d] = true
					}
				}
			}
		}
	}
	return ty
}

func (ty *typer) enter() bool {
	if ty.depth == 0 {
		ty.steps = 0
	}
	ty.depth++
	ty.steps++
	if ty.depth > maxDepth || ty.steps > maxSteps {
		ty.depth--
		return false
	}
	return true
}

// find is the declaration of a name, in a package if no enclosing scope has it.
func (ty *typer) find(s *scope, name string) *decl {
	if d := s.lookup(name); d != nil {
		return d
	}
	for _, p := range ty.packages {
		if d := p.scope.names[name]; d != nil {
			return d
		}
	}
	return nil
}

func (ty *typer) findFunc(s *scope, name string) *function {
	if i := strings.LastIndexAny(name, ".:"); i >= 0 {
		name = name[i+1:]
	} else if f := s.function(name); f != nil {
		return f
	}
	for _, p := range ty.packages {
		if f := p.scope.funcs[name]; f != nil {
			return f
		}
	}
	return nil
}

// declOf is the declaration of the name in an expression, with or without selects.
func (ty *typer) declOf(s *scope, e *expr) *decl {
	switch e.kind {
	case exprName:
		return ty.find(s, e.text)
	case exprIndex, exprRange:
		return ty.declOf(s, e.args[0])
	case exprPath:
		if d := ty.declOf(s, e.args[0]); d != nil {
			return d // a member
		}
		for _, p := range ty.packages {
			if e.args[0].kind == exprName && p.name == e.args[0].text {
				return p.scope.names[e.text]
			}
		}
	}
	return nil
}

// spanWidth is the number of values of a range, or 0 if it is not known.
func (ty *typer) spanWidth(s *scope, r span) int {
	if r.left == nil {
		return 0
	}
	l := ty.value(s, r.left)
	if l == nil || !l.IsInt64() {
		return 0
	}
	if r.right == nil {
		return clip(l.Int64())
	}
	h := ty.value(s, r.right)
	if h == nil || !h.IsInt64() {
		return 0
	}
	d := new(big.Int).Sub(l, h)
	d.Abs(d)
	if !d.IsInt64() || d.Int64() > 1<<30 {
		return 0
	}
	return clip(d.Int64() + 1)
}

func clip(n int64) int {
	if n <= 0 || n > 1<<30 {
		return 0
	}
	return int(n)
}

// typeShape is the shape of a whole value of a type; dims after skip of them.
func (ty *typer) typeShape(s *scope, t *typ, skip int) shape {
	if !ty.enter() {
		return shape{}
	}
	defer func() { ty.depth-- }()
	w := 1
	sg := signOf(t.signed)
	if skip > 0 {
		sg = unsigned
	}
	base := 1
	switch {
	case t.isEnum:
		in := ty.typeShape(s, t.enumBase, 0)
		base, sg = in.width, in.sign
	case t.members != nil:
		base = 0
		for _, m := range t.members {
			in := ty.typeShape(s, &m.typ, 0).width
			for _, a := range m.array {
				in *= ty.spanWidth(s, a)
			}
			if in == 0 {
				return shape{}
			}
			if t.isUnion {
				base = max(base, in)
			} else {
				base += in
			}
		}
	case t.user != "":
		d := ty.findType(s, t.user)
		if d == nil {
			return shape{}
		}
		n := len(d.typ.dims)
		over := max(skip-len(t.dims), 0)
		in := ty.typeShape(d.scope, &d.typ, min(over, n))
		base = in.width
		if len(t.dims) == 0 && skip == 0 {
			sg = in.sign
		}
	default:
		switch t.word {
		case "integer", "int":
			base = 32
		case "byte":
			base = 8
		case "shortint":
			base = 16
		case "longint", "time":
			base = 64
		case "real", "realtime", "shortreal", "string", "event", "type":
			return shape{}
		}
		if t.word == "time" {
			sg = signOf(t.said && t.signed)
		}
	}
	for i, r := range t.dims {
		if i < skip {
			continue
		}
		w *= ty.spanWidth(s, r)
		if w > 1<<24 {
			return shape{sg, 0}
		}
	}
	if base <= 0 || w <= 0 || base > 1<<24/w {
		return shape{sg, 0}
	}
	if skip > len(t.dims) && t.user == "" && t.members == nil {
		return shape{unsigned, 1}
	}
	return shape{sg, w * base}
}

func (ty *typer) findType(s *scope, name string) *decl {
	if p, t, ok := strings.Cut(name, "::"); ok {
		for _, m := range ty.packages {
			if m.name == p {
				return m.scope.names[t]
			}
		}
		return nil
	}
	d := ty.find(s, name)
	if d == nil || d.kind != declType {
		return nil
	}
	return d
}

// declShape is the shape of a variable, or of one element of an array. A declaration that
// depends on itself has none.
func (ty *typer) declShape(d *decl) shape {
	sh, ok := ty.shapes[d]
	if !ok {
		ty.remember(d, shape{})
		sh = ty.newShape(d)
		ty.remember(d, sh)
	}
	return sh
}

func (ty *typer) remember(d *decl, sh shape) {
	if ty.shapes != nil {
		ty.shapes[d] = sh
	}
}

func (ty *typer) newShape(d *decl) shape {
	if d.kind == declParam || d.kind == declLocal {
		if !d.ranged {
			// The type of the value, and the sign that was written (1364-2005, 12.2).
			if ty.overridden[d] || d.init == nil {
				if d.typ.said {
					return shape{signOf(d.typ.signed), 0}
				}
				return shape{}
			}
			in := ty.shape(d.scope, d.init)
			if d.typ.said {
				in.sign = signOf(d.typ.signed)
			}
			return in
		}
	}
	if d.kind == declGenvar {
		return shape{signed, 32}
	}
	return ty.typeShape(d.scope, &d.typ, 0)
}

// number splits a literal into its bits and its shape.
func number(text string) (bits string, sh shape, based bool) {
	text = strings.ReplaceAll(strings.ToLower(text), "_", "")
	size, rest, based := strings.Cut(text, "'")
	if !based {
		v, ok := new(big.Int).SetString(strings.TrimSpace(size), 10)
		if !ok {
			return "", shape{}, false
		}
		b := v.Text(2)
		w := max(32, len(b)+1)
		if len(b) == 32 { // 2147483648 and up: as wide as the tool likes
			w = 33
		}
		return strings.Repeat("0", w-len(b)) + b, shape{signed, w}, false
	}
	rest = strings.TrimSpace(rest)
	sh = shape{unsigned, 32}
	size = strings.TrimSpace(size)
	if size != "" {
		n, err := strconv.Atoi(size)
		if err != nil || n <= 0 || n > maxWidth {
			return "", shape{}, true
		}
		sh.width = n
	}
	if strings.HasPrefix(rest, "s") {
		sh.sign, rest = signed, rest[1:]
	}
	if rest == "" {
		return "", shape{}, true
	}
	base, digits := rest[0], strings.TrimSpace(rest[1:])
	if size == "" && (base == '0' || base == '1' || base == 'x' || base == 'z') && digits == "" {
		return string(base), shape{unsigned, 1}, true // '0, '1: as wide as needed
	}
	if digits == "" {
		return "", shape{}, true
	}
	var b strings.Builder
	switch base {
	case 'b', 'o', 'h':
		n := map[byte]int{'b': 1, 'o': 3, 'h': 4}[base]
		for _, c := range digits {
			switch {
			case c == 'x' || c == 'z' || c == '?':
				if c == '?' {
					c = 'z'
				}
				b.WriteString(strings.Repeat(string(c), n))
			default:
				v, err := strconv.ParseUint(string(c), 16, 8)
				if err != nil || v >= 1<<n {
					return "", shape{}, true
				}
				s := strconv.FormatUint(v, 2)
				b.WriteString(strings.Repeat("0", n-len(s)) + s)
			}
		}
	case 'd':
		if digits == "x" || digits == "z" || digits == "?" {
			b.WriteString(strings.ReplaceAll(digits, "?", "z"))
			break
		}
		v, ok := new(big.Int).SetString(digits, 10)
		if !ok {
			return "", shape{}, true
		}
		b.WriteString(v.Text(2))
	default:
		return "", shape{}, true
	}
	bits = b.String()
	if size == "" && len(bits) > sh.width {
		sh.width = min(len(bits), maxWidth)
	}
	if len(bits) > sh.width {
		bits = bits[len(bits)-sh.width:]
	}
	fill := "0"
	if bits[0] == 'x' || bits[0] == 'z' {
		fill = bits[:1]
	}
	return strings.Repeat(fill, sh.width-len(bits)) + bits, sh, true
}

// shape is the self-determined shape of an expression.
func (ty *typer) shape(s *scope, e *expr) shape {
	if e == nil {
		return shape{}
	}
	if sh, ok := ty.exprShapes[e]; ok {
		return sh
	}
	if !ty.enter() {
		return shape{}
	}
	defer func() { ty.depth-- }()
	sh := ty.newExprShape(s, e)
	if ty.exprShapes != nil {
		ty.exprShapes[e] = sh
	}
	return sh
}

func (ty *typer) newExprShape(s *scope, e *expr) shape {
	switch e.kind {
	case exprNumber:
		_, sh, _ := number(e.text)
		return sh
	case exprString:
		return shape{unsigned, 8 * max(1, len(e.text))}
	case exprName:
		if d := ty.find(s, e.text); d != nil && d.kind != declType {
			return ty.declShape(d)
		}
	case exprPath:
		if t, sc := ty.member(s, e); t != nil {
			return ty.typeShape(sc, t, 0)
		}
		if d := ty.declOf(s, e); d != nil && len(d.typ.members) == 0 && d.typ.user == "" {
			return ty.declShape(d)
		}
	case exprIndex:
		return ty.selectShape(s, e, 0)
	case exprRange:
		n := 0
		switch e.text {
		case ":":
			n = ty.spanWidth(s, span{e.args[1], e.args[2]})
		default:
			if v := ty.value(s, e.args[2]); v != nil && v.IsInt64() {
				n = clip(v.Int64())
			}
		}
		inner := ty.selectShape(s, e, 0)
		if inner.width != 1 {
			if inner.width == 0 {
				n = 0
			}
			n *= inner.width
		}
		return shape{unsigned, n}
	case exprUnary:
		switch e.text {
		case "+", "-", "~":
			return ty.shape(s, e.args[0])
		}
		return shape{unsigned, 1}
	case exprBinary:
		switch e.text {
		case "<<", ">>", "<<<", ">>>", "**":
			return ty.shape(s, e.args[0])
		case "+", "-", "*", "/", "%", "&", "|", "^", "~^", "^~":
			return both(ty.shape(s, e.args[0]), ty.shape(s, e.args[1]))
		}
		return shape{unsigned, 1}
	case exprInside:
		return shape{unsigned, 1}
	case exprCond:
		return both(ty.shape(s, e.args[1]), ty.shape(s, e.args[2]))
	case exprConcat:
		n := 0
		for _, a := range e.args {
			w := ty.shape(s, a).width
			if w == 0 {
				return shape{unsigned, 0}
			}
			n += w
		}
		return shape{unsigned, n}
	case exprRepeat:
		n := 0
		for _, a := range e.args[1:] {
			w := ty.shape(s, a).width
			if w == 0 {
				return shape{unsigned, 0}
			}
			n += w
		}
		if v := ty.value(s, e.args[0]); v != nil && v.IsInt64() && v.Int64() > 0 && v.Int64() < 1<<20 && n < 1<<20 {
			return shape{unsigned, n * int(v.Int64())}
		}
		return shape{unsigned, 0}
	case exprCall:
		if f := ty.findFunc(s, e.text); f != nil && f.result != nil {
			return ty.declShape(f.result)
		}
	case exprSystem:
		switch e.text {
		case "$signed", "$unsigned":
			if len(e.args) == 1 {
				return shape{signOf(e.text == "$signed"), ty.shape(s, e.args[0]).width}
			}
		case "$clog2", "$bits", "$size", "$high", "$low", "$left", "$right", "$countones", "$rtoi":
			return shape{signed, 32}
		case "$onehot", "$onehot0", "$isunknown":
			return shape{unsigned, 1}
		}
	case exprCast:
		v := ty.shape(s, e.args[len(e.args)-1])
		if len(e.args) == 2 {
			n := 0
			if w := ty.value(s, e.args[0]); w != nil && w.IsInt64() {
				n = clip(w.Int64())
			}
			return shape{v.sign, n}
		}
		switch e.text {
		case "signed", "unsigned":
			return shape{signOf(e.text == "signed"), v.width}
		case "int", "integer":
			return shape{signed, 32}
		case "byte":
			return shape{signed, 8}
		case "shortint":
			return shape{signed, 16}
		case "longint":
			return shape{signed, 64}
		case "logic", "bit", "reg":
			return shape{unsigned, 1}
		}
		if d := ty.findType(s, strings.ReplaceAll(e.text, ".", "::")); d != nil {
			return ty.typeShape(d.scope, &d.typ, 0)
		}
		if d := ty.find(s, e.text); d != nil && d.kind != declVar {
			if w := ty.value(s, d.init); w != nil && w.IsInt64() && !ty.overridden[d] {
				return shape{v.sign, clip(w.Int64())}
			}
			return shape{v.sign, 0}
		}
	}
	return shape{}
}

// member is the type of a member of a struct.
func (ty *typer) member(s *scope, e *expr) (*typ, *scope) {
	if e.kind != exprPath || !ty.enter() {
		return nil, nil
	}
	defer func() { ty.depth-- }()
	var t *typ
	sc := s
	base := e.args[0]
	for base.kind == exprIndex || base.kind == exprRange {
		base = base.args[0]
	}
	switch base.kind {
	case exprName:
		d := ty.find(s, base.text)
		if d == nil {
			return nil, nil
		}
		t, sc = &d.typ, d.scope
	case exprPath:
		t, sc = ty.member(s, base)
	}
	for i := 0; t != nil && t.user != "" && i < 20; i++ {
		d := ty.findType(sc, t.user)
		if d == nil {
			return nil, nil
		}
		t, sc = &d.typ, d.scope
	}
	if t == nil {
		return nil, nil
	}
	for _, m := range t.members {
		if m.name == e.text {
			return &m.typ, sc
		}
	}
	return nil, nil
}

// selectShape is the shape of what remains after the selects of e.
func (ty *typer) selectShape(s *scope, e *expr, depth int) shape {
	n := 0
	for e.kind == exprIndex || e.kind == exprRange {
		n++
		e = e.args[0]
	}
	var d *decl
	switch e.kind {
	case exprName:
		d = ty.find(s, e.text)
	case exprPath:
		if t, sc := ty.member(s, e); t != nil {
			if n > len(t.dims) {
				n = len(t.dims)
				if n == 0 {
					return shape{unsigned, 1}
				}
			}
			return ty.typeShape(sc, t, n)
		}
	}
	if d == nil {
		return shape{unsigned, 0}
	}
	if n <= len(d.array) {
		return ty.typeShape(d.scope, &d.typ, 0)
	}
	n -= len(d.array)
	if len(d.typ.dims) == 0 && d.typ.user == "" {
		return shape{unsigned, 1} // a bit of an integer, of a parameter
	}
	return ty.typeShape(d.scope, &d.typ, n)
}

func both(a, b shape) shape {
	out := shape{sign: unclear}
	switch {
	case a.sign == unsigned || b.sign == unsigned:
		out.sign = unsigned
	case a.sign == signed && b.sign == signed:
		out.sign = signed
	}
	if a.width > 0 && b.width > 0 {
		out.width = max(a.width, b.width)
	}
	return out
}

// value is the value of a constant expression. It is nil if the expression is not constant,
// or depends on instances or on rules of width that are not implemented here.
func (ty *typer) value(s *scope, e *expr) *big.Int {
	if e == nil {
		return nil
	}
	if v, ok := ty.exprValues[e]; ok {
		return v
	}
	if !ty.enter() {
		return nil
	}
	defer func() { ty.depth-- }()
	v := ty.newValue(s, e)
	if ty.exprValues != nil {
		ty.exprValues[e] = v
	}
	return v
}

func (ty *typer) newValue(s *scope, e *expr) *big.Int {
	switch e.kind {
	case exprNumber:
		bits, sh, _ := number(e.text)
		if bits == "" || strings.ContainsAny(bits, "xz") {
			return nil
		}
		v, ok := new(big.Int).SetString(bits, 2)
		if !ok {
			return nil
		}
		if sh.sign == signed && bits[0] == '1' {
			v.Sub(v, new(big.Int).Lsh(big.NewInt(1), uint(sh.width)))
		}
		return v
	case exprName, exprPath:
		d := ty.declOf(s, e)
		if e.kind == exprPath && d != nil && d.kind != declLocal && d.kind != declParam {
			return nil
		}
		if d == nil || d.kind != declLocal && d.kind != declParam || ty.overridden[d] || len(d.array) > 0 {
			return nil
		}
		return ty.declValue(d)
	case exprUnary:
		v := ty.value(s, e.args[0])
		if v == nil {
			return nil
		}
		switch e.text {
		case "+":
			return v
		case "-":
			return new(big.Int).Neg(v)
		case "!":
			return truth(v.Sign() == 0)
		}
	case exprBinary:
		a, b := ty.value(s, e.args[0]), ty.value(s, e.args[1])
		if a == nil || b == nil {
			return nil
		}
		// What is narrower than 32 bits may wrap in its context, so that only
		// what cannot is taken.
		out := new(big.Int)
		switch e.text {
		case "+":
			out.Add(a, b)
		case "-":
			out.Sub(a, b)
		case "*":
			out.Mul(a, b)
		case "/":
			if b.Sign() == 0 {
				return nil
			}
			out.Quo(a, b)
		case "%":
			if b.Sign() == 0 {
				return nil
			}
			out.Rem(a, b)
		case "<<", "<<<":
			if b.Sign() < 0 || !b.IsInt64() || b.Int64() > maxWidth {
				return nil
			}
			out.Lsh(a, uint(b.Int64()))
		case ">>", ">>>":
			if b.Sign() < 0 || !b.IsInt64() || a.Sign() < 0 {
				return nil
			}
			out.Rsh(a, uint(min(b.Int64(), maxWidth)))
		case "**":
			if b.Sign() < 0 || !b.IsInt64() || b.Int64() > 64 || a.BitLen() > 64 {
				return nil
			}
			out.Exp(a, b, nil)
		case "==":
			return truth(a.Cmp(b) == 0)
		case "!=":
			return truth(a.Cmp(b) != 0)
		case "<":
			return truth(a.Cmp(b) < 0)
		case "<=":
			return truth(a.Cmp(b) <= 0)
		case ">":
			return truth(a.Cmp(b) > 0)
		case ">=":
			return truth(a.Cmp(b) >= 0)
		case "&&":
			return truth(a.Sign() != 0 && b.Sign() != 0)
		case "||":
			return truth(a.Sign() != 0 || b.Sign() != 0)
		default:
			return nil
		}
		sh := ty.shape(s, e)
		if sh.width == 0 || wrap(new(big.Int).Set(out), sh).Cmp(out) != 0 {
			return nil
		}
		return out
	case exprCond:
		c := ty.value(s, e.args[0])
		if c == nil {
			return nil
		}
		if c.Sign() != 0 {
			return ty.value(s, e.args[1])
		}
		return ty.value(s, e.args[2])
	case exprConcat:
		out := new(big.Int)
		for _, a := range e.args {
			v, sh := ty.value(s, a), ty.shape(s, a)
			if v == nil || sh.width == 0 || sh.width > maxWidth || out.BitLen() > maxWidth {
				return nil
			}
			out.Lsh(out, uint(sh.width)).Or(out, wrap(v, shape{unsigned, sh.width}))
		}
		return out
	case exprSystem:
		switch {
		case e.text == "$clog2" && len(e.args) == 1:
			if v := ty.value(s, e.args[0]); v != nil && v.Sign() > 0 {
				return big.NewInt(int64(new(big.Int).Sub(v, big.NewInt(1)).BitLen()))
			}
		case e.text == "$bits" && len(e.args) == 1:
			if w := ty.shape(s, e.args[0]).width; w > 0 {
				return big.NewInt(int64(w))
			}
		case (e.text == "$signed" || e.text == "$unsigned") && len(e.args) == 1:
			if v, sh := ty.value(s, e.args[0]), ty.shape(s, e); v != nil && sh.width > 0 {
				return wrap(v, sh)
			}
		}
	case exprCast:
		v, sh := ty.value(s, e.args[len(e.args)-1]), ty.shape(s, e)
		if v != nil && sh.width > 0 && sh.sign != unclear {
			return wrap(v, sh)
		}
	}
	return nil
}

func (ty *typer) declValue(d *decl) *big.Int {
	if v, ok := ty.values[d]; ok {
		return v
	}
	if ty.values != nil {
		ty.values[d] = nil
	}
	v, sh := ty.value(d.scope, d.init), ty.declShape(d)
	if v == nil || sh.width == 0 || sh.sign == unclear {
		return nil
	}
	v = wrap(v, sh)
	if ty.values != nil {
		ty.values[d] = v
	}
	return v
}

func truth(b bool) *big.Int {
	if b {
		return big.NewInt(1)
	}
	return new(big.Int)
}

// wrap brings a value into the range of a shape.
func wrap(v *big.Int, sh shape) *big.Int {
	if sh.width <= 0 || sh.width > maxWidth {
		return v
	}
	m := new(big.Int).Lsh(big.NewInt(1), uint(sh.width))
	out := new(big.Int).Mod(v, m)
	if sh.sign == signed && out.Bit(sh.width-1) == 1 {
		out.Sub(out, m)
	}
	return out
}

// constant reports whether e reads only constants: numbers, parameters, genvars, and
// counters of loops over constants, which loop has.
func (ty *typer) constant(s *scope, e *expr, loop map[*decl]bool) bool {
	if e == nil {
		return true
	}
	switch e.kind {
	case exprUnread:
		return false
	case exprName:
		d := ty.find(s, e.text)
		return d != nil && (d.kind == declParam || d.kind == declLocal || d.kind == declGenvar || d.kind == declType || loop[d])
	case exprPath:
		d := ty.declOf(s, e)
		return d != nil && (d.kind == declParam || d.kind == declLocal || d.kind == declType)
	case exprSystem:
		switch e.text {
		case "$bits", "$size", "$high", "$low", "$left", "$right", "$increment", "$dimensions", "$unpacked_dimensions":
			return true
		case "$signed", "$unsigned", "$clog2", "$countones", "$onehot", "$onehot0", "$rtoi", "$itor", "$ceil", "$floor", "$ln", "$log10", "$sqrt", "$pow":
		default:
			return false
		}
	}
	for _, a := range e.args {
		if !ty.constant(s, a, loop) {
			return false
		}
	}
	return true
}
