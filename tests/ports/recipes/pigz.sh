# pigz, gzip with POSIX threads.
# package: pigz
# suite: trixie
# needs: zlib

build() {
	make -j2 CC="$CC" CFLAGS="-O2 -I$PORTS/zlib/src" LDFLAGS="-L$PORTS/zlib/src" pigz
}

check() {
	seq 500000 >$OUT/numbers
	$RUN --cpus 4 ./pigz -p 4 -c <$OUT/numbers | gzip -dc | cmp - $OUT/numbers
	head -c 100000 $OUT/numbers | $RUN --cpus 4 ./pigz -11 -p 3 -c | gzip -t
	gzip -9c $OUT/numbers | $RUN --cpus 2 ./pigz -dc | cmp - $OUT/numbers
}
