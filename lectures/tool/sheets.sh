#!/bin/sh
# Pictures of a built deck's slides, four on a sheet, for the author's eyes: sheets.sh CHROMIUM FOLDER WIDTH HEIGHT OUTPUT
# OUTPUT gets sheet-00.png, sheet-04.png, ...
# SPDX-License-Identifier: BSD-2-Clause
set -eu
here=$(cd "$(dirname "$0")" && pwd)
chromium=$1 folder=$(cd "$2" && pwd) width=$3 height=$4 output=$5
mkdir -p "$output"
slides=$(grep -c '<section ' "$folder/index.html")
first=0
while [ "$first" -lt "$slides" ]; do
    count=$((slides - first < 4 ? slides - first : 4))
    # The window is higher than the page by what Chromium would have drawn above it.
    "$here/chromium.sh" "$chromium" --virtual-time-budget=20000 --window-size=$((2 * width + 8)),$((2 * height + 8 + 150)) \
        --screenshot="$output/sheet-$(printf %02d "$first").png" \
        "file://$here/sheet.html#file://$folder|$first|$count|$width|$height" \
        2>"$output/log" || { cat "$output/log"; exit 1; }
    first=$((first + 4))
done
