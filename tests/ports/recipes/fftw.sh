# FFTW with POSIX threads and with OpenMP: `make smallcheck` with each, on two cores.
# package: fftw3
# limit: 2400

build() {
	./configure --host=x86_64-hermit-elf --disable-shared --disable-doc --disable-fortran --enable-sse2 \
		--enable-threads --enable-openmp CFLAGS=-O1
	make -j2
	# With both, its tester takes POSIX threads.
	mv tests/bench tests/bench-threads
	make -C tests bench LIBFFTWTHREADS='$(top_builddir)/threads/libfftw3_omp.la' LDFLAGS=-fopenmp
	mv tests/bench tests/bench-openmp
}

check() {
	$NM tests/bench-openmp | grep GOMP_parallel
	if $NM tests/bench-threads | grep GOMP_; then return 1; fi
	# It ends with an error where a result is wrong, and prints three relative errors where it is right.
	$RUN tests/bench-openmp -v1 --verify ok64 --verify ik60x5 --verify obc13x7 | tee $OUT/small
	test $(grep -c ' [0-9.]*e-1[5-9] ' $OUT/small) = 3
	for threads in threads openmp; do
		cp tests/bench-$threads tests/bench
		HERMIT_RUN_CPUS=2 x86_64-hermit-env --binfmt make -C tests smallcheck | tee $OUT/$threads
		grep 'FFTW threaded transforms passed a few tests!' $OUT/$threads
		# Each line of results has the errors of one transform.
		test $(grep -c ' [0-9.]*e-1[4-9] ' $OUT/$threads) -ge 50
	done
}
