package check

import (
	"cmp"
	"sort"

	"preemptck/infer"
)

// Rule is one thing to look for.
type Rule struct {
	// Code is what the user sees and never changes; Name is for tools that want
	// a word.
	Code, Name string
	// Title says in a few words what is wrong, Explanation why that is so, Help
	// what to do.
	Title, Explanation, Help string
	Severity                 Severity
	// RTOnly rules matter on PREEMPT_RT and are off unless asked for.
	RTOnly bool

	// run looks at one function, whole at all of the input at once; a rule has one
	// of them.
	run   func(*pass, *infer.Summary)
	whole func(*pass)
}

// Rules lists all rules by code.
func Rules() []*Rule {
	return []*Rule{
		sleepInAtomic, unbalancedReturn, belowZero, callbackSleeps,
		annotationWrong, sleepOnRT, countEscapes, heldTooMuch,
		annotationUnread, pointerBreaksDefault, countReported,
	}
}

// Solution is what a solved program answers; [infer.Solution] is one.
type Solution interface {
	// Summary is what is known of the function with this ID or symbol, or nil.
	Summary(idOrSymbol string) *infer.Summary
}

// Input is what to look at.
type Input struct {
	Prog *infer.Program
	Sol  Solution
	// Funcs are the IDs of the functions at hand; others are only looked up.
	Funcs []string
	// Own tells whether the user wrote a file; nil is everything. Findings are
	// placed in such files where their path goes through one.
	Own func(file string) bool
	// Claims are annotations that functions are held to, beside their own. Problems
	// are the attributes that could not be read. Pointers are the functions that were
	// made function pointers or entries of vtables. Shown are those that an attribute
	// asks to be told about.
	Claims   []Claim
	Problems []Problem
	Pointers []Pointer
	Shown    []Shown
	// Repeats are the functions that drop a number of elements that is not known.
	Repeats []string
	// Fails are the functions that return a Result whose error holds nothing.
	Fails []string
}

// Claim is an annotation of a function that stands elsewhere; Of says where, as in
// "the trait method Wake::wake".
type Claim struct {
	ID         string
	Annotation *infer.Annotation
	Of         string
}

// Problem is an attribute that could not be read.
type Problem struct {
	Pos  infer.Pos
	Text string
}

// Pointer is a function that was made a pointer at Pos: an entry of the vtable of
// a trait object or, where Vtable is "", a function pointer. Foreign pointers are
// those that C may call.
type Pointer struct {
	ID      string
	Pos     infer.Pos
	Vtable  string
	Foreign bool
}

// Shown is a function whose count (klint::report_preempt_count) or MIR
// (klint::dump_mir) the source asks for.
type Shown struct {
	ID    string
	Pos   infer.Pos
	Count bool
	MIR   string
}

// Options choose among the rules.
type Options struct {
	// RT adds the rules that matter on PREEMPT_RT only.
	RT bool
}

// Run applies the rules to the functions at hand of each input.
func Run(opts Options, inputs ...Input) *Report {
	var found []Finding
	for _, in := range inputs {
		found = append(found, in.run(opts)...)
	}
	return &Report{Schema: Schema, Findings: finish(found), Notes: []string{}}
}

func (in Input) run(opts Options) []Finding {
	if in.Own == nil {
		in.Own = func(string) bool { return true }
	}
	p := &pass{Input: in}
	ids := append([]string(nil), in.Funcs...)
	sort.Strings(ids)
	for _, rule := range Rules() {
		if rule.RTOnly && !opts.RT {
			continue
		}
		p.rule = rule
		if rule.whole != nil {
			rule.whole(p)
			continue
		}
		for _, id := range ids {
			if sum := in.Sol.Summary(id); sum != nil && sum.Func != nil {
				rule.run(p, sum)
			}
		}
	}
	return p.found
}

// pass is one run of the rules.
type pass struct {
	Input
	rule  *Rule
	found []Finding
	// callers maps a function to the calls of it, made when first asked for.
	callers map[string][]callSite
	// copied are the functions of which a copy is called, likewise.
	copied map[string]bool
	// pointed are the functions whose address is taken, likewise.
	pointed map[string]bool
}

// bugsOf calls report for each bug of the kind in a function.
func bugsOf(sum *infer.Summary, kind infer.BugKind, report func(*infer.Bug)) {
	for i := range sum.Bugs {
		if sum.Bugs[i].Kind == kind {
			report(&sum.Bugs[i])
		}
	}
}

// report adds a finding at pos, or rather where the user will look for it: the
// first step of its chain in a file of the user's.
func (p *pass) report(sum *infer.Summary, pos infer.Pos, f Finding) {
	f.Code, f.Severity = p.rule.Code, cmp.Or(f.Severity, p.rule.Severity)
	f.Function = sum.Func.Name
	if f.Function == "" {
		f.Function = sum.Func.ID
	}
	if !pos.IsValid() {
		pos = sum.Func.Pos
	}
	f.File, f.Line, f.Column = fileOf(pos), int(pos.Line), int(pos.Col)
	if f.Chain == nil {
		f.Chain = []Step{}
	}
	if p.rule.Help != "" {
		f.Helps = append(f.Helps, p.rule.Help)
	}
	if sum.Evidence == infer.Assumed {
		for _, a := range sum.Assumes {
			f.Notes = append(f.Notes, "assumed: "+a.Text+at(a.Pos))
		}
	}
	if !p.Own(f.File) {
		p.bringHome(sum, &f)
	}
	p.found = append(p.found, f)
}

// reportAt adds a finding that belongs to no function.
func (p *pass) reportAt(pos infer.Pos, f Finding) {
	f.Code, f.Severity = p.rule.Code, p.rule.Severity
	f.File, f.Line, f.Column, f.Chain = fileOf(pos), int(pos.Line), int(pos.Col), []Step{}
	if p.rule.Help != "" {
		f.Helps = append(f.Helps, p.rule.Help)
	}
	p.found = append(p.found, f)
}

// at is a position in brackets, or nothing.
func at(p infer.Pos) string {
	if !p.IsValid() {
		return ""
	}
	p.File = fileOf(p)
	return " (" + p.String() + ")"
}
