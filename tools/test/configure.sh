# configure must name the package of what it misses: all at once if it stops, at its end if it goes on.
. "$srcdir/tools/test/lib.sh"

mkdir bin
for directory in /usr/local/bin /usr/bin /bin; do
    for tool in "$directory"/*; do
        case ${tool##*/} in nasm | bochs | pandoc | npm | x86_64-linux-gnu-objcopy | objcopy) ;;
        *) [ -e "bin/${tool##*/}" ] || ln -s "$tool" "bin/${tool##*/}" ;;
        esac
    done
done
mkdir a b c
cd a
expect 1 env -i PATH="${PWD%/a}/bin" "$srcdir/configure" -q
says "nasm                     package nasm"
says "objcopy"
says "package binutils-x86-64-linux-gnu"
cd ../b
for tool in nasm x86_64-linux-gnu-objcopy objcopy; do ln -s "$(command -v $tool)" "../bin/$tool" 2>/dev/null || :; done
expect 0 env -i PATH="${PWD%/b}/bin" "$srcdir/configure" -q
says "bochs                    package bochs"
grep -q '^MISSING := .*bochs' config.mk || fail "config.mk does not say that bochs is missing"
# What only lectures need is not worth a word until somebody wants one.
says_not pandoc
expect 2 env -i PATH="${PWD%/b}/bin" make lectures
says "Lectures need these packages, which configure did not find: pandoc"
cd ../c
printf '#!/bin/sh\nexit 1\n' >cc-of-nobody
chmod +x cc-of-nobody
expect 1 "$srcdir/configure" -q KCC="$PWD/cc-of-nobody"
says "is not a compiler for x86-64"
