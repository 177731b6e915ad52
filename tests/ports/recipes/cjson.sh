# cJSON by CMake, its tests by ctest.
# package: cjson
# quick: yes

build() {
	x86_64-hermit-env cmake -S . -B build -DENABLE_CJSON_UTILS=ON
	cmake --build build -j2
}

check() {
	ctest --test-dir build -j2 --output-on-failure
}
