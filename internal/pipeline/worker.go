package pipeline

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"slices"

	"preemptck/cfront"
	"preemptck/cfront/libclang"
	"preemptck/cfront/prefix"
	"preemptck/internal/pool"
)

// request asks a worker to precompile a prefix or to lower a unit, behind a
// prefix or not.
type request struct {
	Precompile *prefix.Prefix
	// Path is the precompiled header to make, or behind which to lower; "" is none.
	Path string
	// Behind is the precompiled header behind which to make it, "" if there is none, and
	// Exposed are macros of that one; see [prefix.Planner.Exposed].
	Behind  string
	Exposed []string
	Unit    cfront.Unit
}

// reply is what came of it.
type reply struct {
	Precompiled *cfront.Precompiled
	Unit        *cfront.Lowered
	Reading     *prefix.Reading
	Behind      bool // a prefix
	// Lost says why there is nothing else, and Unfit that the prefix is to blame;
	// Refused, that it is for all units with such arguments, and Order that another one
	// may do.
	Lost    *cfront.Diagnostic
	Unfit   string
	Refused bool
	Order   *cfront.OrderError
}

// factsSuffix is what the name of a file has behind that of the precompiled
// header that it describes.
const factsSuffix = ".facts"

// A worker's live heap is small next to what libclang holds, and much of what it
// makes for one unit is garbage with the next: it collects that rarely. That took
// 5 % off the CPU of lowering.
const (
	gcPercent  = 400
	heapTarget = 400 << 20 // in bytes: past that it collects as often as it has to
)

// ServeWorker is a worker process: it lowers units until in ends.
func ServeWorker(in io.Reader, out io.Writer) error {
	debug.SetGCPercent(gcPercent)
	debug.SetMemoryLimit(heapTarget)
	return pool.Serve(in, out, func(hello []byte) (func([]byte) []byte, error) {
		var opts cfront.Options
		if err := decode(hello, &opts); err != nil {
			return nil, fmt.Errorf("a worker is started by preemptck itself: %w", err)
		}
		w := &lowering{opts: opts, session: cfront.NewSession(opts)}
		return func(body []byte) []byte {
			var req request
			if err := decode(body, &req); err != nil {
				return encode(reply{Lost: &cfront.Diagnostic{Severity: cfront.Error, Text: err.Error()}})
			}
			return encode(w.answer(&req))
		}, nil
	})
}

// lowering is the state of a worker.
type lowering struct {
	opts    cfront.Options
	session *cfront.Session
	// prefixes are those last used, the latest last.
	prefixes []*cfront.Precompiled
	// forgot is how often garbage had been collected when prefixes were forgotten last.
	forgot uint64
}

// A worker knows so many prefixes at a time: neighbouring units mostly share theirs.
// It knows fewer, those of two units at least, where they are large: a heap of little
// else than what is in use is collected all the time.
const (
	maxPrefixes = 32
	minPrefixes = 8
)

// forget forgets the prefixes that were not used for the longest time, one where there are
// too many, and half of them where they are too large.
func (w *lowering) forget() {
	n := len(w.prefixes)
	heap := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/cycles/total:gc-cycles"}}
	metrics.Read(heap)
	live, cycles := heap[0].Value.Uint64(), heap[1].Value.Uint64()
	drop := max(0, n-maxPrefixes+1)
	if live > heapTarget/2 && cycles != w.forgot { // what was forgotten since counts as live
		drop, w.forgot = max(drop, min(n/2, n-minPrefixes)), cycles
	}
	w.prefixes = slices.Delete(w.prefixes, 0, drop)
}

func (w *lowering) answer(req *request) reply {
	if req.Precompile != nil {
		p, err := w.precompile(req)
		if err != nil {
			return reply{Unfit: err.Error()}
		}
		return reply{Precompiled: p}
	}
	if req.Path == "" {
		unit, err := w.session.Lower(req.Unit)
		if err != nil {
			lost := cfront.Lost(req.Unit, &w.opts, err)
			return reply{Lost: &lost}
		}
		return reply{Unit: unit}
	}
	p, err := w.prefix(req.Path)
	if err != nil {
		return reply{Unfit: err.Error()}
	}
	unit, read, err := w.session.LowerBehind(p, req.Unit)
	if err != nil {
		r := reply{Unfit: err.Error(), Refused: errors.Is(err, libclang.ErrRefused)}
		errors.As(err, &r.Order)
		return r
	}
	return reply{Unit: unit, Reading: read, Behind: true}
}

// precompile makes a precompiled header.
func (w *lowering) precompile(req *request) (*cfront.Precompiled, error) {
	var behind *cfront.Precompiled
	if req.Behind != "" {
		var err error
		if behind, err = w.prefix(req.Behind); err != nil {
			return nil, err
		}
	}
	return w.session.Precompile(*req.Precompile, req.Path, behind, req.Exposed)
}

// prefix reads what is known of a precompiled header.
func (w *lowering) prefix(path string) (*cfront.Precompiled, error) {
	for i, p := range w.prefixes {
		if p.Path == path {
			w.prefixes = append(slices.Delete(w.prefixes, i, i+1), p)
			return p, nil
		}
	}
	data, err := os.ReadFile(path + factsSuffix)
	if err != nil {
		return nil, err
	}
	p := &cfront.Precompiled{}
	if err := decode(data, p); err != nil {
		return nil, err
	}
	if p.Behind != "" {
		behind, err := w.prefix(p.Behind)
		if err == nil {
			err = p.Inherit(behind)
		}
		if err != nil {
			return nil, err
		}
	}
	w.forget()
	w.prefixes = append(w.prefixes, p)
	return p, nil
}

// encode makes a message. All its types can be encoded, so that it cannot fail.
func encode(v any) []byte {
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(v); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// decode reads a message.
func decode(data []byte, v any) error {
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(v); err != nil {
		return fmt.Errorf("a damaged message: %w", err)
	}
	return nil
}

// ask has a worker do something.
func (g *gather) ask(p *pool.Pool, req *request) (reply, error) {
	body, err := p.Do(g.ctx, encode(req))
	if err != nil {
		return reply{}, err
	}
	var r reply
	if err := decode(body, &r); err != nil {
		return reply{}, err
	}
	return r, nil
}

// lost is the diagnostic of a unit whose worker was lost.
func (g *gather) lost(j *job, err error) *cfront.Diagnostic {
	d := cfront.Lost(j.unit, &g.opts, err)
	var gone *pool.LostError
	if errors.As(err, &gone) {
		d.Text = "this file could not be lowered: " + gone.Why
		d.Help = "the rest was; --unit-time and --unit-memory set the limits"
	}
	return &d
}
