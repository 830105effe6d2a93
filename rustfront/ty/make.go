package ty

// NeverType is `!`, Unit is `()`, Bool is `bool`.
var (
	NeverType = finish(&Type{Kind: Never})
	Unit      = TupleOf(nil)
	Bool      = PrimOf("bool")
)

// PrimOf makes a primitive type.
func PrimOf(name string) *Type { return finish(&Type{Kind: Prim, Name: name}) }

// AdtOf makes a struct, enum or union from the path of its definition.
func AdtOf(path string, args []*Type) *Type {
	return finish(&Type{Kind: Adt, Name: path, Args: args})
}

// ParamOf makes a parameter.
func ParamOf(name string) *Type { return finish(&Type{Kind: Param, Name: name}) }

// RigidOf makes a parameter of a body that is looked at on its own.
func RigidOf(name string) *Type { return finish(&Type{Kind: Rigid, Name: name}) }

// RefOf makes `&t` or `&mut t`.
func RefOf(t *Type, mut bool) *Type {
	return finish(&Type{Kind: Ref, Mut: mut, Args: []*Type{t}})
}

// PtrOf makes `*const t` or `*mut t`.
func PtrOf(t *Type, mut bool) *Type {
	return finish(&Type{Kind: Ptr, Mut: mut, Args: []*Type{t}})
}

// SliceOf makes `[t]`.
func SliceOf(t *Type) *Type { return finish(&Type{Kind: Slice, Args: []*Type{t}}) }

// ArrayOf makes `[t; n]`.
func ArrayOf(t, n *Type) *Type { return finish(&Type{Kind: Array, Args: []*Type{t, n}}) }

// TupleOf makes a tuple.
func TupleOf(ts []*Type) *Type { return finish(&Type{Kind: Tuple, Args: ts}) }

// FnPtrOf makes a function pointer. Foreign ones (`extern "C" fn()`) may come from
// other languages; of their calling convention nothing else is kept.
func FnPtrOf(params []*Type, ret *Type, foreign bool) *Type {
	name := ""
	if foreign {
		name = "extern"
	}
	return finish(&Type{Kind: FnPtr, Name: name, Args: append(append([]*Type(nil), params...), ret)})
}

// ClosureOf makes a closure type from the name of its item and the arguments of
// the generic item around it.
func ClosureOf(name string, args []*Type) *Type {
	return finish(&Type{Kind: Closure, Name: name, Args: args})
}

// DynOf makes a trait object.
func DynOf(trait string, args []*Type) *Type {
	return finish(&Type{Kind: Dyn, Name: trait, Args: args})
}

// ProjOf makes `<self as trait<args>>::name`.
func ProjOf(self *Type, trait string, args []*Type, name string) *Type {
	return finish(&Type{Kind: Proj, Trait: trait, Name: name, Args: append([]*Type{self}, args...)})
}

// ConstOf makes a constant argument.
func ConstOf(value string) *Type { return finish(&Type{Kind: Const, Name: value}) }

// UnknownOf stands for a type that was not understood.
func UnknownOf(text string) *Type { return finish(&Type{Kind: Unknown, Name: text}) }

// FnItem makes the type of a function item, which is also how a callee is named.
//
// With a trait, name is the method and self the implementing type. Without, a
// self type makes it an inherent method, and no self type a free function whose
// name is its whole path.
func FnItem(name string, self *Type, trait string, traitArgs, own []*Type) *Type {
	t := &Type{Kind: FnDef, Name: name, Trait: trait, NTrait: len(traitArgs)}
	if self != nil {
		t.NSelf = 1
		t.Args = append(t.Args, self)
	}
	t.Args = append(append(t.Args, traitArgs...), own...)
	return finish(t)
}
