# The Go module toml and its own tests.
# package: golang-toml

build() {
	hermit-go build ./...
}

check() {
	hermit-go test -count=1 ./...
}
