# lbzip2, bzip2 with POSIX threads.
# package: lbzip2

build() {
	./configure --host=x86_64-hermit-elf CFLAGS=-O2
	make -j2
}

check() {
	seq 500000 >$OUT/numbers
	$RUN --cpus 4 src/lbzip2 -n 4 -c <$OUT/numbers | bzip2 -dc | cmp - $OUT/numbers
	bzip2 -9c $OUT/numbers | $RUN --cpus 4 src/lbzip2 -n 4 -dc | cmp - $OUT/numbers
}
