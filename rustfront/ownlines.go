package rustfront

import (
	"path/filepath"
	"strings"

	"preemptck/infer"
)

// ownLines moves positions inside macros of other crates to lines of the crate
// that the function belongs to: to the last one before them on the way there,
// else to the beginning of the function. MIR has of a macro's code only where the
// macro is defined, which says nothing to who used it.
func (l *lowering) ownLines(u *unit) {
	dir := l.sourceDir(u)
	if dir == "" || len(u.blocks) == 0 {
		return
	}
	own := func(p infer.Pos) bool { return strings.HasPrefix(p.File, dir) }
	start := u.pos
	if !own(start) {
		start = firstOwn(u.blocks, own)
	}
	if !own(start) {
		return
	}
	type step struct {
		block int
		last  infer.Pos
	}
	seen := make([]bool, len(u.blocks))
	for queue := []step{{0, start}}; len(queue) > 0; queue = queue[1:] {
		s := queue[0]
		if s.block < 0 || s.block >= len(seen) || seen[s.block] {
			continue
		}
		seen[s.block] = true
		last := s.last
		move := func(p *infer.Pos) {
			switch {
			case !p.IsValid():
			case own(*p):
				last = *p
			default:
				*p = last
			}
		}
		b := &u.blocks[s.block]
		for i := range b.stmts {
			move(&b.stmts[i].pos)
		}
		move(&b.term.pos)
		for _, to := range b.term.to {
			queue = append(queue, step{to, last})
		}
	}
}

func firstOwn(blocks []block, own func(infer.Pos) bool) infer.Pos {
	for i := range blocks {
		for _, s := range blocks[i].stmts {
			if own(s.pos) {
				return s.pos
			}
		}
		if own(blocks[i].term.pos) {
			return blocks[i].term.pos
		}
	}
	return infer.Pos{}
}

// sourceDir is the folder, with a slash, that holds the sources of the crate
// whose MIR a unit was made from, as positions name it; "" where that is not
// known.
func (l *lowering) sourceDir(u *unit) string {
	if u.inst == nil {
		return ""
	}
	c := l.w.crates[u.inst.Crate]
	if c == nil || c.Source == "" {
		return ""
	}
	dir := l.w.relative(infer.Pos{File: filepath.Dir(inDir(c, c.Source))}).File
	if dir == "." {
		return ""
	}
	return dir + "/"
}
