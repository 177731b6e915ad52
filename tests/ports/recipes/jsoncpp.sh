# JsonCpp by Meson, C++, its tests by `meson test`: one is a program, the others are scripts that start one.
# package: libjsoncpp
# limit: 600

build() {
	x86_64-hermit-env meson setup --cross-file x86_64-hermit build
	ninja -j2 -C build
}

check() {
	x86_64-hermit-env --binfmt meson test -C build --print-errorlogs --timeout-multiplier 10 | tee $OUT/said
	grep '^Ok: *3' $OUT/said
}
