package kbuild

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// write makes files below a new folder; `$SRC` and `$OUT` in a text stand for
// its src and out folders.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	for name, text := range files {
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		text = strings.NewReplacer("$SRC", root+"/src", "$OUT", root+"/out").Replace(text)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	return root
}

// record is a .cmd file as fixdep leaves it.
func record(target, source, command string, deps ...string) string {
	text := "savedcmd_" + target + " := " + command + "\n\nsource_" + target + " := " + source + "\n\ndeps_" + target + " := \\\n"
	for _, d := range deps {
		text += "  " + d + " \\\n"
	}
	return text + "\n" + target + ": $(deps_" + target + ")\n\n$(deps_" + target + "):\n"
}

// kernelTree is a small O= build: C of both record styles, a host tool,
// assembly, a linked object, two crates, a proc macro.
func kernelTree() map[string]string {
	return map[string]string{
		"src/Makefile": "VERSION = 6\n", "src/Kconfig": "",
		"src/kernel/a.c": "int a;\n", "src/kernel/b.c": "", "src/kernel/entry.S": "", "src/scripts/h.c": "",
		"src/rust/kernel/lib.rs": "", "src/rust/kernel/sync.rs": "", "src/rust/macros/lib.rs": "",
		"src/drivers/fan/fan_main.rs": "",
		"out/Makefile":                "# generated\ninclude $SRC/Makefile\n",
		"out/.config":                 "CONFIG_RUST=y\nCONFIG_RUSTC_VERSION_TEXT=\"rustc 9.9.9 (x)\"\n# CONFIG_B is not set\n",
		"out/kernel/.a.o.cmd": record("kernel/a.o", "$SRC/kernel/a.c",
			`ccache clang-19 -Wp,-MMD,kernel/.a.o.d -D__KERNEL__ -DN='"a"' -DHASH='$(pound)$$' -include x.c -c -o kernel/a.o $SRC/kernel/a.c  ; ./objtool --x kernel/a.o`, "h.h"),
		"out/kernel/.b.o.cmd":     "cmd_kernel/b.o := gcc -D__KERNEL__ -c -o kernel/.tmp_b.o $SRC/kernel/b.c\n",
		"out/kernel/.entry.o.cmd": record("kernel/entry.o", "$SRC/kernel/entry.S", "clang -D__ASSEMBLY__ -c -o kernel/entry.o $SRC/kernel/entry.S"),
		"out/kernel/.ab.o.cmd":    "savedcmd_kernel/ab.o := ld -r -o kernel/ab.o kernel/a.o kernel/b.o\n",
		"out/scripts/.h.o.cmd":    record("scripts/h.o", "$SRC/scripts/h.c", "gcc -c -o scripts/h.o $SRC/scripts/h.c"),
		"out/rust/.kernel.o.cmd": record("rust/kernel.o", "$SRC/rust/kernel/lib.rs",
			`OBJTREE=$OUT rustc --edition=2021 --emit=dep-info=rust/.kernel.o.d --emit=obj=rust/kernel.o --emit=metadata=rust/libkernel.rmeta --crate-type rlib --crate-name kernel $SRC/rust/kernel/lib.rs --sysroot=/dev/null ;objcopy rust/kernel.o`,
			"$(wildcard include/config/RUST)", "$SRC/rust/kernel/sync.rs", "./rust/libcore.rmeta"),
		"out/rust/.libmacros.so.cmd": record("rust/libmacros.so", "$SRC/rust/macros/lib.rs",
			"clippy-driver --emit=link=rust/libmacros.so --crate-type proc-macro --crate-name macros $SRC/rust/macros/lib.rs"),
		"out/drivers/fan/.fan_main.o.cmd": record("drivers/fan/fan_main.o", "$SRC/drivers/fan/fan_main.rs",
			`RUST_MODFILE=drivers/fan/fan /usr/bin/rustc-1.78 @./include/generated/rustc_cfg -Zcrate-attr='feature(a,b)' --extern kernel -L ./rust/ --crate-name fan_main --out-dir drivers/fan/ --emit=dep-info=drivers/fan/.fan_main.o.d --emit=obj=drivers/fan/fan_main.o $SRC/drivers/fan/fan_main.rs`, "./rust/libkernel.rmeta"),
		"out/drivers/fan/.fan.o.cmd":                      "savedcmd_drivers/fan/fan.o := ld.lld -r -o drivers/fan/fan.o @drivers/fan/fan.mod\n",
		"out/drivers/fan/fan.mod":                         "drivers/fan/fan_main.o\n",
		"out/rust/bindings/bindings_generated.rs":         "",
		"out/rust/bindings/bindings_helpers_generated.rs": "",
		"out/rust/uapi/uapi_generated.rs":                 "",
		"out/nested/.config":                              "", // an O= tree of its own
		"out/nested/.z.o.cmd":                             "junk",
	}
}

