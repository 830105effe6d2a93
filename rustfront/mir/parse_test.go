package mir

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func parseConst(s string) (*Const, bool) {
	p := newParser(s)
	c := p.constant()
	return c, p.done()
}

func TestConsts(t *testing.T) {
	for s, kind := range map[string]ConstKind{
		"12_u8": ConstInt, "-1_i128": ConstInt, "3": ConstInt, "1.5f32": ConstFloat, "-1.79E+308f64": ConstFloat,
		"2f64": ConstFloat, "NaN_f32": ConstFloat, "-inf_f64": ConstFloat, "true": ConstBool, "truely": ConstPath,
		"'x'": ConstChar, `'\''`: ConstChar, `'\u{1f980}'`: ConstChar, `"a \" // b"`: ConstStr, `b"\x00"`: ConstByteStr, `*b"x"`: ConstByteStr,
		"()": ConstTuple, "(1_u8, (2_u8,))": ConstTuple, "[1_u8, 2_u8]": ConstArray, "[0_u8; 4]": ConstRepeat,
		"{alloc1: &T}": ConstAlloc, "{alloc12<imm>+0x8: *const u8}": ConstAlloc, "{0x1 as *const T}": ConstAddr,
		"{transmute(0x0001): Option<u8>}": ConstTransmute, "{closure@a.rs:1:1: 1:2}": ConstClosure,
		"<static(DefId(2:1553 ~ kernel[f60e]::print::INFO))>": ConstStatic, "Slice { alloc_id: alloc16, meta: 7 }: &CStr": ConstTyped,
		"ZeroSized: T": ConstTyped, "Scalar(0x00): T": ConstTyped, "4_u8 is 1..": ConstPattern,
		"None::<u8>": ConstPath, "f::<T>::{constant#0}": ConstPath, "{constant#1}": ConstPath, "<T as A>::N": ConstPath,
		"S(1_u8, \"x\")": ConstAdt, "S { a: 1_u8, b: N }": ConstAdt, "S {{ a: 1_u8 }}": ConstAdt,
		"&[1_u8]": ConstRef, "{ N + 1 }": ConstBlock, "_": ConstInfer, "<uninit>": ConstUninit,
	} {
		c, ok := parseConst(s)
		if assert.True(t, ok, s) {
			assert.Equal(t, kind, c.Kind, s)
			assert.Equal(t, s, c.String())
		}
	}
	for _, s := range []string{"", "12_x9", "\"open", "(1_u8", "{alloc1: ", "[1_u8; 2_u8, 3_u8]", "'"} {
		_, ok := parseConst(s)
		assert.False(t, ok, s)
	}
	c, _ := parseConst("<static(DefId(2:1553 ~ kernel[f60e]::print::INFO))>")
	assert.Equal(t, "kernel::print::INFO", c.Path.String())
	c, _ = parseConst(`"a\n\u{41}\\"`)
	assert.Equal(t, "a\nA\\", c.Str)
	c, _ = parseConst("340282366920938463463374607431768211455_u128")
	n, ok := c.Int()
	assert.True(t, ok)
	assert.Equal(t, 128, n.BitLen())
	_, ok = c.Int64()
	assert.False(t, ok)
	c, _ = parseConst("-9223372036854775808_i64")
	i, ok := c.Int64()
	assert.True(t, ok)
	assert.Equal(t, int64(math.MinInt64), i)
}

