#!/bin/bash
# Install what building, testing and the demo need on Debian 12, if it is missing:
#
#   make             which then runs this again, and finds nothing to do
#   ca-certificates  Go's modules come over https
#   gcc, libc6-dev   cgo
#   libclang-19-dev  clang-c/Index.h, libclang.so and, with it, clang's own headers;
#                    another LLVM from 17 on will do if LLVM_CONFIG names it
#   rustc-web        a rustc from 1.78 on, if there is none in PATH; Debian's
#                    own `rustc` is 1.63
#   rust-web-src     its core library as source, whose MIR the demo needs; with
#                    rustup it is the component rust-src
#
# Nothing is done, and no rights are needed, where all of it is there.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/packages.sh"

if ! command -v go >/dev/null; then
  echo "Go is missing: install 1.26 or newer from https://go.dev/dl" >&2
  exit 1
fi

want=()
command -v make >/dev/null || want+=(make)
if command -v apt-get >/dev/null && [[ -z ${SSL_CERT_FILE:-} && ! -e /etc/ssl/certs/ca-certificates.crt ]]; then
  want+=(ca-certificates)
fi
if ! command -v "${CC:-gcc}" >/dev/null || [[ ! -e /usr/include/stdlib.h ]]; then
  want+=(gcc libc6-dev)
fi

if [[ -n ${LLVM_CONFIG:-} ]]; then
  include=$("$LLVM_CONFIG" --includedir) || { echo "LLVM_CONFIG is $LLVM_CONFIG, which does not run" >&2; exit 1; }
  if [[ ! -f $include/clang-c/Index.h ]]; then
    echo "$LLVM_CONFIG names $include, which has no clang-c/Index.h: install libclang's headers for it" >&2
    exit 1
  fi
elif [[ ! -f /usr/lib/llvm-19/include/clang-c/Index.h || ! -e /usr/lib/llvm-19/lib/libclang.so ]]; then
  want+=(libclang-19-dev)
fi

# minor RUSTC: the N of its version 1.N, or 0.
minor() {
  local version
  version=$("$1" --version 2>/dev/null) || { echo 0; return; }
  [[ $version =~ ^rustc\ 1\.([0-9]+)\. ]] && echo "${BASH_REMATCH[1]}" || echo 0
}
# usable RUSTC: new enough, and with the source of its core library.
usable() {
  (($(minor "$1") >= 78)) &&
    [[ -f $("$1" --print sysroot)/lib/rustlib/src/rust/library/core/src/lib.rs ]]
}
if ! usable "${RUSTC:-rustc}" && ! usable /usr/bin/rustc; then
  want+=(rustc-web rust-web-src)
fi

((${#want[@]})) || exit 0
install_packages "${want[@]}"
