# FFTW with threads and OpenMP: transforms verified by its own bench program.
# package: fftw3
# limit: 1200

build() {
	./configure --host=x86_64-hermit-elf --disable-shared --disable-doc --disable-fortran --enable-sse2 \
		--enable-threads --enable-openmp CFLAGS=-O1
	make -j2
}

check() {
	# It ends with an error where a result is wrong, and prints three relative errors where it is right.
	$RUN tests/bench -v1 --verify ok64 --verify ik60x5 --verify obc13x7 | tee $OUT/small
	test $(grep -c ' [0-9.]*e-1[5-9] ' $OUT/small) = 3
	$RUN --cpus 2 tests/bench -v1 -onthreads=2 --verify ocf256x60
}
