# Lua's interpreter.
# package: lua5.4
# quick: yes

build() {
	make -j2 -C src CC="$CC -std=gnu99" AR="$AR rcu" RANLIB="$RANLIB" SYSCFLAGS=-DLUA_USE_POSIX lua luac
}

check() {
	mkdir -p $OUT/scripts
	cat >$OUT/scripts/script.lua <<-'END'
		local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
		print(_VERSION, fib(22), 2^53, 7 // 2, 1e300 * 1e10, string.format("%q %5.2f %x", "a\nb", math.pi, 255))
		local words = {}
		for word in ("the quick brown fox"):gmatch("%a+") do words[#words + 1] = word:upper() end
		table.sort(words); print(table.concat(words, ","))
		print(select("#", table.unpack(arg)), arg[1], os.getenv("GREETING"), os.time{year=2020, month=1, day=2, hour=12})
		local name = os.tmpname()
		local file = assert(io.open(name, "w")); file:write("line 1\nline 2\n", 42, "\n"); file:close()
		for line in io.lines(name) do io.write("<", line, ">") end
		print(os.remove(name), io.open(name))
		print(pcall(error, {code = 2}), pcall(function() local x = nil; return x.y end))
		local co = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i * i) end end)
		print(co(), co(), co(), utf8.len("grüße"), io.read("n", "l", "a"))
		print(os.date("!%Y-%m-%dT%H:%M:%S", 86399), collectgarbage("count") > 0)
		local log = assert(io.open("/scripts/log", "w")); log:write(_VERSION, "\n"); log:close()
		os.exit(tonumber(arg[1]))
	END
	status=0
	printf '12 rest\nmore\n' | $RUN --env GREETING=hello --env TZ=UTC --mount $OUT/scripts:/scripts \
		src/lua /scripts/script.lua 7 >$OUT/said || status=$?
	test $status = 7
	test "$(cat $OUT/scripts/log)" = 'Lua 5.4'
	sed 's|/tmp/[^:]*|NAME|' $OUT/said | tr '\t' '|' >$OUT/normal
	cat >$OUT/expected <<-'END'
		Lua 5.4|17711|9.007199254741e+15|3|inf|"a\
		b"  3.14 ff
		BROWN,FOX,QUICK,THE
		1|7|hello|1577966400
		<line 1><line 2><42>true|nil|NAME: No such file or directory|2
		false|false|/scripts/script.lua:11: attempt to index a nil value (local 'x')
		1|4|9|5|12| rest|more

		1970-01-01T23:59:59|true
	END
	diff $OUT/expected $OUT/normal
}
