#!/bin/sh
# `make soak`: tests/soak/run.sh SECONDS [SEED]: the soak on 8 processors, however few the host has.
set -eu
cd "$(dirname "$0")/../.."
out=build/tests/soak
mkdir -p $out/host
build/sdk/bin/x86_64-hermit-gcc -g -O2 -Itests/include -pthread tests/soak/*.c -lrt -lm -o $out/long
exec build/sdk/bin/hermit-run --cpus 8 --timeout $(($1 + 300)) --mount $out/host:/host $out/long "$@"
