# FastTree, phylogenetic trees with SSE and OpenMP: the tree that it makes on this machine, bit for bit.
# package: fasttree

build() {
	for compiler in gcc $CC; do
		$compiler -w -O2 -fopenmp -DOPENMP fasttree.c -o fasttree-$(basename $compiler) -lm
	done
}

check() {
	# Each sequence is a mutated copy of an earlier one; the generator is a fixed one.
	awk 'function random() { seed = seed * 16807 % 2147483647; return seed / 2147483647 }
		function letter() { return substr("ACGT", 1 + int(random() * 4), 1) }
		BEGIN {
			seed = 42
			for (i = 1; i <= 250; i++) s[1, i] = letter()
			for (k = 1; k <= 30; k++) {
				parent = 1 + int(random() * (k - 1))
				line = ""
				for (i = 1; i <= 250; i++) {
					s[k, i] = random() < 0.08 ? letter() : s[parent, i]
					line = line s[k, i]
				}
				print ">s" k "\n" line
			}
		}' >$OUT/sequences
	OMP_NUM_THREADS=2 ./fasttree-gcc -nt -gtr <$OUT/sequences >$OUT/here
	test $(tr -cd s <$OUT/here | wc -c) = 30
	for cpus in 1 2 4; do
		$RUN --cpus $cpus fasttree-x86_64-hermit-gcc -nt -gtr <$OUT/sequences | cmp - $OUT/here
	done
}
