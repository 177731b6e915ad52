# OpenBLAS for one processor, with OpenMP: its BLAS and CBLAS testers, those in double precision on two and four
# cores too, and its unit tests.
# package: openblas
# limit: 3600

build() {
	# A cross build: HOSTCC makes the tools that run here, and `tests` only links the testers. Debian's tarball
	# comes without the reference LAPACK. Of the systems that it knows, Haiku is the one with plain POSIX.
	make -j2 CROSS=1 HOSTCC=gcc TARGET=HASWELL NUM_THREADS=4 USE_OPENMP=1 NO_SHARED=1 NO_LAPACK=1 NO_LAPACKE=1 \
		COMMON_OPT='-O2 -DOS_HAIKU' CC=$CC FC=$FC AR=$AR RANLIB=$RANLIB libs tests
}

# tester FOLDER PROGRAM INPUT CPUS
tester() {
	input=$1/$3
	test -f $input || input=/dev/null
	(cd $1 && $RUN --cwd --cpus $4 ./$2) <$input >$OUT/$2.$4.out
}

check() {
	for level in 1 2 3; do
		for type in s d c z; do
			tester test ${type}blat$level ${type}blat$level.dat 1
			tester ctest x${type}cblat$level ${type}in$level 1
		done
		for cpus in 2 4; do
			tester test dblat$level dblat$level.dat $cpus
			tester ctest xdcblat$level din$level $cpus
		done
	done
	cp test/*.SUMM $OUT
	if grep 'FAIL\|FATAL\|\*\*\*\*\*' $OUT/*.out $OUT/*.SUMM; then return 1; fi
	# There is no fork to be safe after.
	if $RUN --cpus 2 utest/openblas_utest >$OUT/utest; then return 1; fi
	grep 'Failed to fork process' $OUT/utest
	grep '34 tests (33 ok, 1 failed' $OUT/utest
}