func TestPlaces(t *testing.T) {
	for _, s := range []string{
		"_0", "(*_1)", "(_1.0: u8)", "((*(_1.0: &T)).2: [u8; 4])", "((_1 as Some).0: T)", "(_1 as variant#3)",
		"(_1 as subtype &'a T)", "(_1 as &T)", "_1[_2]", "(*_1)[0 of 1]", "(*_1)[-1 of 2]", "(*_1)[1:]", "(*_1)[:-1]", "(*_1)[1:-1]",
		"(*_1)[2..5]", "((*_1)[_3].1: u8)", "unwrap_binder!(_1; &'a T)",
	} {
		pl := ParsePlace(s)
		if assert.NotNil(t, pl, s) {
			assert.Equal(t, s, pl.String())
		}
	}
	pl := ParsePlace("((*_7).1: T)")
	assert.Equal(t, 7, pl.Local)
	assert.Equal(t, []ElemKind{ElemDeref, ElemField}, []ElemKind{pl.Proj[0].Kind, pl.Proj[1].Kind})
	for _, s := range []string{"", "_", "_x", "(_1", "(_1.0)", "_1[", "(*_1", "_99999999999999999999"} {
		assert.Nil(t, ParsePlace(s), s)
	}
}

// parseOne reads a statement in a body of its own.
func parseOne(t *testing.T, text string) (*Block, *Item) {
	f := ParseFile("t.mir", "fn f(_1: T) -> () {\n    let mut _0: ();\n    let _2: fn() {g};\n\n    bb0: {\n        "+text+";\n    }\n}\n")
	require.Len(t, f.Items, 1)
	require.Len(t, f.Items[0].Blocks, 1)
	return &f.Items[0].Blocks[0], f.Items[0]
}

func TestTerminators(t *testing.T) {
	none := Unwind{}
	for text, want := range map[string]Term{
		"goto -> bb3":                            {Kind: TermGoto, Target: 3, Drop: -1},
		"resume":                                 {Kind: TermResume, Target: -1, Drop: -1},
		"terminate(abi)":                         {Kind: TermTerminate, Word: "abi", Target: -1, Drop: -1},
		"drop(_1) -> [return: bb1, unwind: bb2]": {Kind: TermDrop, Target: 1, Drop: -1, Unwind: Unwind{Kind: UnwindCleanup, Block: 2}},
		"drop(_1) -> [return: bb1, unwind continue]":                                {Kind: TermDrop, Target: 1, Drop: -1, Unwind: Unwind{Kind: UnwindContinue}},
		"drop(_1) -> [return: bb1, unwind: bb2, drop: bb4]":                         {Kind: TermDrop, Target: 1, Drop: 4, Unwind: Unwind{Kind: UnwindCleanup, Block: 2}},
		"_0 = f(copy _1) -> bb2":                                                    {Kind: TermCall, Target: -1, Drop: -1, Unwind: Unwind{Kind: UnwindCleanup, Block: 2}},
		"_0 = f(copy _1) -> unwind terminate(cleanup)":                              {Kind: TermCall, Target: -1, Drop: -1, Unwind: Unwind{Kind: UnwindTerminate, Reason: "cleanup"}},
		"_0 = yield(move _1) -> [resume: bb1, drop: bb2]":                           {Kind: TermYield, Target: 1, Drop: 2},
		"falseEdge -> [real: bb1, imaginary: bb2]":                                  {Kind: TermFalseEdge, Target: 1, Drop: -1, Targets: []int{2}},
		"falseUnwind -> [real: bb1, unwind: bb2]":                                   {Kind: TermFalseUnwind, Target: 1, Drop: -1, Unwind: Unwind{Kind: UnwindCleanup, Block: 2}},
		"tailcall f::<T>(copy _1)":                                                  {Kind: TermTailCall, Target: -1, Drop: -1},
		"coroutine_drop":                                                            {Kind: TermCoroutineDrop, Target: -1, Drop: -1},
		"assert(!move _1, \"`{}`\", copy _1) -> [success: bb1, unwind unreachable]": {Kind: TermAssert, Word: "`{}`", Target: 1, Drop: -1, Unwind: Unwind{Kind: UnwindUnreachable}},
	} {
		b, it := parseOne(t, text)
		assert.Empty(t, it.Notes, text)
		got := b.Term
		assert.Equal(t, text, got.String())
		assert.Equal(t, want.Kind, got.Kind, text)
		assert.Equal(t, want.Target, got.Target, text)
		assert.Equal(t, want.Drop, got.Drop, text)
		assert.Equal(t, want.Targets, got.Targets, text)
		assert.Equal(t, want.Word, got.Word, text)
		assert.Equal(t, want.Unwind, got.Unwind, text)
	}
	b, _ := parseOne(t, "switchInt(move _1) -> [0: bb1, 340282366920938463463374607431768211455: bb2, otherwise: bb3]")
	assert.Equal(t, 3, b.Term.Target)
	assert.Equal(t, none, b.Term.Unwind)
	assert.Equal(t, []Case{{Text: "0", Target: 1}, {Text: "340282366920938463463374607431768211455", Bits: math.MaxUint64, Target: 2}}, b.Term.Cases)
	b, _ = parseOne(t, "_0 = const F::<T>(move _1, const 1_u8) -> [return: bb1, unwind continue]")
	assert.Equal(t, ConstPath, b.Term.Func.Const.Kind)
	assert.Len(t, b.Term.Args, 2)
	b, _ = parseOne(t, "_0 = move (_1.0: fn())() -> [return: bb1, unwind continue]")
	assert.Equal(t, OperandMove, b.Term.Func.Kind)
}

