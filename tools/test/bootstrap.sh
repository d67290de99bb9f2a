# bootstrap on machines made of stubs: what it installs, when it asks apt-get, what it says where it cannot.
. "$srcdir/tools/test/lib.sh"

mkdir -p bin system tree
cp "$srcdir/bootstrap" tree
stub() { cat >"bin/$1"; chmod +x "bin/$1"; }
for tool in sh env cat chmod touch sed awk grep dirname mkdir rm find getconf; do ln -s "$(command -v $tool)" bin/$tool; done

stub apt-get <<'END'
#!/bin/sh
echo "apt-get $*" >>"$STATE/calls"
case " $* " in *" install "*)
    for word; do case $word in -* | install | DPkg*) ;; *) echo "$word" >>"$STATE/installed" ;; esac; done ;;
*" update "*) cp "$STATE/archive" "$STATE/known" ;;
esac
END
ln -s "$(command -v cp)" bin/cp
stub apt-cache <<'END'
#!/bin/sh
if grep -qx "$2" "$STATE/known"; then echo "  Candidate: 1.0"; else echo "  Candidate: (none)"; fi
END
stub dpkg-query <<'END'
#!/bin/sh
while read -r package; do echo "installed $package"; done <"$STATE/installed"
END
ln -s /bin/true bin/gcc
stub uname <<'END'
#!/bin/sh
cat "$STATE/machine"
END
echo x86_64 >system/machine
stub id <<'END'
#!/bin/sh
cat "$STATE/uid"
END
echo 0 >system/uid
stub make <<'END'
#!/bin/sh
echo "make $*" >>"$STATE/calls"
END
stub autoreconf <<'END'
#!/bin/sh
echo "autoreconf" >>"$STATE/calls"
printf '#!/bin/sh\necho configure >>"$STATE/calls"\n(cd .. && echo "srcdir := $(pwd)"; echo "MISSING := $NOT_FOUND") >config.mk\n: >Makefile\n' >configure
chmod +x configure
: >Makefile.in
END
: >tree/configure.ac
: >tree/Makefile.am

# run: bootstrap with nothing in the environment but what the stubs need.
run() { : >system/calls; expect "$1" env -i PATH="$PWD/bin" HOME=/ STATE="$PWD/system" NOT_FOUND="${missed:-}" tree/bootstrap $2; }
called() { grep -qF -- "$1" system/calls || { cat system/calls; fail "was not called: $1"; }; }
called_not() { ! grep -qF -- "$1" system/calls || { cat system/calls; fail "was called: $1"; }; }

# 1. A fresh machine whose package lists were never fetched. gcc and make are there.
sed -n '/^packages()/,/^}/p' "$srcdir/bootstrap" | awk '$1 ~ /^(base|full|optional|lectures)$/ { print $3 }' >system/archive
: >system/known
: >system/installed
run 0 "--yes run EX=1"
says "needs these packages, which are not installed: libc6-dev nasm autoconf automake pkg-config qemu-system-x86 seabios"
called "update"
called "install -y --no-install-recommends libc6-dev nasm autoconf automake pkg-config qemu-system-x86 seabios"
called autoreconf
called configure
called "make --no-print-directory -j"
called " -C build run EX=1"

# 2. The same again: nothing to install, to generate or to configure.
for tool in nasm autoconf automake pkg-config qemu-system-x86_64; do ln -s /bin/true bin/$tool; done
run 0 run
called_not apt-get
called_not autoreconf
called_not configure
called "-C build run"

# 3. check wants more; lists that are there are not fetched again. A package the machine does not have is left out.
sed -i /grub-pc-bin/d system/known system/archive
run 0 check
says "grub-pc-bin does not exist for this machine"
called "libjansson-dev"
called "update"      # once, to look for grub-pc-bin
for tool in bwrap gdb grub-mkrescue xorriso mformat bochs; do ln -s /bin/true bin/$tool; done
run 0 check
called_not apt-get

# The lectures' tools, with their browser, only come when somebody asks for them.
called_not pandoc
run 0 "--lectures check"
called " pandoc graphviz mscgen npm chromium fonts-dejavu-core"
called "-C build check"
for tool in pandoc dot mscgen npm chromium; do ln -s /bin/true bin/$tool; done
run 0 lecture-introduction
called_not apt-get

# 4. What configure missed before is there now: it looks again, once.
printf 'srcdir := %s\nMISSING := gdb grub-pc-bin\n' "$PWD/tree" >tree/build/config.mk
run 0 check
called configure
run 0 check
called_not configure

# 5. Nobody who may install.
rm bin/nasm
echo 1000 >system/uid
run 3 run
says "apt-get install --no-install-recommends nasm"
called_not apt-get
stub sudo <<'END'
#!/bin/sh
echo "sudo $*" >>"$STATE/calls"
END
run 0 run
called "sudo -n env DEBIAN_FRONTEND=noninteractive apt-get"

# 6. A machine of another kind needs a cross compiler, unless one is given.
echo aarch64 >system/machine
run 0 run
says "which are not installed: gcc-x86-64-linux-gnu nasm"
run 0 "run KCC=x86_64-elf-gcc"
says "which are not installed: nasm"
called " -C build run KCC=x86_64-elf-gcc"
echo x86_64 >system/machine

# 7. Other systems get a list and nothing is touched.
rm bin/apt-get
run 3 run
says "Please: install (Debian's names): nasm"
ln -s /bin/true bin/dnf
run 3 run
says "dnf install nasm"

# 8. Usage.
run 0 --help
says "exit codes"
run 64 "--no-such-option run"
run 0 ""
says "usage:"
