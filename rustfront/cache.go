package rustfront

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"sync"
	"syscall"
	"time"
)

// stampFile lists the inputs of a cache entry.
const stampFile = "inputs.json"

// cacheFormat changes whenever what replay writes does.
const cacheFormat = "preemptck rust replay 3"

// stamp is what is remembered of an input file: where size and time agree it is
// taken to be unchanged, else its content decides.
type stamp struct {
	Path string `json:"path"`
	Size int64  `json:"size"`
	Time int64  `json:"time"`
	Hash string `json:"hash"`
	// Klint is set for sources that mention klint.
	Klint bool `json:"klint,omitempty"`
}

// cached returns the output of replaying c, from dir where every input is as it
// was, else by running the compiler in one of the slots. A failed run leaves nothing
// behind.
func cached(ctx context.Context, c *Crate, dir string, slots chan bool) (Artifacts, error) {
	key, err := commandKey(ctx, c)
	if err != nil {
		return Artifacts{}, err
	}
	entry := filepath.Join(dir, c.Name+"-"+key)
	if fresh(filepath.Join(entry, stampFile)) {
		return artifacts(entry, c, key), nil
	}
	slots <- true
	defer func() { <-slots }()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Artifacts{}, fmt.Errorf("cache: %w", err)
	}
	tmp, err := os.MkdirTemp(dir, c.Name+"-tmp-")
	if err != nil {
		return Artifacts{}, fmt.Errorf("cache: %w", err)
	}
	defer os.RemoveAll(tmp)
	start := time.Now()
	var stamps []stamp
	err = replay(ctx, c, tmp, func() (err error) {
		stamps, err = stampsOf(c, tmp, start)
		return err
	})
	if err != nil {
		return Artifacts{}, err
	}
	if err := writeStamps(tmp, stamps); err != nil {
		return Artifacts{}, err
	}
	if err := install(tmp, entry); err != nil {
		return Artifacts{}, fmt.Errorf("cache: %w", err)
	}
	return artifacts(entry, c, key), nil
}

// install puts a finished entry in its place, unless another run has done so meanwhile:
// what is up to date may be in use.
func install(tmp, entry string) error {
	lock, err := os.OpenFile(filepath.Join(filepath.Dir(entry), lockFile), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return err
	}
	defer lock.Close() // which unlocks
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return err
	}
	if fresh(filepath.Join(entry, stampFile)) {
		return nil
	}
	if err := os.RemoveAll(entry); err != nil {
		return err
	}
	return os.Rename(tmp, entry)
}

// lockFile is locked while an entry is put in its place.
const lockFile = ".lock"

func artifacts(entry string, c *Crate, key string) Artifacts {
	return Artifacts{
		state: stateOf(entry, key),
		MIR:   filepath.Join(entry, mirFile),
		Doc:   filepath.Join(entry, docDir, c.Name+".json"),
		Glue:  filepath.Join(entry, glueDir),
	}
}

// State names the code of crates as it is, as far as lowering looks at it; "" where the
// compiler has to be run to know it. [World.State] is that of crates that were loaded.
func State(ctx context.Context, crates []Crate, opts Options) string {
	wanted, err := wantedOf(crates, opts)
	if err != nil {
		return ""
	}
	var states []string
	for _, c := range wanted {
		key, err := commandKey(ctx, c)
		if err != nil {
			return ""
		}
		entry := filepath.Join(opts.CacheDir, c.Name+"-"+key)
		if !fresh(filepath.Join(entry, stampFile)) {
			return ""
		}
		states = append(states, stateOf(entry, key))
	}
	return joinStates(states)
}

// stateOf names what an entry was made from.
func stateOf(entry, key string) string {
	stamps, err := os.ReadFile(filepath.Join(entry, stampFile))
	if err != nil || bytes.Contains(stamps, []byte(changing)) {
		return ""
	}
	sum := sha256.Sum256(stamps)
	return key + hex.EncodeToString(sum[:])
}

// joinStates is one state for several, where all of them are known.
func joinStates(states []string) string {
	if len(states) == 0 || slices.Contains(states, "") {
		return ""
	}
	return strings.Join(states, " ")
}