func TestStatements(t *testing.T) {
	for text, kind := range map[string]StmtKind{
		"nop": StmtNop, "ConstEvalCounter": StmtConstEvalCounter, "Deinit(_1)": StmtDeinit, "Retag([fn entry] _1)": StmtRetag, "Retag(_1)": StmtRetag,
		"discriminant((*_1)) = 3": StmtSetDiscriminant, "FakeRead(ForLet(None), _1)": StmtFakeRead, "PlaceMention(_1)": StmtPlaceMention,
		"AscribeUserType(_1, o, UserTypeProjection { base: UserType(0), projs: [] })": StmtAscribeUserType,
		"Coverage::VirtualCounter(bcb0)":                                              StmtCoverage, "BackwardIncompatibleDropHint(_1)": StmtBackwardIncompatibleDropHint,
		"assume(copy _1)": StmtAssume, "copy_nonoverlapping(dst = copy _1, src = move _2, count = const 3_usize)": StmtCopyNonOverlapping,
		"_0 = ShallowInitBox(move _1, T)": StmtAssign, "_0 = Len((*_1))": StmtAssign, "_0 = SizeOf(T)": StmtAssign, "_0 = UbChecks()": StmtAssign,
		"_0 = OffsetOf((u8, u16), [(0, 1)])": StmtAssign, "_0 = deref_copy (*_1)": StmtAssign, "_0 = &/*tls*/ mut m::X": StmtAssign,
		"_0 = wrap_binder!(copy _1; unsafe<'a> &'a T)": StmtAssign, "_0 = no_retag copy (_1.0: &T)": StmtAssign, "_0 = &'a mut _1": StmtAssign,
		"_0 = Cmp(copy _1, const 1_u8)": StmtAssign, "_0 = Eq { a: copy _1 }": StmtAssign, "_0 = Not": StmtAssign, "_0 = Add(copy _1)": StmtAssign,
		"_0 = (copy _1,)": StmtAssign, "_0 = []": StmtAssign, "_0 = UbChecks": StmtAssign, "_0 = *mut [T] from (copy _1, copy _2)": StmtAssign,
		"_0 = {coroutine@a.rs:1:1: 2:2 (#0)} { 0: copy _1 }": StmtAssign,
	} {
		b, it := parseOne(t, text)
		require.Len(t, b.Stmts, 1, text)
		assert.Equal(t, []string{"t.mir:7: block without terminator"}, notes(it), text)
		assert.Equal(t, kind, b.Stmts[0].Kind, text)
		assert.Equal(t, text, b.Stmts[0].String())
	}
}

