package rustfront

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"preemptck/infer"
	"preemptck/rustfront/mono"
)

// TestOwnLines: a drop that a macro of the library writes is found at the line of
// the driver that uses the macro, and the library's own macros stay.
func TestOwnLines(t *testing.T) {
	l := &lowering{w: &World{
		opts: Options{Roots: []string{"/tree"}},
		crates: map[string]*Crate{
			"driver": {Name: "driver", Dir: "/tree", Source: "/out/driver/fan.rs"},
			"kernel": {Name: "kernel", Dir: "/tree", Source: "rust/kernel/lib.rs"},
		},
	}}
	at := func(file string, line int32) infer.Pos { return infer.Pos{File: file, Line: line, Col: 5} }
	const fan, macro = "/out/driver/fan.rs", "rust/kernel/print.rs"
	body := func(crate string, pos infer.Pos) *unit {
		return &unit{inst: &mono.Inst{Crate: crate}, pos: pos, blocks: []block{
			{stmts: []stmt{{pos: at(macro, 1)}, {pos: at(fan, 12)}}, term: term{kind: termGoto, pos: at(macro, 164), to: []int{2}}},
			{term: term{kind: termReturn, pos: at(macro, 7)}},
			{stmts: []stmt{{pos: infer.Pos{}}}, term: term{kind: termCall, pos: at(macro, 165), to: []int{1}}},
		}}
	}
	u := body("driver", at(fan, 10))
	l.ownLines(u)
	assert.Equal(t, at(fan, 10), u.blocks[0].stmts[0].pos)
	assert.Equal(t, at(fan, 12), u.blocks[0].stmts[1].pos)
	assert.Equal(t, at(fan, 12), u.blocks[0].term.pos)
	assert.Equal(t, at(fan, 12), u.blocks[1].term.pos)
	assert.Equal(t, at(fan, 12), u.blocks[2].term.pos)
	assert.Equal(t, infer.Pos{}, u.blocks[2].stmts[0].pos, "what has no position gets none")

	u = body("driver", infer.Pos{})
	l.ownLines(u)
	assert.Equal(t, at(fan, 12), u.blocks[0].stmts[0].pos, "a closure has no position of its own")

	u = body("kernel", at("rust/kernel/lib.rs", 3))
	l.ownLines(u)
	assert.Equal(t, at(macro, 164), u.blocks[0].term.pos)
}
