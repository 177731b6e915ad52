# Expat by CMake, C and C++, its tests by ctest, which starts them from a script.
# package: expat
# limit: 600

build() {
	cd expat
	x86_64-hermit-env cmake -S . -B build -DEXPAT_SHARED_LIBS=OFF -DEXPAT_BUILD_DOCS=OFF
	cmake --build build -j2
}

check() {
	cd expat
	x86_64-hermit-env --binfmt ctest --test-dir build --output-on-failure
}
