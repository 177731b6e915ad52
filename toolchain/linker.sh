#!/bin/sh
# cargo needs a C compiler to link the tool that installs everything else.
set -eu
command -v cc >/dev/null && exit 0
install='apt-get install -y --no-install-recommends gcc libc6-dev'
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null || { echo "No C compiler here. Type as root: $install" >&2; exit 1; }
	sudo='sudo'
fi
echo 'No C compiler here: installing gcc and libc6-dev, with which cargo links.' >&2
${sudo:-} apt-get -qq update >&2
${sudo:-} env DEBIAN_FRONTEND=noninteractive $install >&2
