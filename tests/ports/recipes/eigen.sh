# Eigen: a sample of its unit tests, products with OpenMP and its pool of C++ threads among them, on two cores.
# package: eigen3
# limit: 3600

tests='test/geo_quaternion_1 test/geo_quaternion_2 test/geo_quaternion_3 test/conjugate_gradient_1
	test/product_large_6 unsupported/test/cxx11_eventcount unsupported/test/cxx11_runqueue_1
	unsupported/test/cxx11_runqueue_2 unsupported/test/cxx11_runqueue_3
	unsupported/test/cxx11_non_blocking_thread_pool'

build() {
	# Each is minutes of compiling, with -O1 too.
	x86_64-hermit-env cmake -S . -B build -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_FLAGS=-O1 -DEIGEN_TEST_NOQT=ON \
		-DEIGEN_TEST_CXX11=ON -DEIGEN_TEST_OPENMP=ON -DEIGEN_BUILD_DOC=OFF
	for test in $tests; do
		make -j2 -C build $(basename $test)
	done
}

check() {
	for test in $tests; do
		# A test that fails aborts.
		$RUN --cpus 2 build/$test r2 s1
	done
}