func notes(it *Item) []string {
	var s []string
	for _, n := range it.Notes {
		s = append(s, n.String())
	}
	return s
}

// TestOlderCopies reads what compilers before 1.84 printed, where a copy was
// the bare place.
func TestOlderCopies(t *testing.T) {
	for text, want := range map[string]string{
		"_0 = _1":                            "_0 = copy _1",
		"_0 = (*_1)":                         "_0 = copy (*_1)",
		"_0 = ((*_1).0: u8)":                 "_0 = copy ((*_1).0: u8)",
		"_0 = (_1, const 2_u8)":              "_0 = (copy _1, const 2_u8)",
		"_0 = ((*_1), (_1.0: u8))":           "_0 = (copy (*_1), copy (_1.0: u8))",
		"_0 = (_1,)":                         "_0 = (copy _1,)",
		"_0 = Add(_1, _2)":                   "_0 = Add(copy _1, copy _2)",
		"_0 = CheckedAdd(_1, const 1_usize)": "_0 = CheckedAdd(copy _1, const 1_usize)",
		"_0 = [_1, _2]":                      "_0 = [copy _1, copy _2]",
		"_0 = _1 as u8 (IntToInt)":           "_0 = copy _1 as u8 (IntToInt)",
		"_0 = f(_1, (*_2))":                  "",
	} {
		if want == "" {
			b, _ := parseOne(t, text+" -> [return: bb1, unwind continue]")
			assert.Equal(t, "_0 = f(copy _1, copy (*_2)) -> [return: bb1, unwind continue]", b.Term.String())
			continue
		}
		b, _ := parseOne(t, text)
		require.Len(t, b.Stmts, 1, text)
		assert.Equal(t, want, b.Stmts[0].String())
	}
	b, _ := parseOne(t, "_0 = (*_1)(_2) -> [return: bb1, unwind continue]")
	assert.Equal(t, "_0 = copy (*_1)(copy _2) -> [return: bb1, unwind continue]", b.Term.String())
}

func TestUnknownFormsAreNoted(t *testing.T) {
	text := `fn f(_1: T) -> () {
    let mut _0: ();
    let _2: <oops;

    bb0: {
        StorageLive(_2);
        Frobnicate(_2, quietly);
        _0 = whirl!(move _2);
        _0 = launch <_1> -> [return: bb1, abort: bb2];
    }

    bb1: {
        return;
    }
}

fn g(what) -> () {
    bb0: {
        return;
    }
}

fn h() -> () {
    bb0: {
        return;
    }
}
`
	f := ParseFile("t.mir", text)
	require.Len(t, f.Items, 3)
	it := f.Items[0]
	assert.Equal(t, TyUnknown, it.Local(2).Type.Kind)
	require.Len(t, it.Blocks, 2)
	b := it.Blocks[0]
	require.Len(t, b.Stmts, 3)
	assert.Equal(t, []StmtKind{StmtStorageLive, StmtUnknown, StmtAssign}, []StmtKind{b.Stmts[0].Kind, b.Stmts[1].Kind, b.Stmts[2].Kind})
	assert.Equal(t, "Frobnicate(_2, quietly)", b.Stmts[1].Text)
	assert.Equal(t, TermUnknown, b.Term.Kind)
	assert.Equal(t, []int{1, 2}, b.Term.Targets)
	assert.Equal(t, TermReturn, it.Blocks[1].Term.Kind)
	assert.Equal(t, ItemUnknown, f.Items[1].Kind)
	assert.Equal(t, "g", f.Items[1].RawPath)
	assert.Equal(t, ItemFn, f.Items[2].Kind)
	var lines []int
	for _, n := range f.Notes {
		assert.Equal(t, "t.mir", n.File)
		lines = append(lines, n.Line)
	}
	assert.Equal(t, []int{3, 7, 8, 9, 17}, lines)
	assert.Equal(t, `t.mir:7: unknown statement at "Frobnicate(_2, quietly)" in: Frobnicate(_2, quietly)`, f.Notes[1].String())
	assert.Equal(t, len(f.Notes), len(ParseFile("t.mir", f.String()).Notes), "what is not understood is printed as it was")
}

