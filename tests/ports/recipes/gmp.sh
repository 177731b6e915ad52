# GMP with its assembly and C++: `make check` but for the integers' folder, which takes an hour without KVM.
# package: gmp
# patched: yes
# limit: 1800

build() {
	# Debian's tarball comes without the manual, and a patch without its makefile.
	autoreconf -fi
	./configure --host=x86_64-hermit-elf --disable-shared --enable-cxx CFLAGS=-O1 CXXFLAGS=-O1
	make -j2
}

check() {
	for folder in tests tests/mpn tests/mpf tests/mpq tests/rand tests/misc tests/cxx; do
		make -k -j2 -C $folder check SUBDIRS=. LOG_COMPILER="$RUN"
	done | tee $OUT/said
	test $(grep -c '^# FAIL: *0$' $OUT/said) = 7
	test $(grep -c '^PASS: ' $OUT/said) -ge 80
}
