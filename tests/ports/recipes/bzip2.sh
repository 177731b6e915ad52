# bzip2: the six comparisons of its makefile's `test`, and the host's bzip2.
# package: bzip2
# quick: yes

build() {
	make -j2 CC="$CC" AR="$AR" RANLIB="$RANLIB" bzip2
}

check() {
	for level in 1 2 3; do
		$RUN ./bzip2 -$level <sample$level.ref | cmp - sample$level.bz2
	done
	$RUN ./bzip2 -d <sample1.bz2 | cmp - sample1.ref
	$RUN ./bzip2 -d <sample2.bz2 | cmp - sample2.ref
	$RUN ./bzip2 -ds <sample3.bz2 | cmp - sample3.ref
	seq 200000 >$OUT/numbers
	$RUN ./bzip2 -9 <$OUT/numbers | bzip2 -d | cmp - $OUT/numbers
	# A damaged file is an error of the program, and of the command.
	head -c 5000 sample1.bz2 >$OUT/short.bz2
	! $RUN ./bzip2 -t <$OUT/short.bz2
}
