# minimap2, alignment of DNA with SSE and a pool of POSIX threads: its test data, as on this machine.
# package: minimap2
# needs: zlib

build() {
	make -j2 CC=$CC AR=$AR CFLAGS="-O2 -I$PORTS/zlib/src" LIBS="-L$PORTS/zlib/src -lm -lz -lpthread"
	mv minimap2 minimap2-hermit
	make clean
	# Here without zlib's development files: the sources' own header, and the library that the system has.
	make -j2 CC=gcc AR=ar CFLAGS="-O2 -I$PORTS/zlib/src" LIBS='-lm -l:libz.so.1 -lpthread'
}

# aligned ARGUMENT...
aligned() {
	# The program's own line names its command.
	./minimap2 -t 3 "$@" 2>/dev/null | grep -v '^@PG' >$OUT/here
	for cpus in 1 3; do
		$RUN --cwd --cpus $cpus minimap2-hermit -t 3 "$@" | grep -v '^@PG' | cmp - $OUT/here
	done
	test -s $OUT/here
}

check() {
	aligned -a test/MT-human.fa test/MT-orang.fa
	aligned -cx asm20 --cs test/MT-human.fa test/MT-orang.fa
	aligned -a test/t-inv.fa test/q-inv.fa
	aligned -a test/t2.fa test/q2.fa
}
