package rustfront

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"preemptck/rustfront/corelib"
)

// Artifacts are the files that replaying a crate's command made.
type Artifacts struct {
	// MIR is the text of all bodies, Doc rustdoc's JSON.
	MIR, Doc string
	// Glue is the folder of dumped drop glue.
	Glue string
	// state names what they were made from; "" where that changed meanwhile.
	state string
}

const (
	mirFile  = "crate.mir"
	docDir   = "doc"
	copyDir  = "copy"
	glueDir  = "glue"
	depsFile = "deps.d"
)

// replay runs the compiler and rustdoc again and leaves their output in dir. compiled is
// called when the compiler is ready, while rustdoc may still run.
func replay(ctx context.Context, c *Crate, dir string, compiled func() error) error {
	if err := c.checkProgram(); err != nil {
		return err
	}
	// Sources that cannot be copied, or not be compiled with less in them, are
	// compiled as they stand, which takes more memory.
	for _, kind := range []corelib.Kind{corelib.Features, corelib.DocOnly} {
		if c.Name != "core" || ctx.Err() != nil {
			break
		}
		if copied, err := replayCopy(ctx, c, dir, kind, compiled); err == nil && copied {
			return nil
		}
	}
	return compile(ctx, c, dir, nil, compiled)
}

// replayCopy is replay from a copy of core's sources; it tells whether there was one.
func replayCopy(ctx context.Context, c *Crate, dir string, kind corelib.Kind, compiled func() error) (bool, error) {
	folder := filepath.Join(dir, copyDir)
	defer os.RemoveAll(folder)
	folder, err := filepath.Abs(folder)
	if err != nil {
		return false, err
	}
	source, err := filepath.Abs(inDir(c, c.Source))
	if err != nil {
		return false, err
	}
	sources, err := corelib.Make(source, folder, kind)
	if err != nil || sources == nil {
		return false, err
	}
	at := *c
	at.Args = slices.Clone(c.Args)
	for i, a := range at.Args {
		if a == c.Source {
			at.Args[i] = sources.Source
		}
	}
	at.Source = sources.Source
	original := func(file string) error {
		path := filepath.Join(dir, file)
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(path, sources.Original(text), 0o644)
	}
	err = compile(ctx, &at, dir, []string{"--cap-lints=allow", sources.Remap()}, func() error {
		if err := original(depsFile); err != nil {
			return err
		}
		return compiled()
	})
	if err != nil {
		return false, err
	}
	return true, original(filepath.Join(docDir, c.Name+".json"))
}

// compile runs the compiler, with more arguments, and rustdoc; compiled is as in replay.
func compile(ctx context.Context, c *Crate, dir string, more []string, compiled func() error) error {
	glue := filepath.Join(dir, glueDir)
	// One that failed may have left some.
	if err := errors.Join(os.RemoveAll(glue), os.MkdirAll(glue, 0o755)); err != nil {
		return fmt.Errorf("cache for crate %s: %w", c.Name, err)
	}
	extra, err := klintFlags(c)
	if err != nil {
		return err
	}
	args := append(allow(c.inputs(), extra), extra...)
	args = append(args,
		"--emit=mir="+filepath.Join(dir, mirFile)+",dep-info="+filepath.Join(dir, depsFile),
		"--out-dir", dir, "-Zmir-opt-level=0", "-Zinline-mir=no", "-Zmir-include-spans=on",
		"-Ztrim-diagnostic-paths=no", "-Zdump-mir=drop_in_place|drop_glue",
		"-Zdump-mir-dir="+glue, "-Zdump-mir-exclude-pass-number")
	doc := append(allow(docInputs(c), extra), extra...)
	doc = append(doc, "-Zunstable-options", "--output-format", "json", "--document-private-items",
		"--document-hidden-items", "--cap-lints=allow", "--out-dir", filepath.Join(dir, docDir))
	return both(ctx, c, append(args, more...), doc, compiled)
}

