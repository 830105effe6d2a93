package mir

import "strings"

// String prints the statement as rustc does, without semicolon and comment.
func (s *Stmt) String() string {
	var w printer
	w.stmt(s)
	return w.String()
}

// String prints the terminator as rustc does, without semicolon and comment.
func (t *Term) String() string {
	var w printer
	w.term(t)
	return w.String()
}

func (w *printer) stmt(s *Stmt) {
	switch s.Kind {
	case StmtAssign:
		w.place(s.Place)
		w.s(" = ")
		w.rvalue(s.Rvalue)
	case StmtStorageLive:
		w.placeCall("StorageLive", s.Place)
	case StmtStorageDead:
		w.placeCall("StorageDead", s.Place)
	case StmtSetDiscriminant:
		w.placeCall("discriminant", s.Place)
		w.s(" = ")
		w.int(s.Variant)
	case StmtDeinit:
		w.placeCall("Deinit", s.Place)
	case StmtPlaceMention:
		w.placeCall("PlaceMention", s.Place)
	case StmtNop:
		w.s("nop")
	case StmtConstEvalCounter:
		w.s("ConstEvalCounter")
	case StmtRetag:
		w.s("Retag(")
		if s.Word != "" {
			w.s("[", s.Word, "] ")
		}
		w.place(s.Place)
		w.s(")")
	case StmtAssume:
		w.s("assume(")
		w.operands(s.Ops)
		w.s(")")
	case StmtCopyNonOverlapping:
		w.s("copy_nonoverlapping(dst = ")
		w.operand(s.Ops[0])
		w.s(", src = ")
		w.operand(s.Ops[1])
		w.s(", count = ")
		w.operand(s.Ops[2])
		w.s(")")
	case StmtFakeRead:
		w.s("FakeRead(", s.Word, ", ")
		w.place(s.Place)
		w.s(")")
	case StmtAscribeUserType:
		w.s("AscribeUserType(")
		w.place(s.Place)
		w.s(", ", s.Word, ")")
	case StmtCoverage:
		w.s("Coverage::", s.Word)
	case StmtBackwardIncompatibleDropHint:
		w.s("BackwardIncompatibleDropHint(")
		w.place(s.Place)
		if s.Word != "" {
			w.s(", ", s.Word)
		}
		w.s(")")
	default:
		w.s(s.Text)
	}
}

func (w *printer) term(t *Term) {
	switch t.Kind {
	case TermGoto:
		w.s("goto")
	case TermSwitch:
		w.s("switchInt(")
		w.operand(t.Cond)
		w.s(")")
	case TermReturn:
		w.s("return")
	case TermUnreachable:
		w.s("unreachable")
	case TermResume:
		w.s("resume")
	case TermTerminate:
		if t.Word == "" {
			w.s("abort")
			break
		}
		w.s("terminate(", t.Word, ")")
	case TermDrop:
		w.placeCall("drop", t.Place)
	case TermCall:
		w.place(t.Place)
		w.s(" = ")
		w.call(t)
	case TermTailCall:
		w.s("tailcall ")
		w.call(t)
	case TermAssert:
		w.s("assert(")
		if !t.Expected {
			w.s("!")
		}
		w.operand(t.Cond)
		w.s(", \"", t.Word, "\"")
		for _, a := range t.Args {
			w.s(", ")
			w.operand(a)
		}
		w.s(")")
	case TermYield:
		w.place(t.Place)
		w.s(" = yield(")
		w.operand(t.Cond)
		w.s(")")
	case TermCoroutineDrop:
		w.s("coroutine_drop")
	case TermFalseEdge:
		w.s("falseEdge")
	case TermFalseUnwind:
		w.s("falseUnwind")
	case TermAsm:
		w.asm(t.Asm)
	default:
		w.s(t.Text)
		return
	}
	w.targets(t)
}

func (w *printer) call(t *Term) {
	w.operand(t.Func)
	w.s("(")
	w.operands(t.Args)
	w.s(")")
}

func (w *printer) asm(a *Asm) {
	w.s("asm!(\"", a.Template, "\"")
	for _, o := range a.Operands {
		w.s(", ", o.Dir)
		if o.Reg == "" {
			w.s(" ", o.Text)
			continue
		}
		w.s("(", o.Reg, ") ")
		if o.In != nil {
			w.operand(*o.In)
			if o.Dir == "in" {
				continue
			}
			w.s(" => ")
		}
		w.place(o.Out) // prints `_` where there is none
	}
	w.s(", options(", a.Options, "))")
}

// label is what rustc calls the normal successor of a terminator.
func (t *Term) label() string {
	switch t.Kind {
	case TermSwitch:
		return "otherwise"
	case TermAssert:
		return "success"
	case TermYield:
		return "resume"
	case TermFalseEdge, TermFalseUnwind:
		return "real"
	}
	return "return"
}

// targets prints the successors: a lone one bare, several with labels.
func (w *printer) targets(t *Term) {
	var list []string
	add := func(label string, n int) {
		var b printer
		b.s(label, ": bb")
		b.int(n)
		list = append(list, b.String())
	}
	for _, c := range t.Cases {
		add(c.Text, c.Target)
	}
	if t.Target >= 0 {
		add(t.label(), t.Target)
	}
	for _, n := range t.Targets {
		if t.Kind == TermFalseEdge {
			add("imaginary", n)
		} else {
			add("label", n)
		}
	}
	if t.Unwind.Kind == UnwindCleanup {
		add("unwind", t.Unwind.Block)
	}
	if t.Drop >= 0 {
		add("drop", t.Drop)
	}
	var unwind string
	switch t.Unwind.Kind {
	case UnwindContinue:
		unwind = "unwind continue"
	case UnwindUnreachable:
		unwind = "unwind unreachable"
	case UnwindTerminate:
		unwind = "unwind terminate"
		if t.Unwind.Reason != "" {
			unwind += "(" + t.Unwind.Reason + ")"
		}
	}
	switch {
	case len(list) == 0 && unwind == "":
	case len(list) == 0:
		w.s(" -> ", unwind)
	case len(list) == 1 && unwind == "":
		_, bb, _ := strings.Cut(list[0], ": ")
		w.s(" -> ", bb)
	default:
		if unwind != "" {
			list = append(list, unwind)
		}
		w.s(" -> [", strings.Join(list, ", "), "]")
	}
}
