# Tcl with its threads: its own tests in one interpreter, some 30,000, without those that start processes.
# package: tcl8.6
# limit: 1800

build() {
	cd unix
	./configure --host=x86_64-hermit-elf --disable-shared
	make -j2 libtclstub8.6.a
	# Packages that tests load at run time, which a static image cannot.
	touch dltest.marker
	make -j2 tcltest
}

# Whole files and single tests whose subject is another process; the last four wait for a refused connection, which
# connect() tells at once here.
files='exec.test http*.test ioCmd.test ioTrans.test iogt.test main.test pid.test stack.test tcltest.test'
tests='basic-46.* chan-io-14.3 chan-io-14.4 chan-io-28.[67] chan-io-29.33 chan-io-60.1 compile-13.1 encoding-24.[12]
	env-2.* env-3.1 env-4.* env-7.2 event-13.8 event-14.8 event-7.5 exit-1.* io-14.[34] io-29.33* io-29.36.1 io-60.1
	regexp*-14.3 subst-5.* socket-14.7.* socket-14.8.* socket-14.9.* socket-14.10.* socket-14.11.*
	socket-14.15 socket-14.16 socket-14.17
	socket-14.2 socket-14.12 socket-14.14 socket-14.18'

check() {
	top=$PWD
	cd tests
	$RUN --cpus 2 --memory 1G --mount "$top:$top" --cwd --env HOME="$PWD" --env PATH=/bin \
		--env TCL_LIBRARY="$top/library" ../unix/tcltest all.tcl -singleproc 1 -notfile "$files" \
		-skip "$(echo $tests)" >$OUT/said
	grep '^all.tcl:.*Failed.0$' $OUT/said
	test $(sed -n 's/^all.tcl:.*Passed.\([0-9]*\).*/\1/p' $OUT/said) -gt 29000
}
