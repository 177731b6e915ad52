# mbw, which measures how fast memory is copied.
# package: mbw

build() {
	$CC -O2 -o mbw mbw.c
}

check() {
	$RUN ./mbw -n 2 16 | tee $OUT/said
	grep -c MEMCPY $OUT/said
}
