# zlib: the test of its own makefile.
# package: zlib
# quick: yes

build() {
	CFLAGS=-O2 ./configure --static
	make -j2 static
}

check() {
	make teststatic QEMU_RUN="$RUN" >$OUT/test
	grep 'zlib test OK' $OUT/test
	grep 'large_inflate(): OK' $OUT/test
	seq 200000 >$OUT/numbers
	$RUN ./minigzip <$OUT/numbers | gzip -dc | cmp - $OUT/numbers
	gzip -9c $OUT/numbers | $RUN ./minigzip -d | cmp - $OUT/numbers
}
