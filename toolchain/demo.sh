#!/bin/sh
# `make run`: compiles the OpenMP examples and boots each on 4 virtual processors.
set -eu
text=/usr/share/common-licenses/GPL-3
bin=build/examples
mkdir -p $bin
for name in jacobi wordcount; do
	build/sdk/bin/x86_64-hermit-gcc -O2 -fopenmp "examples/$name/main.c" -o "$bin/$name" -lm
done
run() {
	echo "\$ hermit-run $*" >&2
	build/sdk/bin/hermit-run "$@"
}
run --cpus 4 $bin/jacobi 256 4
run --cpus 4 $bin/wordcount <$text
echo "wc -w on the same text: $(wc -w <$text)"
