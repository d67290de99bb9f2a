#!/bin/sh
# Chromium without a window, with a profile of its own that goes away afterwards: chromium.sh CHROMIUM ARGUMENT...
# Decks are files, and may read files beside them. Root, as in a container, has no sandbox to use.
# SPDX-License-Identifier: BSD-2-Clause
set -eu
chromium=$1
shift
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
trap 'exit 1' HUP INT TERM
[ "$(id -u)" != 0 ] || set -- --no-sandbox "$@"
HOME=$profile "$chromium" --headless --user-data-dir="$profile" --disable-gpu --disable-dev-shm-usage --no-first-run \
    --disable-extensions --disable-background-networking --disable-component-update --allow-file-access-from-files \
    --hide-scrollbars --force-color-profile=srgb "$@"