func TestOpenKbuild(t *testing.T) {
	root := write(t, kernelTree())
	tree, err := Open(root + "/out")
	require.NoError(t, err)
	assert.Equal(t, Kbuild, tree.Kind)
	assert.Equal(t, root+"/src", tree.SrcRoot)
	assert.Empty(t, tree.Problems)
	assert.Equal(t, 1, tree.HostTools)

	require.Len(t, tree.C, 2)
	assert.Equal(t, CUnit{
		File: root + "/src/kernel/a.c", Dir: root + "/out", Program: "clang-19",
		Args: []string{"-Wp,-MMD,kernel/.a.o.d", "-D__KERNEL__", `-DN="a"`, "-DHASH=#$", "-include", "x.c",
			"-c", "-o", "kernel/a.o", root + "/src/kernel/a.c"},
		Object: root + "/out/kernel/a.o", CmdFile: root + "/out/kernel/.a.o.cmd", Line: 1,
	}, tree.C[0])
	assert.Equal(t, root+"/out/kernel/b.o", tree.C[1].Object)

	require.Len(t, tree.Asm, 1)
	assert.Equal(t, root+"/src/kernel/entry.S", tree.Asm[0].File)

	require.Len(t, tree.Rust, 3)
	fan, kernel, macros := tree.Rust[0], tree.Rust[1], tree.Rust[2]
	assert.Equal(t, "kernel", kernel.Crate)
	assert.Equal(t, []string{"OBJTREE=" + root + "/out"}, kernel.Env)
	assert.Equal(t, root+"/out/rust/kernel.o", kernel.Object)
	assert.Equal(t, []string{root + "/out/rust/libcore.rmeta", root + "/src/rust/kernel/lib.rs", root + "/src/rust/kernel/sync.rs"}, kernel.Deps)
	assert.Equal(t, "rustc", macros.Program, "clippy stands in for rustc")
	assert.Equal(t, root+"/out/rust/libmacros.so", macros.Object)
	assert.Equal(t, "/usr/bin/rustc-1.78", fan.Program)
	assert.Equal(t, "@./include/generated/rustc_cfg", fan.Args[0])
	assert.Equal(t, "-Zcrate-attr=feature(a,b)", fan.Args[1])

	assert.Len(t, tree.Bindings, 2)
	assert.Equal(t, root+"/out/rust/uapi/uapi_generated.rs", tree.UAPI)
	assert.Equal(t, "y", tree.Config("CONFIG_RUST"))
	assert.Empty(t, tree.Config("CONFIG_B"))

	for path, want := range map[string]string{
		root + "/src/kernel/a.c": "kernel/a.c", root + "/out/rust/x.rs": "rust/x.rs", "kernel/a.o": "kernel/a.o",
		"/usr/lib/x.rs": "/usr/lib/x.rs", root + "/srcs/a": root + "/srcs/a",
	} {
		assert.Equal(t, want, tree.Rel(path))
	}
	assert.Equal(t, root+"/src/kernel/a.c", tree.Abs("kernel/a.c"))
	assert.Equal(t, root+"/out/drivers/fan/fan.mod", tree.Abs("drivers/fan/fan.mod"))

	again, err := Open(root + "/out")
	require.NoError(t, err)
	assert.Equal(t, tree, again)
}

