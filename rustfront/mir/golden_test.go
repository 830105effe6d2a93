package mir

import (
	"cmp"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const goldenDir = "../../testdata/mir"

// versions are the compilers whose output is checked in; see
// testdata/mir/generate.sh.
var versions = []string{"1.78", "1.85", "1.95", "1.96", "1.97-nightly", "1.98"}

// goldens returns the checked-in files of a version.
func goldens(t testing.TB, version string) []string {
	files, err := filepath.Glob(filepath.Join(goldenDir, version, "*.mir"))
	require.NoError(t, err)
	sources, err := filepath.Glob(filepath.Join(goldenDir, "src", "*.rs"))
	require.NoError(t, err)
	require.Greater(t, len(files), len(sources), "every source is compiled, and one dumped")
	return files
}

func readGolden(t testing.TB, version, name string) *File {
	text, err := os.ReadFile(filepath.Join(goldenDir, version, name))
	require.NoError(t, err)
	return ParseFile(name, string(text))
}

// eachVersion runs a test on one golden file as every compiler printed it.
func eachVersion(t *testing.T, name string, f func(t *testing.T, file *File)) {
	for _, v := range versions {
		t.Run(v, func(t *testing.T) { f(t, readGolden(t, v, name)) })
	}
}

func find(t testing.TB, f *File, path string) *Item {
	for _, it := range f.Items {
		if it.RawPath == path {
			return it
		}
	}
	require.Fail(t, "no item "+path)
	return nil
}

func TestGoldenIsUnderstood(t *testing.T) {
	for _, v := range versions {
		for _, name := range goldens(t, v) {
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			f := ParseFile(name, string(text))
			require.NotEmpty(t, f.Items, name)
			assert.Empty(t, f.Notes, name)
			for _, it := range f.Items {
				assert.NotEqual(t, ItemUnknown, it.Kind, it.Header)
				eachSource(it, func(printed string, src *Source, known bool) {
					assert.True(t, known, src.Text)
					assert.Equal(t, src.Text, as(v, printed), "%s:%d", name, src.Line)
				})
			}
			assert.Zero(t, count(f, TyUnknown), name)
		}
	}
}

var copies = regexp.MustCompile(`\bcopy `)

// as writes a statement as a version of rustc prints it: the printer has the
// words of the newest.
func as(version, printed string) string {
	if version == "1.78" {
		return copies.ReplaceAllString(printed, "")
	}
	return printed
}

func eachSource(it *Item, f func(printed string, src *Source, known bool)) {
	for i := range it.Blocks {
		b := &it.Blocks[i]
		for j := range b.Stmts {
			f(b.Stmts[j].String(), &b.Stmts[j].Source, b.Stmts[j].Kind != StmtUnknown)
		}
		f(b.Term.String(), &b.Term.Source, b.Term.Kind != TermUnknown)
	}
}

// count tells how often a value of a kind occurs in a tree.
func count[K comparable](root any, kind K) int { return kinds(reflect.ValueOf(root))[kind] }

// kinds counts the values of all Kind, Agg and Ref fields in a tree.
func kinds(root reflect.Value) map[any]int {
	seen := map[any]int{}
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Pointer:
			if !v.IsNil() {
				walk(v.Elem())
			}
		case reflect.Slice:
			for i := 0; i < v.Len(); i++ {
				walk(v.Index(i))
			}
		case reflect.Struct:
			rv, isRvalue := v.Interface().(Rvalue)
			for i := 0; i < v.NumField(); i++ {
				f := v.Field(i)
				switch v.Type().Field(i).Name {
				case "Kind":
					if f.CanInterface() {
						seen[f.Interface()]++
					}
				case "Agg":
					if isRvalue && rv.Kind == RvAggregate {
						seen[f.Interface()]++
					}
				case "Ref":
					if isRvalue && (rv.Kind == RvRef || rv.Kind == RvAddrOf) {
						seen[f.Interface()]++
					}
				default:
					walk(f)
				}
			}
		}
	}
	walk(root)
	return seen
}

