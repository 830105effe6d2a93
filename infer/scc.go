package infer

// components lists the strongly connected components of the call graph, callees
// before callers (Tarjan's algorithm, without recursion: chains of calls in the
// kernel are thousands deep).
func components(nodes []*node) [][]int {
	const unseen = -1
	n := len(nodes)
	low, num, onStack := make([]int, n), make([]int, n), make([]bool, n)
	for i := range num {
		num[i] = unseen
	}
	var (
		out   [][]int
		stack []int
		next  int
	)
	type frame struct{ node, edge int }
	for root := range nodes {
		if num[root] != unseen {
			continue
		}
		frames := []frame{{root, 0}}
		for len(frames) > 0 {
			f := &frames[len(frames)-1]
			v := f.node
			if f.edge == 0 {
				num[v], low[v] = next, next
				next++
				stack = append(stack, v)
				onStack[v] = true
			}
			if f.edge < len(nodes[v].succ) {
				w := nodes[v].succ[f.edge]
				f.edge++
				if num[w] == unseen {
					frames = append(frames, frame{w, 0})
				} else if onStack[w] {
					low[v] = min(low[v], num[w])
				}
				continue
			}
			if low[v] == num[v] {
				var scc []int
				for {
					w := stack[len(stack)-1]
					stack = stack[:len(stack)-1]
					onStack[w] = false
					scc = append(scc, w)
					if w == v {
						break
					}
				}
				out = append(out, scc)
			}
			frames = frames[:len(frames)-1]
			if len(frames) > 0 {
				p := frames[len(frames)-1].node
				low[p] = min(low[p], low[v])
			}
		}
	}
	return out
}
