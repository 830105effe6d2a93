#!/bin/bash
# The kernel of the tests with its Rust crates compiled by the oldest rustc that Linux 6.12
# builds with: 1.78, which Debian bullseye has, unpacked and not installed.
#
#   older-rustc.sh COMPILERS DEST [KERNEL]
#
# COMPILERS is what testdata/mir/debian-rustc.sh made, and is made if it is not there.
# KERNEL is as build-kernel.sh leaves it. DEST gets src, a link to its source, and build,
# a copy of its build tree in which the crates are compiled anew.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
compilers=$1
mkdir -p "$2"
dest=$(cd "$2" && pwd)
kernel=${3:-${PREEMPTCK_KERNEL:-${XDG_CACHE_HOME:-$HOME/.cache}/preemptck/kernel}}
llvm=${LLVM_VERSION:-19}
export PATH=/usr/bin:$PATH

[[ -x $compilers/1.78/usr/bin/rustdoc && -d $compilers/1.78/usr/src ]] || "$here/../testdata/mir/debian-rustc.sh" "$compilers"
root=$(cd "$compilers/1.78/usr" && pwd)
mkdir -p "$dest/bin"
for program in rustc rustdoc; do
  # Without --sysroot, which the kernel's own command lines give.
  printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s "$@"\n' "$root/lib/x86_64-linux-gnu" "$root/bin/$program" >"$dest/bin/$program"
  chmod +x "$dest/bin/$program"
done

ln -sfn "$kernel/src" "$dest/src"
rm -rf "$dest/build"
cp -a "$kernel/build" "$dest/build"
# What the build has recorded names its own folder.
grep -rlIZF "$kernel/build" "$dest/build" | xargs -0 sed -i "s#$kernel/build#$dest/build#g"

bindgen=bindgen
oldest=$(printf '%s\n' 0.65.1 "$(bindgen --version | sed 's/^bindgen //')" | sort -V | head -1)
[[ $oldest == 0.65.1 ]] || bindgen=$here/bindgen-bookworm
make=(make -C "$kernel/src" "LLVM=-$llvm" "O=$dest/build" "BINDGEN=$bindgen"
  "RUSTC=$dest/bin/rustc" "HOSTRUSTC=$dest/bin/rustc" "-j$(nproc)")
log=$dest/build.log
if ! { "${make[@]}" olddefconfig && "${make[@]}" prepare && "${make[@]}" drivers/block/ samples/rust/ drivers/net/phy/ rust/; } >"$log" 2>&1; then
  tail -30 "$log" >&2
  exit 1
fi
