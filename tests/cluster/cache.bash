# shellcheck shell=bash
# shellcheck disable=SC2034 # for who sources this
# SPDX-License-Identifier: Apache-2.0
# What is made once and kept for later clusters: where it is, under a name that its inputs give it.

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
cache=${CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-mysql/cluster}

# key FOLDER: changes with each file of the folder.
key() {
	cd "$here/$1" || exit
	find . -type f | LC_ALL=C sort | xargs -d '\n' sha256sum | sha256sum | cut -c 1-12
}

hyperkube=$cache/hyperkube-$(key hyperkube)
images=$cache/images-$(key images)
