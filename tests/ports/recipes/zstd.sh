# zstd with threads: the tests of its thread pool and of streams, invalid and old data, and the tool against itself.
# package: libzstd
# limit: 1800

build() {
	make -j2 -C programs zstd-release HAVE_THREAD=1 HAVE_ZLIB=0 HAVE_LZMA=0 HAVE_LZ4=0 MOREFLAGS=-O1
	make -j2 -C tests DEBUGFLAGS= MOREFLAGS=-O1 poolTests zstreamtest invalidDictionaries legacy
}

check() {
	seq 300000 >$OUT/numbers
	for threads in 1 2; do
		$RUN --cpus 2 programs/zstd -T$threads -B512K -c <$OUT/numbers >$OUT/numbers.zst
		test $(wc -c <$OUT/numbers.zst) -lt $(wc -c <$OUT/numbers)
		$RUN programs/zstd -dc <$OUT/numbers.zst | cmp - $OUT/numbers
	done
	# One of them takes tables of 4 GiB, and touches little of them.
	make -C tests DEBUGFLAGS= MOREFLAGS=-O1 QEMU_SYS="$RUN --cpus 2 --memory 6G" ZSTREAM_TESTTIME=-i20 \
		test-pool test-invalidDictionaries test-legacy test-zstream >$OUT/said 2>&1
	grep 'PASS: all POOL tests' $OUT/said
	test $(tr '\r' '\n' <$OUT/said | grep -c 'fuzzer tests completed') = 2
}
