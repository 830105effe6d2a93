// Package parallel does the same for many things on all processors.
package parallel

import (
	"runtime"
	"sync"
)

// Least is how many things are worth a part of their own.
const Least = 256

// Parts is into how many parts [Do] cuts n things.
func Parts(n int) int { return max(1, min(runtime.GOMAXPROCS(0), n/Least)) }

// Do does something for n things in as many parts as there are processors;
// part k is of those in [from, to). What the parts come to has to be put together so
// that it is the same for any number of them.
func Do(n int, do func(k, from, to int)) {
	parts := Parts(n)
	var wg sync.WaitGroup
	for k := 1; k < parts; k++ {
		wg.Go(func() { do(k, k*n/parts, (k+1)*n/parts) })
	}
	do(0, 0, n/parts)
	wg.Wait()
}
