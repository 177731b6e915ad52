# LZ4: its own fuzzer and frame test.
# package: lz4
# limit: 600

build() {
	make -j2 -C tests fuzzer frametest
	make -j2 -C programs lz4
}

check() {
	seq 300000 >$OUT/numbers
	$RUN programs/lz4 -9 <$OUT/numbers >$OUT/numbers.lz4
	$RUN programs/lz4 -d <$OUT/numbers.lz4 | cmp - $OUT/numbers
	$RUN tests/fuzzer -i20 -s1234
	$RUN tests/frametest -i50 -s1234
}