func TestRecordedFiles(t *testing.T) {
	for name, want := range map[string][]string{
		// What fixdep leaves of a file that reads headers, and of one whose headers
		// nobody recorded.
		record("a.o", "$SRC/a.c", "clang -c -o a.o $SRC/a.c", "$(wildcard include/config/PM)", "h.h", "$SRC/a.c", "$SRC/i.h"): {"out/include/generated/autoconf.h", "out/h.h", "src/i.h"},
		record("a.o", "$SRC/a.c", "clang -c -o a.o $SRC/a.c", "$(wildcard include/config/PM)"):                                nil,
		record("a.o", "$SRC/a.c", "clang -c -o a.o $SRC/a.c"):                                                                 nil,
		record("a.o", "$SRC/a.c", "clang -c -o a.o $SRC/a.c", "$SRC/a.c"):                                                     nil,
		"savedcmd_a.o := clang -c -o a.o $SRC/a.c\n":                                                                          nil,
	} {
		root := write(t, map[string]string{"src/a.c": "", "out/.a.o.cmd": name})
		u := &CUnit{CmdFile: root + "/out/.a.o.cmd", Dir: root + "/out", File: root + "/src/a.c"}
		var got []string
		for _, f := range u.RecordedFiles() {
			got = append(got, strings.TrimPrefix(f, root+"/"))
		}
		assert.Equal(t, want, got)
	}
}

func TestSourceSymlinkAndAlias(t *testing.T) {
	files := kernelTree()
	delete(files, "out/Makefile")
	root := write(t, files)
	require.NoError(t, os.Symlink(root+"/src", root+"/out/source"))
	require.NoError(t, os.Symlink(root+"/out", root+"/link"))
	tree, err := Open(root + "/link")
	require.NoError(t, err)
	assert.Equal(t, root+"/src", tree.SrcRoot)
	assert.Equal(t, root+"/out", tree.BuildRoot)
	assert.Equal(t, "rust/x.rs", tree.Rel(root+"/link/rust/x.rs"))
}

func TestInTree(t *testing.T) {
	root := write(t, map[string]string{
		"k/Kconfig": "", "k/Makefile": "include scripts/x.include\n", "k/.config": "", "k/a.c": "",
		"k/.a.o.cmd": record("a.o", "a.c", "gcc -D__KERNEL__ -c -o a.o a.c"),
	})
	tree, err := Open(root + "/k")
	require.NoError(t, err)
	assert.Equal(t, root+"/k", tree.SrcRoot)
	require.Len(t, tree.C, 1)
	assert.Equal(t, root+"/k/a.c", tree.C[0].File)
	require.ErrorIs(t, tree.RequireRust(), ErrNoRust)
	assert.ErrorContains(t, tree.RequireRust(), "CONFIG_RUST is not set")
}

func TestLinkedApart(t *testing.T) {
	files := map[string]string{
		"out/.config":               "",
		"out/.vmlinux.cmd":          "savedcmd_vmlinux := ld -o vmlinux k/a.o\n",
		"out/k/.nm.cmd":             "savedcmd_k/nm := nm k/a.o > k/nm\n",
		"out/vdso/.v.so.dbg.cmd":    "savedcmd_vdso/v.so.dbg := ld.lld-19 -o vdso/v.so.dbg -T v.lds vdso/v.o\n",
		"out/boot/zip/.vmlinux.cmd": "savedcmd_boot/zip/vmlinux := x86_64-linux-gnu-ld -o boot/zip/vmlinux boot/zip/z.o stub/lib.a\n",
		"out/stub/.lib.a.cmd":       "savedcmd_stub/lib.a := rm -f stub/lib.a; llvm-ar cDPrsT stub/lib.a stub/s.o\n",
	}
	for _, name := range []string{"k/a", "vdso/v", "vdso/vma", "boot/zip/z", "stub/s"} {
		dir, base := filepath.Split(name)
		files["src/"+name+".c"] = ""
		files["out/"+dir+"."+base+".o.cmd"] = record(name+".o", "$SRC/"+name+".c", "gcc -D__KERNEL__ -c -o "+name+".o $SRC/"+name+".c")
	}
	root := write(t, files)
	tree, err := Open(root + "/out")
	require.NoError(t, err)
	var got []string
	for _, u := range tree.C {
		got = append(got, tree.Rel(u.Object))
	}
	assert.Equal(t, []string{"k/a.o", "vdso/vma.o"}, got)
	assert.Equal(t, 3, tree.Apart)
}

