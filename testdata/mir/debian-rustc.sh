#!/bin/sh
# Unpacks the compilers of other Debian releases, without installing anything:
# 1.78 (bullseye), 1.85 (bookworm) and the newest (experimental), each as
# DIR/rustc-VERSION, for generate.sh.
#
#   debian-rustc.sh DIR
#
# The packages come from the mirror that apt is set up with.
set -eu
mkdir -p "$1/lists/partial" "$1/cache/archives/partial"
dir=$(cd "$1" && pwd)
mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -m1 '/debian/$')
for suite in bullseye bookworm sid experimental; do
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main"
done >"$dir/sources.list"

apt() {
	command=$1
	shift
	"$command" -qq -o Dir::Etc::sourcelist="$dir/sources.list" -o Dir::Etc::sourceparts=/dev/null \
		-o Dir::State::lists="$dir/lists" -o Dir::Cache="$dir/cache" -o APT::Sandbox::User=root "$@"
}

# unpack NAME SUITE PACKAGE...
unpack() {
	root=$dir/$1 suite=$2
	shift 2
	rm -rf "$root"
	mkdir -p "$root"
	for package; do
		(cd "$dir/cache" && apt apt-get download "$package/$suite" && dpkg-deb -x ./*.deb "$root" && rm -f ./*.deb)
	done
}

# wrap VERSION COMMAND...: the program that starts the compiler in DIR/VERSION.
wrap() {
	version=$1
	shift
	printf '#!/bin/sh\nexec %s --sysroot %s/usr "$@"\n' "$*" "$dir/$version" >"$dir/rustc-$version"
	chmod +x "$dir/rustc-$version"
	"$dir/rustc-$version" --version
}

lib=usr/lib/x86_64-linux-gnu
apt apt-get update

# With the source of core, for scripts/older-rustc.sh.
unpack 1.78 bullseye rustc-web rust-web-src libstd-rust-web-dev libstd-rust-web-1.78 libllvm16 libffi7
wrap 1.78 env LD_LIBRARY_PATH="$dir/1.78/$lib" "$dir/1.78/usr/bin/rustc"

unpack 1.85 bookworm rustc-web libstd-rust-web-dev libstd-rust-web-1.85 libllvm19
wrap 1.85 env LD_LIBRARY_PATH="$dir/1.85/$lib" "$dir/1.85/usr/bin/rustc"

# Needs a newer C library than this machine may have: it brings its own.
newest=$(apt apt-cache madison rustc | sed -E 's/^[^|]*\| *([0-9]+\.[0-9]+).*/\1/' | head -n 1)
unpack libc sid libc6 libgcc-s1 libstdc++6 libllvm22 zlib1g libzstd1 libxml2-16 libffi8 libedit2 libtinfo6 libbsd0 libmd0 liblzma5
unpack "$newest" experimental rustc libstd-rust-dev "libstd-rust-$newest"
wrap "$newest" "$dir/libc/$lib/ld-linux-x86-64.so.2" --library-path "$dir/$newest/$lib:$dir/libc/$lib" "$dir/$newest/usr/bin/rustc"
