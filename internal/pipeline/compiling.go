package pipeline

import (
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"preemptck/cfront"
	"preemptck/cfront/prefix"
	"preemptck/internal/pool"
)

// compiling compiles planned prefixes in worker processes.
type compiling struct {
	g       *gather
	workers *pool.Pool
	dir     string
	plan    []prefix.Prefix
	list    []compiled

	mu      sync.Mutex // of the planner
	planner *prefix.Planner
}

// compiled is what became of a planned prefix.
type compiled struct {
	done chan bool    // closed once that is known
	made *prefix.Made // nil if there is none
	path string
}

// all compiles all prefixes, each once the one is there that it is made behind.
func (c *compiling) all() []compiled {
	c.list = make([]compiled, len(c.plan))
	for i := range c.list {
		c.list[i].done = make(chan bool)
	}
	var wg sync.WaitGroup
	for i := range c.plan {
		wg.Go(func() {
			defer close(c.list[i].done)
			if k := c.plan[i].Parent; k < 0 {
				c.list[i].made, c.list[i].path = c.one(i, nil, "")
			} else if <-c.list[k].done; c.list[k].made != nil {
				c.list[i].made, c.list[i].path = c.one(i, c.list[k].made, c.list[k].path)
			}
		})
	}
	wg.Wait()
	return c.list
}

// one compiles prefix number i behind another one, which may be nil.
func (c *compiling) one(i int, behind *prefix.Made, behindPath string) (*prefix.Made, string) {
	own := filepath.Join(c.dir, strconv.Itoa(i))
	if os.Mkdir(own, 0o700) != nil {
		return nil, ""
	}
	path := filepath.Join(own, "headers.pch")
	made := c.make(&request{Precompile: &c.plan[i], Path: path, Behind: behindPath}, behind)
	if made == nil {
		os.RemoveAll(own) // half of it, and the disk may be full
	}
	return made, path
}

// make has a worker make a prefix.
func (c *compiling) make(req *request, behind *prefix.Made) *prefix.Made {
	if behind != nil {
		req.Exposed = c.exposed(behind)
	}
	r, err := c.g.ask(c.workers, req)
	if err != nil || r.Precompiled == nil {
		return nil
	}
	return c.settle(req, r.Precompiled, behind)
}

func (c *compiling) exposed(behind *prefix.Made) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.planner.Exposed(behind)
}

// settle looks at a prefix that was made and writes down what there is to know of it.
func (c *compiling) settle(req *request, p *cfront.Precompiled, behind *prefix.Made) *prefix.Made {
	c.mu.Lock()
	defer c.mu.Unlock()
	made := c.planner.Make(*req.Precompile, p.Compiled, behind)
	source, _ := p.Order.Find(p.Path + ".h")
	c.planner.Order(made, &p.Order, source)
	p.Settle(c.planner.Active(made))
	if os.WriteFile(p.Path+factsSuffix, encode(p), 0o600) != nil {
		return nil
	}
	return made
}
