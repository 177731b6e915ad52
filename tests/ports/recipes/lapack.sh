# Reference LAPACK in double precision, real and complex, with CMake: its testers on the inputs that its own
# list gives them.
# package: lapack
# limit: 10800

build() {
	x86_64-hermit-env cmake -S . -B build -DCMAKE_BUILD_TYPE=None -DCMAKE_Fortran_FLAGS=-O1 \
		-DBUILD_SINGLE=OFF -DBUILD_COMPLEX=OFF -DBUILD_TESTING=ON
	make -j2 -C build/TESTING
}

check() {
	# A test is a line add_test(NAME "cmake" "-DTEST=…" "-DINPUT=…" "-DOUTPUT=…" …): program, input, output.
	sed -n 's/^add_test.*"-DTEST=\([^"]*\)" "-DINPUT=\([^"]*\)" "-DOUTPUT=[^"]*\/\([^"/]*\)".*/\1 \2 \3/p' \
		build/TESTING/CTestTestfile.cmake >$OUT/tests
	test $(wc -l <$OUT/tests) -gt 40
	while read -r program input output; do
		$RUN --memory 1G $program <$input >$OUT/$output
	done <$OUT/tests
	test $(cat $OUT/*.out | grep -c 'passed the') -gt 100
	if grep -i 'fail' $OUT/*.out; then return 1; fi
}
