package cfront

import (
	"strings"

	"preemptck/cfront/libclang"
	"preemptck/infer"
)

// varKind says what a variable of the common program stands for.
type varKind uint8

const (
	localVar  varKind = iota // a parameter or local of the source
	placeVar                 // a place of memory, or a field of a local
	pseudoVar                // a condition known by its text
	tempVar                  // the value of an expression
)

type variable struct {
	name string
	kind varKind
	// inputs are the variables that the text mentions.
	inputs []infer.Var
	// field is the declaration of the last field of a place, root the local it
	// lies in, or 0 for memory.
	field, root uint32
	// global is set for a place without any pointer: a global variable.
	global bool
	// flag is set for the flags of the file; see findFlags.
	flag bool
	// written is set where this function writes the place.
	written bool
}

// op is an operation; with forget set it is none, but a mark that some
// variables lose their values, which finish works out when all are known.
type op struct {
	infer.Op
	forget func(v infer.Var, x *variable) bool
	// zero makes the mark set them to 0 instead.
	zero bool
	// used marks that Dst was dereferenced here; see dropNull.
	used bool
}

type block struct {
	ops  []op
	term infer.Term
}

// cleanup is a variable with a cleanup attribute, whose function runs on every
// way out of its scope.
type cleanup struct {
	id   int
	fn   uint32
	decl uint32
}

type jumpTarget struct {
	block, depth int
}

type pendingGoto struct {
	from     int
	label    string
	cleanups []cleanup
}

type label struct {
	block    int
	cleanups []cleanup
	placed   bool
}

// argPlaces is an argument whose pointed-to fields are passed along once all
// places are known.
type argPlaces struct {
	call *infer.Call
	arg  int
	base string // "x." or "p->"
	path string // "*." or "."
	// written is set where the callee may write them.
	written bool
	fn      uint32      // the callee
	inputs  []infer.Var // what base is made of
	root    uint32      // the local that it lies in, or 0
}

type lowerer struct {
	*unit
	fn   *infer.Func
	id   uint32
	decl *libclang.Decl

	vars   []variable
	byName map[string]infer.Var
	locals map[uint32]infer.Var
	names  map[string]uint32 // which declaration a local's name belongs to
	blocks []block
	cur    int
	pos    infer.Pos

	cleanups        []cleanup
	cleanupID       int
	breaks, conts   []jumpTarget
	switches        []*switchState
	labels          map[string]*label
	labelOrder      []string
	gotos           []pendingGoto
	assigned, taken map[uint32]int
	escaped         map[uint32]bool
	alias           map[uint32]place
	inMacro         bool
	doneMacros      map[uint32]value
	usesDone        map[uint32]bool
	argPlaces       []argPlaces
	same            map[string][2]uint32 // see noteSame
	slots           map[infer.Var]map[string]bool
	retRecord       uint32
	indirectSlots   []*infer.Call
	addressedLabels []string
}

// lowerFunc lowers one function with a body.
func (u *unit) lowerFunc(id uint32) *infer.Func {
	d := u.Decl(id)
	l := &lowerer{
		unit: u, id: id, decl: d,
		fn: &infer.Func{
			ID: u.funcID(id), Symbol: u.name(d), Name: u.name(d), Pos: u.declPos(d), Lang: infer.C,
			Static:   d.Flags&libclang.Internal != 0,
			NoReturn: d.Flags&libclang.NoReturn != 0,
		},
		byName: map[string]infer.Var{}, locals: map[uint32]infer.Var{}, names: map[string]uint32{},
		labels: map[string]*label{}, assigned: map[uint32]int{}, taken: map[uint32]int{},
		escaped: map[uint32]bool{}, alias: map[uint32]place{},
		doneMacros: map[uint32]value{}, usesDone: map[uint32]bool{},
		slots: map[infer.Var]map[string]bool{}, same: map[string][2]uint32{},
	}
	_, l.fn.Weak = attribute(u.attrs(d), "weak")
	section, _ := attribute(u.attrs(d), "section")
	l.fn.Boot = strings.HasPrefix(section, `".init.`)
	l.pos = l.fn.Pos
	l.survey()
	l.cur = l.newBlock()
	arg := 0
	body := -1
	for i := int(d.Node); i < int(d.NodeEnd); i = int(l.Nodes[i].End) {
		n := &l.Nodes[i]
		switch n.Kind {
		case libclang.ParmDecl:
			pd := l.Decl(n.Decl)
			v := l.local(n.Decl)
			if scalar(pd.TKind) && v != infer.NoVar {
				l.fn.Params = append(l.fn.Params, infer.Param{Arg: arg, Var: v})
			}
			arg++
		case libclang.CompoundStmt:
			body = i
		}
	}
	l.results()
	if body >= 0 {
		l.stmt(body)
	}
	l.leave(infer.Term{Kind: infer.Return, Pos: l.pos})
	l.finish()
	return l.fn
}

