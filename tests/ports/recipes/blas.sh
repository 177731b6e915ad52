# The reference BLAS of LAPACK and its testers: Fortran, by its own makefiles.
# package: lapack
# limit: 900

build() {
	cp make.inc.example make.inc
	set -- FC=$FC CC=$CC AR=$AR RANLIB=$RANLIB FFLAGS='-O2 -frecursive'
	make -j2 "$@" blaslib
	# The makefile runs what it has built; here that is `check`.
	make -j2 "$@" -C BLAS/TESTING
}

check() {
	cd BLAS/TESTING
	for type in s d c z; do
		$RUN ./xblat1$type >$OUT/${type}blat1.out
		for level in 2 3; do
			# It writes a file of the name that its input gives.
			$RUN --cwd ./xblat$level$type <${type}blat$level.in
			cp ${type}blat$level.out $OUT
		done
	done
	if grep 'FAIL\|\*\*\*\*\*' $OUT/*.out; then return 1; fi
	# Levels 2 and 3 say of each routine that its tests passed; a level 1 tester says it line by line.
	test $(cat $OUT/?blat[23].out | grep -c 'PASSED THE COMPUTATIONAL TESTS') = 96
	test $(cat $OUT/?blat1.out | grep -c -- '----- PASS -----') = 46
}
