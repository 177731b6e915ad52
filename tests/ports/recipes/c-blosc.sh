# c-blosc, compression with SSE2, AVX2 and a pool of POSIX threads, by CMake: its tests, of the many alike some.
# package: c-blosc
# limit: 900

build() {
	# Only its own codec: Debian's tarball comes without the others.
	x86_64-hermit-env cmake -S . -B build -DCMAKE_BUILD_TYPE=None -DCMAKE_C_FLAGS=-O1 -DBUILD_SHARED=OFF \
		-DDEACTIVATE_LZ4=ON -DDEACTIVATE_SNAPPY=ON -DDEACTIVATE_ZLIB=ON -DDEACTIVATE_ZSTD=ON
	# Of the rest one program wants the shared library.
	make -j2 -C build/tests
}

check() {
	export HERMIT_RUN_CPUS=2
	ctest --test-dir build --output-on-failure -R '^test_(api|forksafe|maxout|noinit|nolock|nthreads)$' | tee $OUT/some
	grep '100% tests passed, 0 tests failed out of 6' $OUT/some
	# The same two programs with 1600 combinations of sizes.
	ctest --test-dir build --output-on-failure -I 2,1603,60 | tee $OUT/sample
	grep '100% tests passed, 0 tests failed out of 27' $OUT/sample
}
