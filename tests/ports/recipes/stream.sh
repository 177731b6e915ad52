# McCalpin's STREAM, as numactl carries it (a library, here with the few lines that call it).
# package: numactl
# quick: yes

build() {
	cat >main.c <<-'END'
		#include <stdlib.h>
		#include "stream_lib.h"
		int main(void) {
			double results[STREAM_NRESULTS];
			stream_verbose = 1;
			stream_setmem(24 << 20);
			stream_init(malloc(stream_memsize()));
			stream_test(results);
			stream_check();
			return 0;
		}
	END
	$CC -O2 -o stream main.c stream_lib.c
}

check() {
	$RUN ./stream | tee $OUT/stream
	grep -i triad $OUT/stream
}
