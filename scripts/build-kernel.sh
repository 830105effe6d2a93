#!/bin/bash
# Build the small real kernel that the end-to-end tests run on: Linux 6.12 with Rust,
# from Debian 12 packages alone. Afterwards every object has its record (.X.o.cmd),
# and every crate its metadata.
#
#   build-kernel.sh [DEST]
#
# DEST is $PREEMPTCK_KERNEL or preemptck/kernel in the user's cache folder. DEST/src is the
# source, DEST/build the O= tree. A complete one is used as it is; an
# interrupted build goes on where it stopped. From nothing it takes some six
# minutes on two cores, and 2 GB.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/packages.sh"
dest=${1:-${PREEMPTCK_KERNEL:-${XDG_CACHE_HOME:-$HOME/.cache}/preemptck/kernel}}
config=$here/../testdata/kernel/small.config
llvm=${LLVM_VERSION:-19}
source_package=linux-source-6.12

# Debian's rustc, whose library source lies where the kernel looks for it. A rustup
# toolchain earlier in PATH would be taken, and has none.
export PATH=/usr/bin:$PATH

# A built tree can only be used with the compiler that wrote its crates.
install_packages rustc-web rust-web-src

# stamp SOURCE: what a finished build was made from.
stamp() {
  echo "config $(sha256sum <"$config" | cut -d' ' -f1)"
  rustc --version
  echo "$1"
}

# source_version is that of the installed source package. It need not be installed
# for a kernel that is built already.
source_version() {
  dpkg-query -W -f '${Package} ${Version}' "$source_package" 2>/dev/null || tail -1 "$dest/stamp"
}

# adoptable: a finished build without a stamp, of our configuration and by the compilers
# that are installed now.
adoptable() {
  [[ -f $dest/build/vmlinux ]] || return 1
  local line
  while read -r line; do
    case $line in
      CONFIG_*) grep -qxF "$line" "$dest/build/.config" || return 1 ;;
      # What is off may not be named at all.
      '# CONFIG_'*' is not set')
        line=${line#\# }
        if grep -q "^${line% is not set}=" "$dest/build/.config"; then return 1; fi
        ;;
    esac
  done <"$config"
  grep -qxF "CONFIG_RUSTC_VERSION_TEXT=\"$(rustc --version 2>/dev/null)\"" "$dest/build/.config"
}

complete() {
  if [[ -f $dest/build/vmlinux && -f $dest/stamp ]]; then
    [[ $(stamp "$(source_version)") == "$(<"$dest/stamp")" ]]
  else
    adoptable
  fi
}

if complete; then
  echo "using the kernel in $dest" >&2
  exit 0
fi

mkdir -p "$dest"
exec 9>"$dest/lock"
flock 9 # another build of it may be under way
if complete; then exit 0; fi

install_packages "$source_package" "clang-$llvm" "lld-$llvm" "llvm-$llvm" \
  bindgen libclang-15-dev make gcc libc6-dev flex bison bc libelf-dev libssl-dev xz-utils cpio kmod rsync

if [[ -f $dest/stamp ]]; then
  echo "$dest was built from other packages or another configuration: building it again" >&2
  rm -rf "$dest/src" "$dest/build" "$dest/stamp"
fi
if [[ ! -f $dest/src/.unpacked ]]; then
  rm -rf "$dest/src"
  mkdir -p "$dest/src"
  tar -C "$dest/src" --strip-components=1 -xf "/usr/src/$source_package.tar.xz"
  touch "$dest/src/.unpacked"
fi
mkdir -p "$dest/build"

# Linux 6.12 asks for bindgen 0.65.1; bookworm's is older and needs help.
bindgen=bindgen
oldest=$(printf '%s\n' 0.65.1 "$(bindgen --version | sed 's/^bindgen //')" | sort -V | head -1)
[[ $oldest == 0.65.1 ]] || bindgen=$here/bindgen-bookworm

make=(make -C "$dest/src" "LLVM=-$llvm" "O=$dest/build" "BINDGEN=$bindgen" "-j$(nproc)")
log=$dest/build.log
quietly() {
  echo "$1" >&2
  if ! "${@:2}" >>"$log" 2>&1; then
    tail -30 "$log" >&2
    echo "the kernel did not build: $log has it all" >&2
    exit 1
  fi
}
: >"$log"
quietly "configuring the kernel in $dest" "${make[@]}" allnoconfig "KCONFIG_ALLCONFIG=$config"
if ! grep -qx CONFIG_RUST=y "$dest/build/.config"; then
  "${make[@]}" rustavailable >&2 || true
  echo "CONFIG_RUST was not accepted: see what make rustavailable says above" >&2
  exit 1
fi
quietly "compiling the Rust crates" "${make[@]}" prepare
quietly "compiling the kernel, some five minutes on two cores" "${make[@]}" vmlinux
stamp "$(source_version)" >"$dest/stamp"
