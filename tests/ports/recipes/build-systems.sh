# A small project of ours by CMake, Meson and autoconf, with an SDK that has been moved.
# folder: tests/build-systems
# quick: yes

build() {
	sdk=$(dirname "$(dirname "$CC")")
	# Links to the files: the drivers find their place all the same.
	rm -rf "$OUT/moved sdk" && cp -al "$sdk" "$OUT/moved sdk"
	eval "$("$OUT/moved sdk/bin/x86_64-hermit-env")"

	cmake -S . -B by-cmake -DCMAKE_INSTALL_PREFIX=$OUT/installed
	cmake --build by-cmake -j2
	cmake --install by-cmake

	meson setup --cross-file x86_64-hermit by-meson
	ninja -C by-meson

	# autoconf cannot read a CONFIG_SITE with a blank in its name.
	mv "$OUT/moved sdk" $OUT/moved-sdk
	eval "$($OUT/moved-sdk/bin/x86_64-hermit-env)"
	autoreconf -i
	mkdir -p by-autoconf
	(cd by-autoconf && ../configure --host=x86_64-hermit && make)
	mv $OUT/moved-sdk "$OUT/moved sdk"
	# What works without any setting but the name.
	mkdir -p by-autoconf-alone
	(cd by-autoconf-alone && env -u CONFIG_SITE -u CC ../configure --host=x86_64-hermit-elf ac_cv_func_fork_works=no \
		ac_cv_func_malloc_0_nonnull=yes ac_cv_func_realloc_0_nonnull=yes && grep "^CC='x86_64-hermit-elf-gcc'" config.log)
}

check() {
	eval "$("$OUT/moved sdk/bin/x86_64-hermit-env")"
	ctest --test-dir by-cmake --output-on-failure
	test "$(x86_64-hermit-exec "$OUT/installed/bin/sample" data/numbers)" = 'sum 15, greeting none, 0 more:'
	meson test -C by-meson --print-errorlogs
	make -C by-autoconf check VERBOSE=1
	# One by one, and the counts: nothing was skipped.
	grep '^# PASS:  2$' by-autoconf/test-suite.log
	grep '^# XFAIL: 1$' by-autoconf/test-suite.log
}
