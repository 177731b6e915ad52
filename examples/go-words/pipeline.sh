#!/bin/sh
# The same by the tools of the shell.
set -eu
export LC_ALL=C
tr -cs A-Za-z '\n' | tr A-Z a-z | grep . | sort | uniq -c | sort -k1,1nr -k2,2 | awk '{ print $1, $2 }'