func TestTruncatedBody(t *testing.T) {
	whole := readGolden(t, "1.96", "glue.mir").Items[0].String()
	for n := 0; n < len(whole); n += 7 {
		f := ParseFile("t.mir", whole[:n])
		for _, it := range f.Items {
			assert.NotPanics(t, func() { _ = it.String() })
		}
	}
	cut := ParseFile("t.mir", whole[:strings.LastIndex(whole, "}")])
	require.Len(t, cut.Notes, 1)
	assert.Contains(t, cut.Notes[0].Text, "body without end")
}

func TestUnitOrFunction(t *testing.T) {
	b, it := parseOne(t, "_2 = g")
	assert.Equal(t, RvUse, b.Stmts[0].Rvalue.Kind, "the local is a function item")
	assert.Equal(t, ConstFn, b.Stmts[0].Rvalue.Ops[0].Const.Kind)
	assert.NotNil(t, it.Local(2))
	b, _ = parseOne(t, "_1 = Unit")
	assert.Equal(t, RvAggregate, b.Stmts[0].Rvalue.Kind)
}

func TestDeepNesting(t *testing.T) {
	deep := strings.Repeat("&", 100000) + "u8"
	assert.Equal(t, TyUnknown, ParseType(deep).Kind)
	for _, s := range []string{"A<", "f::<impl ", "<impl ", "A<{", "(", "[(&", "m::<impl A<"} {
		assert.Equal(t, TyUnknown, ParseType(strings.Repeat(s, 200)).Kind, s)
	}
	assert.Nil(t, ParsePlace(strings.Repeat("(*", 100000)+"_1"+strings.Repeat(")", 100000)))
}

// TestOlderComments reads the comments of compilers before 1.77, and casts that
// do not say where they come from.
func TestOlderComments(t *testing.T) {
	b, it := parseOne(t, `_0 = f::<u8>(const "x") -> [return: bb1, unwind: bb2]; // scope 1 at a.rs:1:2: 3:4
                                         // mir::Constant
                                         // + span: a.rs:5:6: 5:9
                                         // + literal: Const { ty: fn(&str) {f::<u8>}, val: Value(<ZST>) }
                                         // mir::Constant
                                         // + span: a.rs:5:10: 5:13
                                         // + literal: Const { ty: &'static str, val: Value("x") }
        nop`)
	assert.Equal(t, 1, b.Term.Scope)
	assert.Equal(t, Span{File: "a.rs", Line: 1, Col: 2, EndLine: 3, EndCol: 4}, b.Term.Span)
	require.Len(t, b.Term.Consts, 2)
	assert.Equal(t, int32(6), b.Term.Consts[0].Span.Col)
	assert.Equal(t, "fn(&str) {f::<u8>}", b.Term.Func.Const.Type.String())
	assert.Equal(t, "&'static str", b.Term.Args[0].Const.Type.String())
	assert.Equal(t, []string{"t.mir:13: statement behind a terminator: nop;"}, notes(it))

	b, _ = parseOne(t, "_0 = move _1 as &[u8] (PointerCoercion(Unsize))")
	assert.Equal(t, Cast{Kind: "PointerCoercion", Coercion: "Unsize"}, b.Stmts[0].Rvalue.Cast)
	b, _ = parseOne(t, "_0 = g as unsafe fn() (PointerCoercion(ReifyFnPointer(Unsafe), Implicit))")
	assert.Equal(t, Cast{Kind: "PointerCoercion", Coercion: "ReifyFnPointer", Safety: "Unsafe", Origin: "Implicit"}, b.Stmts[0].Rvalue.Cast)
}
