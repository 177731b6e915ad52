# The front door: each target is one line that calls something. `make help` lists them.

SDK := cargo run --quiet --release --package sdk --
PORTS := cargo run --quiet --release --package ports --
PACKAGES := cargo run --quiet --release --package packages --

.PHONY: run test sdk libhermit bench nas soak boots ports posix-tests libgomp-tests gcc-tests go-tests doc deb apt-repo release package-test reproducible deps clean help

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile

# Everything is built for all languages, unless LANGS="c ..." says less; the demonstration is in C.
export LANGS ?= c c++ fortran go
run boots: export LANGS := c

run: deps-run sdk-only ## build everything, then boot the OpenMP examples on 4 processors
	@toolchain/demo.sh

sdk: deps-sdk sdk-only ## build the SDK in build/sdk (LANGS="c c++ fortran go")

libhermit: ## rebuild only the kernel, the libc shim and pthreads of an SDK that is there
	@$(SDK) libhermit

test: deps-test sdk-only ## run every test
	@toolchain/test.sh

bench: deps-bench sdk-only ## measure, beside a Linux guest
	@cargo run --quiet --release --package bench

ROUNDS := 20
nas: deps-run sdk-only ## run the NAS kernels, class S and W, ROUNDS=20 times on 1, 2 and 4 processors
	@cargo run --quiet --release --package bench -- --nas $(ROUNDS)

SECONDS := 600
soak: deps-run sdk-only ## random load on everything, SECONDS=600 of it, SEED=time
	@tests/soak/run.sh $(SECONDS) $(SEED)

boots: deps-run sdk-only ## boot hello 500 times on 4 processors
	@cargo run --quiet --release --package guest-tests -- boots --count 500 --cpus 4

ports: deps-ports sdk-only ## build programs of others unedited and run their own tests
	@$(PORTS)

posix-tests: deps-ports sdk-only ## run the Open POSIX Test Suite
	@$(PORTS) posix

libgomp-tests: deps-ports sdk-only ## run GCC's own tests of OpenMP in C
	@$(PORTS) libgomp

gcc-tests: deps-ports sdk-only ## run GCC's own tests of OpenMP, Fortran and C++, here and on Hermit (hours)
	@$(PORTS) gcc

IMAGES := cargo run --quiet --release --package images --
FLAVOUR :=
.PHONY: docker docker-archive docker-test docker-reproducible
docker: deps-docker sdk-only ## make the container image hermit-sdk with Docker (FLAVOUR=c: C alone)
	@$(IMAGES) docker $(if $(FLAVOUR),--$(FLAVOUR)-only)

docker-archive: deps-docker sdk-only ## the same without Docker, in build/docker
	@$(IMAGES) archive $(if $(FLAVOUR),--$(FLAVOUR)-only)

docker-test: deps-docker sdk-only ## use both images as a user does, in an engine that is started for it
	@$(IMAGES) test

docker-reproducible: deps-docker sdk-only ## make the archive twice, and compare
	@$(IMAGES) reproducible

doc: deps-doc ## make the documentation site in build/doc/html
	@cargo run --quiet --release --package site

go-tests: deps-ports sdk-only ## run a sample of GCC's own tests of Go, on the host too
	@$(PORTS) go --draw 300 --host
	@$(PORTS) go --draw 300

deb: deps-deb ## build the Debian packages in build/deb (SUITES="bookworm trixie", LANGS, CACHE=no)
	@$(PACKAGES) deb

apt-repo: deps-deb ## make a signed repository of the packages in build/apt-repo (KEY=FINGERPRINT)
	@$(PACKAGES) apt-repo

release: deps-deb deps-docker ## build packages, repository, container images and checksums in build/release
	@$(PACKAGES) deb && $(IMAGES) archive && $(IMAGES) archive --c-only && $(PACKAGES) release

package-test: deps-package-test ## install, use, upgrade and remove the packages in clean trees
	@$(PACKAGES) test

reproducible: deps-deb ## build the packages a second time, without the cache, and compare
	@$(PACKAGES) reproducible

deps: deps-sdk ## install the Debian packages that `make sdk` needs

clean: ## remove what was built here; pieces in the user's cache stay
	@rm -rf build && cargo clean --quiet

.PHONY: sdk-only
# One build at a time: two would write the same libraries.
sdk-only:
	@mkdir -p build && flock build/.lock $(SDK) sdk

# A linker must be there before cargo can build the tool that looks after all other packages.
deps-%:
	@toolchain/linker.sh
	@$(SDK) deps $*
