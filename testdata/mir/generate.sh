#!/bin/sh
# Writes the MIR of src/*.rs, as printed by each of several compilers, to a
# directory named after the compiler's version (1.95, 1.97-nightly). Older and newer
# compilers than those installed come from debian-rustc.sh.
#
#   generate.sh [COMPILER...]     default: "rustc +stable" "rustc +nightly" /usr/bin/rustc
#
# A source may ask for more flags (`// flags: ...`), and for the drop glue it
# uses (`// dump: FILTER`), which goes to NAME.dump.mir, one file for all types.
# What an older compiler cannot read stands behind `cfg(since_1_82)` and the like,
# which is set from that version on.
set -eu
cd "$(dirname "$0")/src"
[ $# -gt 0 ] || set -- "rustc +stable" "rustc +nightly" /usr/bin/rustc
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export RUSTC_BOOTSTRAP=1 LC_ALL=C

for compiler; do
	out=$($compiler --version | sed -E 's/^rustc ([0-9]+\.[0-9]+)\.[0-9]+(-nightly)?.*/\1\2/')
	minor=$(echo "$out" | sed -E 's/^1\.([0-9]+).*/\1/')
	since=$(seq -f '--cfg since_1_%g' 79 "$minor")
	mkdir -p "../$out"
	for src in *.rs; do
		name=$(basename "$src" .rs)
		flags=$(sed -n 's,^// flags: ,,p' "$src")
		dump=$(sed -n 's,^// dump: ,,p' "$src")
		# shellcheck disable=SC2086 # flags are several words
		$compiler --edition=2021 -Awarnings $since "$src" --emit="mir=../$out/$name.mir" \
			-Zmir-opt-level=0 -Zinline-mir=no -Zmir-include-spans=on -Ztrim-diagnostic-paths=no \
			${dump:+"-Zdump-mir=$dump" "-Zdump-mir-dir=$tmp/$out" -Zdump-mir-exclude-pass-number} $flags
		if [ -n "$dump" ]; then
			for f in "$tmp/$out"/*.AddCallGuards.after.mir; do
				cat "$f"
				echo
			done >"../$out/$name.dump.mir"
		fi
	done
done
