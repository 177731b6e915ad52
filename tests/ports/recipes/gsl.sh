# The GNU Scientific Library: `make check` of each of its folders, each test program booted.
# package: gsl
# limit: 2400

folders() {
	# Debian's tarball comes without the manual.
	sed -n 's/^SUBDIRS = //p' Makefile | tr ' ' '\n' | grep -vx 'doc\|\.'
}

build() {
	./configure --host=x86_64-hermit-elf --disable-shared CFLAGS=-O1
	for folder in $(folders); do
		make -j2 -C $folder
	done
	make libgsl.la
}

check() {
	for folder in $(folders); do
		make -k -j2 -C $folder check LOG_COMPILER="$RUN"
	done
}