// commandKey names a command: program and its version, arguments, the files
// behind `@file` arguments, directory and environment.
func commandKey(ctx context.Context, c *Crate) (string, error) {
	if err := c.checkProgram(); err != nil {
		return "", err
	}
	h := sha256.New()
	version, err := versionOf(ctx, c)
	if err != nil {
		return "", err
	}
	fmt.Fprintf(h, "%s\n%s\n%s\n%s\n", cacheFormat, c.Program, version, c.Dir)
	for _, a := range c.Args {
		fmt.Fprintf(h, "%q\n", a)
		if f, ok := strings.CutPrefix(a, "@"); ok {
			text, err := os.ReadFile(inDir(c, f))
			if err != nil {
				return "", fmt.Errorf("crate %s: arguments in %s: %w", c.Name, a, err)
			}
			h.Write(text)
		}
	}
	for _, e := range c.Env {
		fmt.Fprintf(h, "env %q\n", e)
	}
	return hex.EncodeToString(h.Sum(nil))[:20], nil
}

// versions holds what compilers said of themselves in this run, by program and
// directory: which one is run may depend on where.
var versions = struct {
	sync.Mutex
	texts map[string]string
}{texts: map[string]string{}}

func versionOf(ctx context.Context, c *Crate) (string, error) {
	versions.Lock() // also while one is asked, which others wait for
	defer versions.Unlock()
	key := c.Program + "\x00" + c.Dir
	if text, ok := versions.texts[key]; ok {
		return text, nil
	}
	cmd := exec.CommandContext(ctx, c.Program, "-vV")
	cmd.Dir = c.Dir
	out, err := cmd.Output()
	if err != nil {
		return "", failure(c, c.Program, err, "")
	}
	versions.texts[key] = string(out)
	return string(out), nil
}

func inDir(c *Crate, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(c.Dir, path)
}

// changing stands for the hash of a file that changed while the compiler ran: what it
// has read of it is not known, and the next run does not rely on it.
const changing = "changing"

// granularity is how far the time of a file may lie before the clock.
const granularity = 20 * time.Millisecond

// stampsOf stamps what the compiler, which began at start, says it has read.
func stampsOf(c *Crate, dir string, start time.Time) ([]stamp, error) {
	text, err := os.ReadFile(filepath.Join(dir, depsFile))
	if err != nil {
		return nil, fmt.Errorf("crate %s: dependencies: %w", c.Name, err)
	}
	var stamps []stamp
	for _, p := range depInfo(string(text)) {
		s, err := stampOf(inDir(c, p))
		if err != nil {
			return nil, fmt.Errorf("crate %s: dependencies: %w", c.Name, err)
		}
		if s.Time >= start.Add(-granularity).UnixNano() {
			s.Size, s.Hash = -1, changing
		}
		stamps = append(stamps, s)
	}
	return stamps, nil
}

// writeStamps notes what was read, where it is still what was stamped.
func writeStamps(dir string, stamps []stamp) error {
	for i := range stamps {
		s := &stamps[i]
		if info, err := os.Stat(s.Path); err != nil || info.Size() != s.Size || info.ModTime().UnixNano() != s.Time {
			s.Size, s.Hash = -1, changing
		}
	}
	b, err := json.MarshalIndent(stamps, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, stampFile), b, 0o644)
}

// depInfo lists the prerequisites in a file of make rules.
func depInfo(text string) []string {
	seen := map[string]bool{}
	for _, line := range strings.Split(text, "\n") {
		_, deps, ok := strings.Cut(line, ": ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		deps = strings.ReplaceAll(deps, `\ `, "\x00")
		for _, d := range strings.Fields(deps) {
			seen[strings.ReplaceAll(d, "\x00", " ")] = true
		}
	}
	var out []string
	for d := range seen {
		out = append(out, d)
	}
	sort.Strings(out)
	return out
}

func stampOf(path string) (stamp, error) {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}, err
	}
	s := stamp{Path: path, Size: info.Size(), Time: info.ModTime().UnixNano()}
	if filepath.Ext(path) != ".rs" {
		s.Hash, err = hashFile(path) // large, some of them
		return s, err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return stamp{}, err
	}
	sum := sha256.Sum256(text)
	s.Hash, s.Klint = hex.EncodeToString(sum[:]), bytes.Contains(text, []byte("klint::"))
	return s, nil
}

func hashFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func readStamps(file string) ([]stamp, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var stamps []stamp
	return stamps, json.Unmarshal(text, &stamps)
}

// fresh tells whether every input noted in the file is unchanged.
func fresh(file string) bool {
	stamps, err := readStamps(file)
	if err != nil || len(stamps) == 0 {
		return false
	}
	for _, s := range stamps {
		info, err := os.Stat(s.Path)
		if err != nil || info.Size() != s.Size {
			return false
		}
		if info.ModTime().UnixNano() == s.Time {
			continue
		}
		if h, err := hashFile(s.Path); err != nil || h != s.Hash {
			return false
		}
	}
	return true
}
