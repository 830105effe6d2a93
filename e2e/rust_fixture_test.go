//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// driver is one file of testdata/drivers and what its comments expect.
type driver struct {
	path  string
	wants []lineWant
	clean bool
}

// lineWant is a `want:` comment, or an `allow:` comment where it is optional.
type lineWant struct {
	line     int
	text     string
	optional bool
	assumed  bool // the chain need not come down to C
}

var driverComment = regexp.MustCompile(`// (want|want-assumed|allow): "([^"]*)"`)

// readDrivers reads the drivers in order of their names, and fails where a pair
// is not complete or a file's comments do not go with its name.
func readDrivers(dir string) ([]driver, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.rs"))
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	var out []driver
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		d := driver{path: path}
		for i, line := range strings.Split(string(text), "\n") {
			if strings.TrimSpace(line) == "// want-none" {
				d.clean = true
				continue
			}
			found := driverComment.FindAllStringSubmatch(line, -1)
			if len(found) != strings.Count(line, "// want")+strings.Count(line, "// allow") {
				return nil, fmt.Errorf("%s:%d: a comment that is not understood: %q", path, i+1, line)
			}
			for _, m := range found {
				d.wants = append(d.wants, lineWant{i + 1, m[2], m[1] == "allow", m[1] == "want-assumed"})
			}
		}
		name := filepath.Base(path)
		names[name] = true
		if buggy := strings.HasPrefix(name, "buggy_"); buggy == d.clean || buggy != (len(d.wants) > 0) {
			return nil, fmt.Errorf("%s: comments and name do not go together", path)
		}
		out = append(out, d)
	}
	for name := range names {
		twin := "safe_" + strings.TrimPrefix(name, "buggy_")
		if rest, ok := strings.CutPrefix(name, "safe_"); ok {
			twin = "buggy_" + rest
		}
		if !names[twin] {
			return nil, fmt.Errorf("%s: no twin %s", name, twin)
		}
	}
	return out, nil
}

// compare lists what is missing and what is too much among the findings of one
// driver.
func (d driver) compare(findings []finding) []string {
	var out []string
	used := make([]bool, len(findings))
	for _, w := range d.wants {
		found := false
		for i, f := range findings {
			if f.Line == w.line && strings.Contains(f.Message, w.text) {
				found, used[i] = true, true
				if !w.assumed && !f.endsInC() {
					out = append(out, fmt.Sprintf("%s:%d: the chain does not come down to C: %v", filepath.Base(d.path), w.line, f.Chain))
				}
			}
		}
		if !found && !w.optional {
			out = append(out, fmt.Sprintf("%s:%d: missed: %q", filepath.Base(d.path), w.line, w.text))
		}
	}
	for i, f := range findings {
		if !used[i] {
			out = append(out, "false: "+f.String())
		}
	}
	return out
}

// endsInC tells whether the chain comes down to the C line that sleeps.
func (f finding) endsInC() bool {
	if len(f.Chain) == 0 {
		return false
	}
	switch filepath.Ext(f.Chain[len(f.Chain)-1].File) {
	case ".c", ".h":
		return true
	}
	return false
}
