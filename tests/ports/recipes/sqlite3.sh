# SQLite's shell: a database on a folder of the host, read back with the host's sqlite3.
# package: sqlite3
# limit: 900

build() {
	./configure --host=x86_64-hermit-elf --disable-shared --disable-tcl --disable-readline --disable-load-extension \
		CFLAGS=-O1
	make sqlite3
}

check() {
	data=$OUT/data
	rm -rf $data
	mkdir $data
	cat >$data/fill.sql <<-'END'
		create table part(id integer primary key, name text, weight real, payload blob);
		begin;
		with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000)
			insert into part select i, printf('part %05d', i), i / 8.0, randomblob(i % 100) from n;
		commit;
		create index by_name on part(name);
		update part set weight = weight * 2 where id % 2 = 0;
		delete from part where id % 5 = 0;
		vacuum;
	END
	$RUN --mount $data:/data ./sqlite3 /data/parts.db <$data/fill.sql
	query="select count(*), sum(weight), max(name), total(length(payload)) from part; pragma integrity_check;"
	$RUN --mount $data:/data ./sqlite3 /data/parts.db "$query" | tee $OUT/guest
	sqlite3 $data/parts.db "$query" | tee $OUT/host
	cmp $OUT/guest $OUT/host
	grep '^16000|' $OUT/guest
	# What the host changes, the guest sees; a write-ahead log needs shared memory, or one process.
	sqlite3 $data/parts.db "update part set name = 'changed' where id = 1"
	test "$($RUN --mount $data:/data:ro ./sqlite3 -readonly /data/parts.db 'select name from part where id = 1')" = changed
	$RUN --mount $data:/data ./sqlite3 /data/parts.db 'pragma locking_mode=exclusive; pragma journal_mode=wal; delete from part where id = 2'
	test "$(sqlite3 $data/parts.db 'select count(*) from part')" = 15999
}
