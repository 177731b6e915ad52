# mmark, Markdown to the XML of Internet standards and HTML: a Go program with three modules of others, vendored
# as its go.mod asks. Its own tests, and its output beside that of the same program built for this machine.
# package: mmark
# needs: go-toml go-markdown go-cmp
# limit: 600

vendored() {
	mkdir -p vendor/$(dirname $1)
	cp -r $PORTS/$3/src vendor/$1
	printf '# %s %s\n## explicit\n' $1 $2
	shift 3
	printf '%s\n' "$@"
}

build() {
	toml=github.com/BurntSushi/toml markdown=github.com/gomarkdown/markdown cmp=github.com/google/go-cmp
	version() { sed -n "s,.*$1 \(v[^ ]*\).*,\1,p" go.mod; }
	{
		vendored $toml $(version $toml) go-toml $toml $toml/internal
		vendored $markdown $(version $markdown) go-markdown \
			$markdown $markdown/ast $markdown/html $markdown/internal/valid $markdown/parser
		vendored $cmp $(version $cmp) go-cmp $cmp/cmp $cmp/cmp/internal/diff \
			$cmp/cmp/internal/flags $cmp/cmp/internal/function $cmp/cmp/internal/value
	} >modules.txt
	mv modules.txt vendor
	hermit-go build -mod=vendor -o mmark .
	go-$(cat $(dirname $RUN)/../x86_64-hermit/lib/gcc-version) build -mod=vendor -o mmark.host .
}

check() {
	# The others fail everywhere: they want files that Debian leaves out, and what an older parser wrote.
	hermit-go test -mod=vendor -count=1 -run 'Test(MmarkMan|Attributes|Anchor|Reference|Bibliography)' ./...
	for how in -fragment -html -man; do
		./mmark.host $how *.md rfc/*.md testdata/*.md >$OUT/host
		$RUN --cwd --cpus 2 ./mmark $how *.md rfc/*.md testdata/*.md >$OUT/hermit
		cmp $OUT/host $OUT/hermit
	done
	test $(wc -l <$OUT/hermit) -gt 1000
}