// results works out what the function returns that is tracked.
func (l *lowerer) results() {
	switch {
	case scalar(l.decl.TKind):
		l.fn.Rets = []string{""}
	case l.decl.TKind == libclang.TypeRecord:
		l.retRecord = l.decl.Aux
		for _, f := range l.scalarFields(l.retRecord) {
			l.fn.Rets = append(l.fn.Rets, "."+l.name(l.Decl(f)))
		}
	}
}

// maxFields bounds the fields of a structure that are tracked when it is
// returned by value.
const maxFields = 8

func (l *lowerer) scalarFields(record uint32) []uint32 {
	if record == 0 {
		return nil
	}
	var list []uint32
	d := l.Decl(record)
	for i := d.Field0; i < d.FieldEnd && len(list) < maxFields; i++ {
		if f := l.Decl(l.Fields[i]); scalar(f.TKind) && f.Name != 0 {
			list = append(list, l.Fields[i])
		}
	}
	return list
}

// survey counts assignments to locals and addresses taken of them.
func (l *lowerer) survey() {
	for i := int(l.decl.Node); i < int(l.decl.NodeEnd); i++ {
		n := &l.Nodes[i]
		switch n.Kind {
		case libclang.BinaryOperator, libclang.CompoundAssign:
			if n.Kind == libclang.CompoundAssign || n.Op == libclang.Assign {
				l.assigned[l.rootDecl(i+1)]++
			}
		case libclang.UnaryOperator:
			switch n.Op {
			case libclang.PostInc, libclang.PostDec, libclang.PreInc, libclang.PreDec:
				l.assigned[l.rootDecl(i+1)]++
			case libclang.AddrOf:
				l.taken[l.rootDecl(i+1)]++
			}
		case libclang.AsmStmt:
			for k := i + 1; k < int(n.End); k = int(l.Nodes[k].End) {
				l.assigned[l.rootDecl(k)]++
			}
		case libclang.LabelStmt:
			name := l.String(n.Decl)
			if l.labels[name] == nil {
				l.labels[name] = &label{block: -1}
				l.labelOrder = append(l.labelOrder, name)
			}
		case libclang.AddrLabelExpr:
			if i+1 < int(n.End) && l.Nodes[i+1].Kind == libclang.LabelRef {
				l.addressedLabels = append(l.addressedLabels, l.String(l.Nodes[i+1].Decl))
			}
		}
	}
}

// rootDecl is the variable that an lvalue without pointers lies in, or 0.
func (l *unit) rootDecl(i int) uint32 {
	for i < len(l.Nodes) {
		n := &l.Nodes[i]
		switch n.Kind {
		case libclang.DeclRefExpr:
			return n.Decl
		case libclang.ParenExpr, libclang.MemberRefExpr, libclang.UnexposedExpr, libclang.ArraySubscriptExpr:
			if int(n.End) == i+1 || n.Kind == libclang.MemberRefExpr && isPointer(l.Nodes[i+1].TKind) {
				return 0
			}
			i++
		default:
			return 0
		}
	}
	return 0
}

