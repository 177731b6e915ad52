# go-cmp, which compares Go values, and its own tests. One of them asks how methods are called that gccgo
# gives other names, on all systems.
# package: golang-github-google-go-cmp
# limit: 600

build() {
	hermit-go build ./...
}

check() {
	hermit-go test -count=1 ./cmp ./cmp/cmpopts ./cmp/internal/diff ./cmp/internal/value
}