// TestGoldenCovers keeps the sources honest: each version's files must hold
// every form that the compiler prints after borrow checking.
func TestGoldenCovers(t *testing.T) {
	want := []any{
		ItemFn, ItemConst, ItemStatic, ItemAnonConst,
		StmtAssign, StmtStorageLive, StmtStorageDead, StmtAssume, StmtSetDiscriminant,
		RvUse, RvRef, RvAddrOf, RvThreadLocal, RvRepeat, RvCast, RvBinary, RvUnary, RvDiscriminant, RvAggregate,
		AggTuple, AggArray, AggAdt, AggClosure,
		RefShared, RefMut,
		ElemDeref, ElemField, ElemIndex, ElemConstIndex, ElemSubslice, ElemDowncast,
		OperandCopy, OperandMove, OperandConst,
		ConstFn, ConstInt, ConstFloat, ConstBool, ConstChar, ConstStr, ConstByteStr, ConstPath, ConstAlloc, ConstTuple, ConstTyped,
		TermGoto, TermSwitch, TermReturn, TermUnreachable, TermResume, TermDrop, TermCall,
		TermAssert, TermAsm,
		UnwindContinue, UnwindUnreachable, UnwindTerminate, UnwindCleanup,
		TyPath, TyPrim, TyNever, TyRef, TyPtr, TySlice, TyArray, TyTuple, TyFnPtr, TyFnDef, TyDyn, TyImpl, TyClosure,
		SegName, SegImplAt, SegImpl, SegSpecial, SegPromoted,
	}
	// The forms that not all of them print, by the first and the last that does.
	type life struct{ first, last string }
	partly := map[any]life{
		TyPattern:              {first: "1.85"},
		AggRawPtr:              {first: "1.85"},
		TermTerminate:          {first: "1.85"},
		TermTailCall:           {first: "1.95"},
		RefFakeShallow:         {first: "1.95"},
		StmtCopyNonOverlapping: {first: "1.95"},
		OperandRuntimeChecks:   {first: "1.95"},
		RvLen:                  {last: "1.85"},
		RvNullary:              {last: "1.85"},
		RvShallowInitBox:       {last: "1.85"},
		RvCopyForDeref:         {last: "1.85"},
	}
	for i, v := range versions {
		seen := map[any]int{}
		for _, name := range goldens(t, v) {
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			for k, n := range kinds(reflect.ValueOf(ParseFile(name, string(text)).Items)) {
				seen[k] += n
			}
		}
		for _, k := range want {
			assert.NotZero(t, seen[k], "%s: %T %v", v, k, k)
		}
		for k, l := range partly {
			printed := i >= slices.Index(versions, l.first) && (l.last == "" || i <= slices.Index(versions, l.last))
			assert.Equal(t, printed, seen[k] > 0, "%s: %T %v", v, k, k)
		}
	}
}

// strip removes what depends on the position in the text.
func strip(f *File) *File {
	for _, it := range f.Items {
		it.Line, it.EndLine = 0, 0
		for i := range it.Args {
			it.Args[i].Line = 0
		}
		for i := range it.Locals {
			it.Locals[i].Line = 0
		}
		for i := range it.Debug {
			it.Debug[i].Line = 0
		}
		for i := range it.Blocks {
			it.Blocks[i].Line = 0
		}
		eachSource(it, func(_ string, src *Source, _ bool) { src.Line = 0 })
	}
	return f
}

func TestGoldenFixpoint(t *testing.T) {
	for _, v := range versions {
		for _, name := range goldens(t, v) {
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			first := ParseFile(name, string(text))
			printed := first.String()
			if as(v, printed) != printed {
				// The printer has other words than the text: the first reading of
				// which all holds is that of what it prints.
				first = ParseFile(name, printed)
				require.Equal(t, printed, first.String(), name)
			}
			second := ParseFile(name, printed)
			require.Equal(t, len(first.Items), len(second.Items), name)
			strip(first)
			strip(second)
			for i := range first.Items {
				// Not Equal: the difference of two bodies is no reading.
				require.True(t, reflect.DeepEqual(first.Items[i], second.Items[i]), "%s: %s", name, first.Items[i].RawPath)
			}
			assert.Equal(t, printed, second.String(), name)
		}
	}
}

func TestItemsOfEachKind(t *testing.T) {
	eachVersion(t, "flow.mir", func(t *testing.T, f *File) {
		it := find(t, f, "length")
		assert.Equal(t, "fn length(_1: Shape) -> i32", it.Header)
		require.Len(t, it.Args, 1)
		assert.Equal(t, "Shape", it.Args[0].Type.String())
		assert.Equal(t, "i32", it.Local(0).Type.String())
		assert.Nil(t, it.Local(1000))
		assert.Equal(t, "s", it.Debug[0].Name)
		assert.Equal(t, &Place{Local: 1}, it.Debug[0].Place)

		counter := find(t, f, "COUNTER")
		assert.Equal(t, ItemStatic, counter.Kind)
		assert.True(t, counter.Mut)

		limit := find(t, f, "LIMIT")
		value := limit.Value
		if value == nil { // up to 1.85 the constant has a body
			require.Len(t, limit.Blocks, 1)
			value = limit.Blocks[0].Stmts[0].Rvalue.Ops[0].Const
		} else {
			assert.Empty(t, limit.Blocks)
		}
		n, ok := value.Int64()
		assert.True(t, ok)
		assert.Equal(t, int64(4), n)

		anon := find(t, f, "zeroed::{constant#2}")
		assert.Equal(t, ItemAnonConst, anon.Kind)

		promoted := find(t, f, "text::promoted[0]")
		assert.Equal(t, ItemConst, promoted.Kind)
		assert.Equal(t, 0, promoted.Promoted)
		assert.Equal(t, -1, it.Promoted)

		var facts []bool
		for _, it := range f.Items {
			if it.RawPath == "fact" {
				facts = append(facts, it.CTFE)
			}
		}
		assert.Equal(t, []bool{false, true}, facts)
	})
}

