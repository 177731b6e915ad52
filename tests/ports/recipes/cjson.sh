# cJSON: the tests of its own suite. Each of them includes the library's source.
# package: cjson
# quick: yes

build() {
	for test in $(cd tests && ls *.c | sed 's/\.c$//'); do
		case $test in unity_setup | *utils_tests | json_patch_tests) continue ;; esac
		$CC -O1 -w -I. -Itests -Itests/unity/src -o $OUT/$test tests/$test.c tests/unity/src/unity.c -lm
	done
}

check() {
	for test in $OUT/*; do
		case $test in *parse_examples*) continue ;; esac
		$RUN $test
	done
}
