# libsodium by autoconf, its tests by `make check`.
# package: libsodium
# limit: 900

build() {
	test -x configure || autoreconf -i
	x86_64-hermit-env ./configure --host=x86_64-hermit --disable-shared
	make -j2
	make -j2 -C test/default check TESTS=
}

check() {
	x86_64-hermit-env make -j2 check
}
