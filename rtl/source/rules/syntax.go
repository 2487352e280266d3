package rules

// pos is a place in the user's text.
type pos struct {
	file string
	line int
}

// exprKind is the form of an expression.
type exprKind uint8

const (
	exprUnread  exprKind = iota // text that the parser does not know
	exprNumber                  // text is the literal, base and size in it
	exprReal                    // a literal with a point or an exponent
	exprString                  // text without its quotes
	exprName                    // text; "a.b" and "p::a" are exprPath
	exprPath                    // args[0] the name in front, text what follows its point or colons
	exprIndex                   // args: base, index
	exprRange                   // args: base, left, right; text is ":", "+:" or "-:"
	exprUnary                   // text is the operator
	exprBinary                  // text is the operator
	exprCond                    // args: condition, then, else
	exprConcat                  // args: parts
	exprRepeat                  // args: count, parts
	exprPattern                 // '{...}; args: values
	exprStream                  // {<<n{...}}
	exprCall                    // text is the function; args
	exprSystem                  // text is the system function with its dollar; args
	exprCast                    // text is the type, or args[0] the size; the last arg is the value
	exprAssign                  // an assignment within an expression, ++ and -- among them; args: target, value
	exprInside                  // args: value, members
	exprDefault                 // the default of a pattern, $ of a range, null
)

type expr struct {
	kind exprKind
	text string
	args []*expr
	pos  pos
	at   int // index of its first token; orders what one process does
}

// span is a range of a declaration, or one size.
type span struct{ left, right *expr }

// typ is the type in a declaration.
type typ struct {
	word     string // "wire", "reg", "integer", ...; "" where only a range or nothing is said
	user     string // the name of a type of the user's, "p::t" with its package
	signed   bool
	said     bool // signed or unsigned was written
	dims     []span
	members  []*decl // of a struct or union
	isUnion  bool
	isEnum   bool
	enumBase *typ
}

// declKind is the kind of a name.
type declKind uint8

const (
	declVar    declKind = iota // variables and nets
	declParam                  // parameter
	declLocal                  // localparam, specparam, a constant of an enum
	declGenvar                 // of a generate loop
	declType                   // typedef
	declOther                  // event, instance, block, ...
)

type decl struct {
	kind   declKind
	name   string
	typ    typ
	array  []span // unpacked
	dir    string // "", "input", "output", "inout", "ref"
	net    bool
	auto   bool // written automatic
	init   *expr
	pos    pos
	scope  *scope
	ranged bool // a range or a type was written
	loop   bool // declared in the head of a for statement
	label  bool // a constant of an enum
}

// scope holds the names of a module, a generate block, a named block, a function.
type scope struct {
	parent *scope
	module *module
	names  map[string]*decl
	funcs  map[string]*function
	fn     *function // that it lies in
	block  bool      // of a statement
	gen    bool      // of a generate construct
}

func (s *scope) lookup(name string) *decl {
	for ; s != nil; s = s.parent {
		if d := s.names[name]; d != nil {
			return d
		}
	}
	return nil
}

func (s *scope) function(name string) *function {
	for ; s != nil; s = s.parent {
		if f := s.funcs[name]; f != nil {
			return f
		}
	}
	return nil
}

// branch is one side of a generate construct. Places in different sides of one construct
// are never in the same design.
type branch struct{ construct, side int }

type module struct {
	word    string // "module", "package", "primitive", "interface", "program"
	name    string
	pos     pos
	ports   []*decl // in order
	params  []*decl // that can be overridden, in order
	scope   *scope
	decls   []*decl // all variables, nets and parameters in it, deep
	procs   []*process
	assigns []*assign
	insts   []*instance
	funcs   []*function
	gens    []*genChoice
	loops   []loop // of generate blocks
	defs    []*defparam
}

type process struct {
	word   string // "always", "always_comb", "always_ff", "always_latch", "initial", "final"
	events []event
	star   bool // @* or @(*)
	timed  bool // the body has delays or further events
	body   *stmt
	scope  *scope
	pos    pos
	gen    []branch
}

type event struct {
	edge string // "posedge", "negedge", "edge", ""
	expr *expr
}

type assign struct {
	lhs, rhs *expr
	scope    *scope
	pos      pos
	gen      []branch
	delayed  bool
}

type connection struct {
	name string // "" where by order; "*" for .*
	expr *expr  // nil where empty
}

type instance struct {
	module string
	name   string
	params []connection
	conns  []connection
	scope  *scope
	pos    pos
	gate   bool // a primitive of the language
	late   bool // with a delay
	chosen bool // in a generate construct, which may leave it out
}

type function struct {
	task   bool
	name   string
	result *decl // nil of a task and of a void function
	args   []*decl
	auto   bool
	body   []*stmt
	scope  *scope
	pos    pos
}

// genChoice is an if or a case that generates.
type genChoice struct {
	selector *expr // of a case; the condition of an if
	items    []*expr
	isCase   bool
	scope    *scope
	pos      pos
}

type defparam struct {
	target, value *expr
	scope         *scope
	pos           pos
}

// stmtKind is the kind of a statement.
type stmtKind uint8

const (
	stmtNull stmtKind = iota
	stmtUnread
	stmtBlock
	stmtIf
	stmtCase
	stmtAssign // blocking
	stmtNonblocking
	stmtFor // body[0] is what is repeated; init, cond and step aside
	stmtLoop
	stmtCall   // rhs is an exprCall, exprSystem or another expression for its effect
	stmtTimed  // a delay or an event, then body[0]
	stmtForced // assign, deassign, force, release
	stmtAssert
	stmtJump // disable, break, continue, return; rhs what is returned
	stmtFork
)

type stmt struct {
	kind     stmtKind
	word     string // case, casez, casex; while, repeat, forever, do, foreach; force, ...
	check    string // unique, unique0, priority
	attrs    []attr
	lhs, rhs *expr
	op       string // of an assignment: "=", "+=", ...
	cond     *expr
	body     []*stmt // of an if: then and, where there is one, else
	init     []*stmt
	step     []*stmt
	items    []caseItem
	inside   bool
	delayed  bool // an assignment with a delay within it
	waits    bool // that delay is no plain number, or an event
	calls    bool // the condition of an assertion calls or assigns something
	decls    []*decl
	scope    *scope // its own where it declares something
	pos      pos
	at, end  int // indices of its first token, and of that behind it
}

type caseItem struct {
	exprs     []*expr
	isDefault bool
	body      *stmt
	pos       pos
}

// attr is a name between (* and *), or a pragma in a comment.
type attr struct {
	name  string
	value *expr
	pos   pos
}

// text is everything that was parsed.
type text struct {
	modules []*module // packages and primitives among them
	root    *scope    // what lies outside of all modules
	unread  []pos     // places that the parser could not read
	what    []string  // the text there
	pragmas []attr    // in comments
	attrs   []attr
}