// both runs the compiler and rustdoc at the same time, each of which takes long
// for core. The compiler's error is the one that says more.
func both(ctx context.Context, c *Crate, args, doc []string, compiled func() error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	docErr := make(chan error, 1)
	start := time.Now()
	go func() { docErr <- run(ctx, c, c.rustdoc(), doc) }()
	if err := run(ctx, c, c.Program, args); err != nil {
		cancel()
		<-docErr
		return err
	}
	took := time.Since(start)
	if err := compiled(); err != nil {
		cancel()
		<-docErr
		return err
	}
	limit := max(docPatience, 20*took)
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case err := <-docErr:
		return err
	case <-timer.C:
		cancel()
		<-docErr
		return fmt.Errorf("crate %s: %s did not end within %s, though %s did: is there a type that holds itself with ever larger arguments (struct L<T>(*mut L<(T,)>))?",
			c.Name, filepath.Base(c.rustdoc()), limit.Round(time.Second), filepath.Base(c.Program))
	}
}

// docPatience is how long rustdoc may at least go on when the compiler is ready. It
// does not end where types grow without end.
var docPatience = 2 * time.Minute

// docInputs is the arguments that rustdoc takes of the compiler's: not the lints
// of tools it does not know.
func docInputs(c *Crate) []string {
	var out []string
	for _, a := range c.inputs() {
		if !strings.HasPrefix(a, "-Wclippy::") && !strings.HasPrefix(a, "-Aclippy::") &&
			!strings.HasPrefix(a, "-Wrustdoc::") && !strings.HasPrefix(a, "-Zbinary_dep_depinfo") {
			out = append(out, a)
		}
	}
	return out
}

func command(ctx context.Context, c *Crate, program string, args []string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = c.Dir
	cmd.Env = append(append(os.Environ(), c.Env...), "RUSTC_BOOTSTRAP=1")
	return cmd
}

func run(ctx context.Context, c *Crate, program string, args []string) error {
	cmd := command(ctx, c, program, args)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		return failure(c, program, err, stderr.String())
	}
	return nil
}

// failure says in one error why the compiler gave nothing: it is missing, or
// what it said first.
func failure(c *Crate, program string, err error, stderr string) error {
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("crate %s: cannot run %s in %s: %w: install the compiler that the tree was built with", c.Name, program, c.Dir, err)
	}
	return fmt.Errorf("crate %s (%s) does not compile: %s failed: %w\n%s", c.Name, c.Source, filepath.Base(program), err, firstError(stderr))
}

// firstError is the first error of the compiler's output with what belongs to
// it, at most ten lines.
func firstError(stderr string) string {
	lines := strings.Split(strings.TrimSpace(stderr), "\n")
	start := 0
	for i, l := range lines {
		if strings.HasPrefix(l, "error") {
			start = i
			break
		}
	}
	lines = lines[start:]
	for i, l := range lines {
		if i > 0 && (l == "" || i == 10) {
			lines = lines[:i]
			break
		}
	}
	return strings.Join(lines, "\n")
}

// klintFlags lets sources use klint's attributes without registering the tool:
// only klint's own compiler knows it.
func klintFlags(c *Crate) ([]string, error) {
	text, err := os.ReadFile(inDir(c, c.Source))
	if err != nil {
		return nil, fmt.Errorf("crate %s: source: %w", c.Name, err)
	}
	if bytes.Contains(text, []byte("register_tool")) || strings.Contains(strings.Join(c.Args, " "), "register_tool") {
		return nil, nil
	}
	return []string{"-Zcrate-attr=feature(register_tool)", "-Zcrate-attr=register_tool(klint)"}, nil
}

// allow adds the feature that extra flags use to the features that a command line
// allows, where it says which.
func allow(args, extra []string) []string {
	if len(extra) == 0 {
		return args
	}
	out := make([]string, 0, len(args))
	for _, a := range args {
		if strings.HasPrefix(a, "-Zallow-features=") {
			a += ",register_tool"
		}
		out = append(out, a)
	}
	return out
}