func scalar(kind uint8) bool {
	switch kind {
	case libclang.TypeBool, libclang.TypeInt, libclang.TypeUint, libclang.TypeEnum, libclang.TypePtr, libclang.TypeFuncPtr:
		return true
	}
	return false
}

func isPointer(kind uint8) bool { return kind == libclang.TypePtr || kind == libclang.TypeFuncPtr }

// ---- variables and operations

func (l *lowerer) newVar(x variable) infer.Var {
	l.vars = append(l.vars, x)
	return infer.Var(len(l.vars) - 1)
}

func (l *lowerer) temp() infer.Var { return l.newVar(variable{name: "t", kind: tempVar}) }

// localName names a variable by what the source calls it, numbered where an
// inner scope reuses the name.
func (l *lowerer) localName(decl uint32) string {
	base := l.name(l.Decl(decl))
	if strings.HasPrefix(base, "__UNIQUE_ID_") {
		// The number differs from unit to unit.
		base = strings.TrimRight(base, "0123456789")
	}
	name := base
	for n := 2; ; n++ {
		owner, ok := l.names[name]
		if !ok {
			l.names[name] = decl
			return name
		}
		if owner == decl {
			return name
		}
		name = base + "'" + string(rune('0'+n%10))
		if n > 9 {
			name = base + "'" + strings.Repeat("'", n-9)
		}
	}
}

// local is the variable of a parameter or local.
func (l *lowerer) local(decl uint32) infer.Var {
	if v, ok := l.locals[decl]; ok {
		return v
	}
	v := l.newVar(variable{name: l.localName(decl), kind: localVar, root: decl})
	l.locals[decl] = v
	l.byName[l.vars[v].name] = v
	return v
}

func (l *lowerer) newBlock() int {
	l.blocks = append(l.blocks, block{term: infer.Term{Kind: infer.Unreachable, Pos: l.pos}})
	return len(l.blocks) - 1
}

func (l *lowerer) emit(o infer.Op) {
	o.Pos = l.pos
	b := &l.blocks[l.cur]
	b.ops = append(b.ops, op{Op: o})
}

func (l *lowerer) assign(dst infer.Var, e infer.Expr) {
	l.emit(infer.Op{Kind: infer.OpAssign, Dst: dst, Expr: e})
}

func (l *lowerer) forget(which func(v infer.Var, x *variable) bool) {
	b := &l.blocks[l.cur]
	b.ops = append(b.ops, op{Op: infer.Op{Pos: l.pos}, forget: which})
}

// leave ends the block and continues in a new one that nothing reaches yet.
func (l *lowerer) leave(t infer.Term) {
	t.Pos = l.pos
	l.blocks[l.cur].term = t
	l.cur = l.newBlock()
}

// jump ends the block with a jump to b and continues there.
func (l *lowerer) jump(b int) {
	l.blocks[l.cur].term = infer.Term{Kind: infer.Goto, Pos: l.pos, To: []int{b}}
	l.cur = b
}

func (l *lowerer) jumpAway(b int) {
	l.leave(infer.Term{Kind: infer.Goto, To: []int{b}})
}

func (l *lowerer) branch(v value, yes, no int) {
	v = l.named(v)
	switch v.op.Kind {
	case infer.OperandConst:
		if v.op.Const == 0 {
			yes = no
		}
		l.jumpAway(yes)
	case infer.OperandVar, infer.OperandFunc:
		l.leave(infer.Term{Kind: infer.If, Cond: v.op, To: []int{yes, no}})
	default:
		l.leave(infer.Term{Kind: infer.Choose, To: []int{yes, no}})
	}
}

func (l *lowerer) nodePos(i int) {
	n := &l.Nodes[i]
	if n.Line != 0 {
		l.pos = infer.Pos{File: l.rel[n.File], Line: int32(n.Line), Col: int32(n.Col)}
	}
}
