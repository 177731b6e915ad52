# xz: its own check programs, and the tool against the host's xz, with threads.
# package: xz-utils
# limit: 600

build() {
	./configure --host=x86_64-hermit-elf --disable-shared --disable-nls --disable-doc --disable-scripts
	make -j2
	make -j2 -C tests check TESTS=
}

check() {
	# tests/Makefile lists the programs among shell scripts, which start others; some of those have no .sh.
	for program in $(find tests -maxdepth 1 -type f -perm -100 -name 'test_*' ! -name '*.sh'); do
		case $(head -c 4 $program) in
		*ELF) ;;
		*) continue ;;
		esac
		(cd tests && $RUN --cwd ${program#tests/})
	done
	seq 300000 >$OUT/numbers
	$RUN --cpus 2 src/xz/xz -T2 --block-size=500KiB -c <$OUT/numbers | xz -dc | cmp - $OUT/numbers
	xz -9ec $OUT/numbers | $RUN src/xz/xz -dc | cmp - $OUT/numbers
}
