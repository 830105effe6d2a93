#!/bin/bash
# Record the command lines of a large kernel without compiling it, for measuring scale:
# x86_64 defconfig with Rust has some 2,900 C files, and this takes a few minutes. Every
# file gets its record as in a true build; the objects are empty and cannot be linked.
#
#   record-commands.sh [CONFIG] [DEST]
#
# CONFIG is defconfig, allmodconfig...; DEST is as for build-kernel.sh, which is run
# first for the source. The O= tree is DEST/CONFIG.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
config=${1:-defconfig}
dest=${2:-${PREEMPTCK_KERNEL:-${XDG_CACHE_HOME:-$HOME/.cache}/preemptck/kernel}}
llvm=${LLVM_VERSION:-19}
"$here/build-kernel.sh" "$dest"

out=$dest/$config
export PATH=/usr/bin:$PATH REAL_CC=clang-$llvm EMPTY_OBJECT=$out/empty.o
mkdir -p "$out"
"$REAL_CC" -x c -c -o "$EMPTY_OBJECT" - </dev/null

bindgen=bindgen
oldest=$(printf '%s\n' 0.65.1 "$(bindgen --version | sed 's/^bindgen //')" | sort -V | head -1)
[[ $oldest == 0.65.1 ]] || bindgen=$here/bindgen-bookworm
make=(make -C "$dest/src" "LLVM=-$llvm" "O=$out" "BINDGEN=$bindgen" "-j$(nproc)")
if [[ ! -f $out/.config ]]; then
  "${make[@]}" "$config"
  # Rust on; off, what needs a linked kernel, more packages or warnings as errors.
  "$dest/src/scripts/config" --file "$out/.config" \
    -e RUST -e SAMPLES -e SAMPLES_RUST -e SAMPLE_RUST_MINIMAL -e BLK_DEV_RUST_NULL -e DEBUG_ATOMIC_SLEEP \
    -d MODVERSIONS -d DEBUG_INFO_BTF -e UNWINDER_FRAME_POINTER -d UNWINDER_ORC -d WERROR -d DRM_WERROR \
    -d MITIGATION_RETPOLINE -d GCC_PLUGINS -d MODULE_SIG -d SYSTEM_TRUSTED_KEYRING
  "${make[@]}" olddefconfig
fi
"${make[@]}" prepare
# Linking the empty objects must fail, and does so last.
"${make[@]}" "CC=$here/cc-record" -k all >"$out/record.log" 2>&1 || true
echo "$(find "$out" -name '.*.o.cmd' | wc -l) records in $out"
