# A parser and renderer of Markdown in Go, and its own tests.
# package: golang-github-gomarkdown-markdown

build() {
	hermit-go build ./...
}

check() {
	hermit-go test -count=1 ./...
}