func TestRustTargets(t *testing.T) {
	root := write(t, kernelTree())
	tree, err := Open(root + "/out")
	require.NoError(t, err)
	for arg, want := range map[string]string{
		"drivers/fan/fan_main.o": "fan_main", "drivers/fan/fan.o": "fan_main", "drivers/fan/fan.ko": "fan_main",
		"drivers/": "fan_main", "drivers/fan": "fan_main", root + "/src/drivers": "fan_main",
		"drivers/fan/fan_main.rs": "fan_main", root + "/src/drivers/fan/fan_main.rs": "fan_main",
		"rust/kernel/sync.rs": "kernel", "rust/kernel.o": "kernel", "rust/libmacros.so": "macros",
		"rust": "kernel macros", ".": "fan_main kernel macros",
	} {
		units, err := tree.RustTargets(arg)
		require.NoError(t, err, arg)
		var names []string
		for _, u := range units {
			names = append(names, u.Crate)
		}
		assert.Equal(t, want, strings.Join(names, " "), arg)
	}
	for arg, want := range map[string]string{
		"kernel/a.o": "is C", "kernel/a.c": "is C", "drivers/nope.o": "does not exist", "kernel": "holds no Rust crate",
		"rust/kernel/sync.o": "was not built",
	} {
		_, err := tree.RustTargets(arg)
		require.ErrorIs(t, err, ErrNoTarget, arg)
		assert.ErrorContains(t, err, want, arg)
	}
}

func TestModuleUnit(t *testing.T) {
	files := kernelTree()
	files["ext/my-mod.rs"] = ""
	root := write(t, files)
	tree, err := Open(root + "/out")
	require.NoError(t, err)
	u, err := tree.ModuleUnit(root + "/ext/my-mod.rs")
	require.NoError(t, err)
	assert.Equal(t, RustUnit{
		Crate: "my_mod", Source: root + "/ext/my-mod.rs", Dir: root + "/out", Program: "/usr/bin/rustc-1.78",
		Args: []string{"@./include/generated/rustc_cfg", "-Zcrate-attr=feature(a,b)", "--extern", "kernel", "-L", "./rust/",
			"--crate-name", "my_mod", root + "/ext/my-mod.rs"},
		Env:     []string{"RUST_MODFILE=my_mod"},
		Deps:    []string{root + "/ext/my-mod.rs", root + "/out/rust/libkernel.rmeta"},
		CmdFile: root + "/out/drivers/fan/.fan_main.o.cmd", Line: 1,
	}, u)
	_, err = tree.ModuleUnit(root + "/ext/none.rs")
	assert.ErrorIs(t, err, ErrNoTarget)

	delete(files, "out/drivers/fan/.fan_main.o.cmd")
	root = write(t, files)
	tree, err = Open(root + "/out")
	require.NoError(t, err)
	u, err = tree.ModuleUnit(root + "/ext/my-mod.rs")
	require.NoError(t, err)
	assert.Equal(t, "--edition=2021 --crate-type rlib --crate-name my_mod "+root+"/ext/my-mod.rs --sysroot=/dev/null -Zcrate-attr=no_std --extern kernel",
		strings.Join(u.Args, " "), "the kernel crate's own flags where no driver was built")
}

func TestAddTree(t *testing.T) {
	files := kernelTree()
	files["old/m.c"], files["old/.m.o.cmd"] = "", record("/abs/elsewhere/m.o", "m.c", "gcc -D__KERNEL__ -c -o /abs/elsewhere/m.o ../old/m.c")
	files["new/sub/m.rs"], files["new/sub/.m.o.cmd"] = "", record("sub/m.o", "sub/m.rs", "rustc --crate-name m sub/m.rs --emit=obj=sub/m.o")
	files["empty/x"] = ""
	root := write(t, files)
	tree, err := Open(root + "/out")
	require.NoError(t, err)
	require.NoError(t, tree.AddTree(root+"/old"))
	require.NoError(t, tree.AddTree(root+"/new"))
	assert.Empty(t, tree.Problems)
	require.Len(t, tree.C, 3)
	assert.Equal(t, root+"/old/m.c", tree.C[0].File, "up to 6.12 make runs in the build tree")
	assert.Equal(t, root+"/out", tree.C[0].Dir)
	units, err := tree.RustTargets("sub/m.o")
	require.NoError(t, err)
	assert.Equal(t, root+"/new", units[0].Dir, "from 6.13 on make runs in the module's folder")
	require.ErrorIs(t, tree.AddTree(root+"/empty"), ErrEmptyTree)
	require.ErrorIs(t, tree.AddTree(root+"/missing"), ErrNoTree)
}

