# Dhrystone 2.1, as the SDCC compiler carries it: it checks the final value of each variable.
# package: sdcc
# parts: */support/tests/dhrystone
# quick: yes

build() {
	# The program divides by the whole seconds it took, which are none here: it gets a clock of its own,
	# as on the small machines it is kept for, that counts in microseconds what it takes for 1/100 s.
	cat >clock.c <<-'END'
		#include <time.h>
		unsigned _clock(void) {
			struct timespec now;
			clock_gettime(CLOCK_MONOTONIC, &now);
			return now.tv_sec * 1000000 + now.tv_nsec / 1000;
		}
	END
	$CC -O2 -w -D__z80 -o dhrystone support/tests/dhrystone/dhry.c clock.c
}

check() {
	# Its main ends without a return value.
	$RUN ./dhrystone >$OUT/said || :
	tr -d '\r' <$OUT/said | awk '
		/should be:/ {
			sub(/.*should be: */, "")
			if ($0 == "Number_Of_Runs + 10") $0 = 32776
			if (!/implementation/) { count++; if ($0 != value) { print name, value, "is not", $0; bad = 1 } }
			next
		}
		{ name = $1; value = $0; sub(/^[^:]*: */, "", value) }
		END { if (bad || count < 15) { print count, "values"; exit 1 } }'
	grep 'Number of runs' $OUT/said
}