func TestScopesOfVariables(t *testing.T) {
	eachVersion(t, "drops.mir", func(t *testing.T, f *File) {
		it := find(t, f, "looped")
		scopeOf := map[string]int{}
		for _, d := range it.Debug {
			scopeOf[d.Name] = d.Scope
		}
		parent := map[int]int{}
		for _, s := range it.Scopes {
			parent[s.Num] = s.Parent
		}
		assert.Equal(t, 0, scopeOf["xs"])
		assert.Equal(t, 0, parent[scopeOf["last"]])
		inside := false
		for s := scopeOf["g"]; s != 0; s = parent[s] {
			inside = inside || s == scopeOf["x"]
		}
		assert.True(t, inside, "g is declared where x is visible")
	})
}

func TestCallsOfDrops(t *testing.T) {
	eachVersion(t, "drops.mir", func(t *testing.T, f *File) {
		it := find(t, f, "conditional")
		var calls, drops []string
		for _, b := range it.Blocks {
			switch b.Term.Kind {
			case TermCall:
				calls = append(calls, b.Term.Func.Const.Path.Erased())
				assert.Equal(t, TyFnDef, b.Term.Func.Const.Type.Kind)
				assert.GreaterOrEqual(t, b.Term.Target, 0)
			case TermDrop:
				if !b.Cleanup {
					drops = append(drops, b.Term.Place.String())
				}
			}
		}
		require.GreaterOrEqual(t, len(calls), 4)
		assert.Equal(t, []string{"make", "std::mem::drop::<Guard<u8>>", "note", "make"}, calls[:4])
		assert.NotEmpty(t, drops)
	})
}

func TestDumpedGlue(t *testing.T) {
	names := map[string]string{"1.97-nightly": "std::ptr::drop_glue", "1.98": "std::ptr::drop_glue"}
	for _, v := range versions {
		name := cmp.Or(names[v], "std::ptr::drop_in_place")
		f := readGolden(t, v, "glue.dump.mir")
		byType := map[string]*Item{}
		for _, it := range f.Items {
			assert.Equal(t, &Pass{Name: name, Pass: "AddCallGuards"}, it.Pass)
			require.Len(t, it.Args, 1)
			byType[it.Args[0].Type.Elem.Erased()] = it
		}
		require.Contains(t, byType, "Slot", v)
		var fields []string
		for _, b := range byType["Slot"].Blocks {
			if b.Term.Kind == TermDrop && !b.Cleanup {
				fields = append(fields, b.Term.Place.String())
			}
		}
		assert.Contains(t, fields, "(((*_1) as Held).0: Guard)", v)
		assert.Contains(t, byType, "[Slot]", v)
		assert.Contains(t, byType, "[Slot; 2]", v)
		assert.Contains(t, byType, "dyn std::ops::Fn(&Guard)", v)
	}
}

func TestAssembly(t *testing.T) {
	eachVersion(t, "special.mir", func(t *testing.T, f *File) {
		var asms []*Term
		for _, it := range f.Items {
			for i := range it.Blocks {
				if b := &it.Blocks[i]; b.Term.Kind == TermAsm {
					asms = append(asms, &b.Term)
				}
			}
		}
		require.Len(t, asms, 7)
		assert.Equal(t, "add {0}, {1}\nnop // comment {braces}", strings.NewReplacer("{{", "{", "}}", "}").Replace(asms[0].Asm.Template))
		require.Len(t, asms[0].Asm.Operands, 2)
		assert.Equal(t, "inout", asms[0].Asm.Operands[0].Dir)
		assert.Equal(t, "NOSTACK", asms[0].Asm.Options)
		assert.Equal(t, "sym_fn", asms[3].Asm.Operands[0].Dir)
		// 1.85 names the constant that stands for the operand.
		assert.Contains(t, []string{"callee", "assembly::{constant#1}"}, asms[3].Asm.Operands[0].Text)
		assert.Len(t, asms[5].Targets, 1, "a label")
		assert.Equal(t, "hlt\n\t.string \"quoted\"", asms[6].Asm.Template)
		assert.Equal(t, -1, asms[6].Target)
	})
}

func TestFunctionPointers(t *testing.T) {
	eachVersion(t, "generic.mir", func(t *testing.T, f *File) {
		coercions := map[string]bool{}
		reified := map[string]Cast{}
		for _, it := range f.Items {
			for _, b := range it.Blocks {
				for _, s := range b.Stmts {
					if s.Rvalue == nil || s.Rvalue.Kind != RvCast {
						continue
					}
					c := s.Rvalue.Cast
					coercions[c.Coercion] = true
					if c.Coercion == "ReifyFnPointer" {
						require.Equal(t, ConstFn, s.Rvalue.Ops[0].Const.Kind)
						assert.Equal(t, TyFnPtr, s.Rvalue.Type.Kind)
						reified[s.Rvalue.Ops[0].Const.Path.String()] = c
					}
				}
			}
		}
		assert.Contains(t, coercions, "ClosureFnPointer")
		assert.Contains(t, coercions, "Unsize")
		require.Contains(t, reified, "run")
		assert.Equal(t, "PointerCoercion", reified["run"].Kind)
		// 1.78 does not tell where a coercion comes from.
		assert.Contains(t, []string{"", "Implicit"}, reified["run"].Origin)
	})
}
