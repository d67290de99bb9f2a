# Reads the time-stamp counter at the kernel's first instruction and at root's, in instructions. $kernel and $root: their addresses.
# There is no register for the counter, so rdtsc is put where the processor stands, executed, and taken away again.
set pagination off
set confirm off

define read_tsc
  set $at = $pc
  set $a = $rax
  set $d = $rdx
  set $old = *(unsigned short *)$at
  set *(unsigned short *)$at = 0x310f
  stepi
  set $tsc = ($rax & 0xffffffff) + (($rdx & 0xffffffff) << 32)
  set *(unsigned short *)$at = $old
  set $rax = $a
  set $rdx = $d
  set $pc = $at
end

hbreak *$kernel
continue
read_tsc
set $begin = $tsc
delete
hbreak *$root
continue
read_tsc
printf "bench entry_to_root %lu\n", $tsc - $begin - 1
kill