func TestOpenErrors(t *testing.T) {
	root := write(t, map[string]string{
		"nothing/x": "", "src/Kconfig": "", "src/Makefile": "", "configured/.config": "CONFIG_RUST=y\n",
		"emptydb/compile_commands.json": "[]", "baddb/compile_commands.json": "{}",
	})
	require.NoError(t, os.Mkdir(root+"/bare", 0o755))
	for dir, want := range map[string]struct {
		err  error
		text string
	}{
		"missing":    {ErrNoTree, "does not exist"},
		"bare":       {ErrNoTree, "neither"},
		"nothing":    {ErrNoTree, "neither"},
		"nothing/x":  {ErrNoTree, "not a directory"},
		"src":        {ErrEmptyTree, "without a configuration"},
		"configured": {ErrEmptyTree, "run make there first"},
		"emptydb":    {ErrEmptyTree, "lists no C file"},
	} {
		_, err := Open(filepath.Join(root, dir))
		require.ErrorIs(t, err, want.err, dir)
		assert.ErrorContains(t, err, want.text, dir)
	}
	tree, err := Open(root + "/baddb")
	require.NoError(t, err)
	require.Len(t, tree.Problems, 1)
	assert.Equal(t, 1, tree.Problems[0].Line)
	assert.Contains(t, tree.Problems[0].Text, "JSON array")
}

// Each damaged record costs itself, says where and what to do, and leaves the
// rest alone.
func TestDamagedRecords(t *testing.T) {
	const good = "savedcmd_d/x.o := gcc -D__KERNEL__ -c -o d/x.o $SRC/x.c\n"
	for name, test := range map[string]struct {
		text string
		lost bool
		line int
		want string
	}{
		"empty":      {"\n \n", true, 1, "is empty"},
		"junk":       {"\x00\x01\x02\n", true, 1, "no `savedcmd_`"},
		"cut":        {"savedcmd_d/x.o := gcc -D__KERNEL__ -c -o d/x.o $SRC/x", true, 1, "cut short"},
		"cut deps":   {good + "\nsource_d/x.o := $SRC/x.c\n\ndeps_d/x.o := \\\n  a.h \\\n  b", false, 7, "cut short behind its command"},
		"deps open":  {good + "\nsource_d/x.o := $SRC/x.c\n\ndeps_d/x.o := \\\n  a.h \\\n", false, 6, "cut short behind its command"},
		"quote":      {"\n\nsavedcmd_d/x.o := gcc -DX='a -c $SRC/x.c\n", true, 3, "single quote"},
		"expansion":  {"savedcmd_d/x.o := gcc -I$$(pwd) -c $SRC/x.c\n", true, 1, "needs a shell"},
		"response":   {"savedcmd_d/x.o := gcc @d/none.rsp -c $SRC/x.c\n", true, 1, "response file"},
		"loop":       {"savedcmd_d/x.o := gcc @d/loop.rsp -c $SRC/x.c\n", true, 1, "nested deeper"},
		"moved":      {"savedcmd_d/x.o := gcc -c $SRC/gone.c\n", true, 1, "does not exist"},
		"no compile": {record("d/x.o", "$SRC/x.c", "true"), true, 1, "does not compile"},
	} {
		t.Run(name, func(t *testing.T) {
			root := write(t, map[string]string{
				"src/x.c": "", "src/ok.c": "", "out/.config": "", "out/d/loop.rsp": "@d/loop.rsp",
				"out/d/.x.o.cmd": test.text, "out/d/.ok.o.cmd": record("d/ok.o", "$SRC/ok.c", "gcc -c -o d/ok.o $SRC/ok.c"),
			})
			tree, err := Open(root + "/out")
			require.NoError(t, err)
			require.Len(t, tree.Problems, 1)
			p := tree.Problems[0]
			assert.Equal(t, root+"/out/d/.x.o.cmd", p.File)
			assert.Equal(t, test.line, p.Line)
			assert.Contains(t, p.Text, test.want)
			assert.Equal(t, test.lost, p.Lost)
			if test.lost {
				assert.Len(t, tree.C, 1)
			} else {
				assert.Len(t, tree.C, 2)
			}
		})
	}
}

func TestResponseFile(t *testing.T) {
	root := write(t, map[string]string{
		"src/x.c": "", "out/.config": "", "out/flags": "-DA='x y'\n-DB=\"#;\" @more\n", "out/more": "-DC=a\\ b",
		"out/.x.o.cmd": "savedcmd_x.o := gcc @flags -c $SRC/x.c\n",
	})
	tree, err := Open(root + "/out")
	require.NoError(t, err)
	require.Empty(t, tree.Problems)
	assert.Equal(t, []string{"-DA=x y", "-DB=#;", "-DC=a b", "-c", root + "/src/x.c"}, tree.C[0].Args)
}
