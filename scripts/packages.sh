# Sourced by the other scripts: installing Debian packages.

# install_packages PACKAGE...: install what is missing with apt-get, through sudo
# where we are not root. Does nothing, and needs no rights, where all is there.
install_packages() {
  local missing=() p
  for p in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null) == installed ]] || missing+=("$p")
  done
  ((${#missing[@]})) || return 0
  if ! command -v apt-get >/dev/null; then
    echo "missing: ${missing[*]} (Debian's names): install them, there is no apt-get here" >&2
    return 1
  fi
  local root=()
  if [[ $(id -u) != 0 ]]; then
    if ! command -v sudo >/dev/null; then
      echo "missing: ${missing[*]}: run apt-get install ${missing[*]} as root, there is no sudo here" >&2
      return 1
    fi
    root=(sudo)
  fi
  echo "installing ${missing[*]}" >&2
  # A broken third-party source is no reason to stop: what matters is whether
  # the packages can be had.
  "${root[@]}" apt-get update -q >&2 || echo "apt-get update failed in part, going on" >&2
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -qy --no-install-recommends "${missing[@]}" >&2
}
