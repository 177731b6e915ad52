#!/bin/sh
# `make test`: style, host tests, documentation, then every guest test.
set -eu
step() {
	echo "==> $*" >&2
	"$@"
}
step cargo fmt --all --check
step cargo clippy --quiet --workspace --all-targets -- -D warnings
step cargo test --quiet --workspace --exclude libhermit --exclude hermit
# Private items are documented too, so links to them lead somewhere.
RUSTDOCFLAGS='-D warnings -A rustdoc::private_intra_doc_links' step cargo doc --quiet --workspace --no-deps --document-private-items
step cargo run --quiet --release --package sdk -- check
step cargo run --quiet --release --package guest-tests
step toolchain/demo.sh
step cargo run --quiet --release --package docs-test
step cargo run --quiet --release --package site
ports() {
	step cargo run --quiet --release --package ports -- "$@"
}
ports --quick
ports libgomp --sample 25
ports libgomp-c++ --draw 5
ports libgomp-fortran --draw 5
ports gfortran --draw 8
ports libstdc++ --draw 5
ports go --draw 20
ports posix --sample 50
