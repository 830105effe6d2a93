package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// killed is a tree that runs are killed on.
type killed struct {
	t       *testing.T
	program string
	dir     string
	rnd     *rand.Rand
}

// start starts a run on the tree; its table goes to the file out.
func (k *killed) start(out string, args ...string) *exec.Cmd {
	cmd := exec.Command(k.program, append([]string{"annotate", "--all", "--build", filepath.Join(k.dir, "tree"), "--format", "json", "-o", out}, args...)...)
	cmd.Env = append(os.Environ(), "XDG_CACHE_HOME="+filepath.Join(k.dir, "cache"))
	require.NoError(k.t, cmd.Start())
	return cmd
}

// table is what a run that nobody kills derives.
func (k *killed) table(args ...string) string {
	out := filepath.Join(k.dir, "table.json")
	require.NoError(k.t, k.start(out, args...).Wait())
	text, err := os.ReadFile(out)
	require.NoError(k.t, err)
	return string(text)
}

// edit writes one of the sources anew.
func (k *killed) edit(i int) {
	text := fmt.Sprintf("#include \"h.h\"\nint g(int);\nint f_%d(int x) { wait(x & %d); return g(x); }\n", i, k.rnd.IntN(1000))
	if i == 0 {
		text = fmt.Sprintf("#include \"h.h\"\nint g(int x) { wait(%d); return x; }\n", k.rnd.IntN(2))
	}
	require.NoError(k.t, os.WriteFile(filepath.Join(k.dir, "tree", fmt.Sprintf("f%d.c", i)), []byte(text), 0o644))
}

// children are the workers of a run.
func children(pid int) (list []int) {
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, task := range tasks {
		text, _ := os.ReadFile(task)
		for _, f := range strings.Fields(string(text)) {
			if n, err := strconv.Atoi(f); err == nil {
				list = append(list, n)
			}
		}
	}
	return list
}

// Runs and workers that are killed at any moment, with other runs under way, leave
// a cache from which the next run derives what a run without one does. KILLS is how
// many are killed.
func TestKills(t *testing.T) {
	kills := 12
	if s := os.Getenv("KILLS"); s != "" {
		n, err := strconv.Atoi(s)
		require.NoError(t, err)
		kills = n
	}
	k := &killed{t: t, dir: t.TempDir(), rnd: rand.New(rand.NewPCG(1, 2))}
	k.program = filepath.Join(k.dir, "preemptck")
	copyProgram(t, k.program)
	require.NoError(t, os.Mkdir(filepath.Join(k.dir, "tree"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(k.dir, "tree/h.h"), []byte("void might_sleep(void);\nstatic inline void wait(int x) { if (x) might_sleep(); }\n"), 0o644))
	const files = 8
	var entries []map[string]any
	for i := range files {
		k.edit(i)
		name := fmt.Sprintf("f%d.c", i)
		entries = append(entries, map[string]any{"directory": ".", "file": name, "arguments": []string{"cc", "-c", name}})
	}
	text, err := json.Marshal(entries)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(k.dir, "tree/compile_commands.json"), text, 0o644))

	for n := 0; n < kills; {
		for range k.rnd.IntN(files) {
			k.edit(k.rnd.IntN(files))
		}
		runs := []*exec.Cmd{k.start(filepath.Join(k.dir, "one.json")), k.start(filepath.Join(k.dir, "two.json"))}
		time.Sleep(time.Duration(k.rnd.IntN(400)) * time.Millisecond)
		for i, run := range runs {
			victim := run.Process.Pid
			if workers := children(victim); len(workers) > 0 && k.rnd.IntN(3) == 0 {
				victim = workers[k.rnd.IntN(len(workers))]
			}
			if i == 0 || k.rnd.IntN(2) == 0 {
				_ = syscall.Kill(victim, syscall.SIGKILL) // it may have ended
				n++
			}
		}
		for _, run := range runs {
			_ = run.Wait() // killed, or a file was lost with its worker
		}
		require.Equal(t, k.table("--no-cache"), k.table(), "after %d kills", n)
	}
	left, err := filepath.Glob(filepath.Join(k.dir, "cache/preemptck/prefixes/*"))
	require.NoError(t, err)
	assert.LessOrEqual(t, len(left), 4, "folders of killed runs are removed by later ones")
}

// copyProgram makes the tests' own program the command of that name.
func copyProgram(t *testing.T, to string) {
	me, err := os.Executable()
	require.NoError(t, err)
	in, err := os.Open(me)
	require.NoError(t, err)
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	require.NoError(t, err)
	_, err = io.Copy(out, in)
	require.NoError(t, err)
	require.NoError(t, out.Close())
}
