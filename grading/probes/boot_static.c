/* Stage 2 as a file: the Multiboot header, the program headers, and where the linker script has put everything. Nothing is booted.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/script.h"
#include "machine/workdir.h"
#include "probes/boot_image.h"
#include "probes/probes.h"
#include "x86/paging.h"

#define HEADER_MAGIC 0x1badb002u
#define HEADER_RANGE 8192u /* Multiboot 0.6.96 §3.1 */
#define HEADER_SIZE  12u
#define MEMORY_MAP   2u /* flag: the loader must tell about memory */
#define KNOWN_FLAGS  3u /* of those a loader must understand or refuse; this and modules on page boundaries */
#define ADDRESSES    (1u << 16)
#define KERNEL_START (KERNEL_BASE + 0x100000)

/* ---- 2.1: the header ---- */

static uint32_t word_at(const char *bytes, size_t offset)
{
    uint32_t word;
    memcpy(&word, bytes + offset, sizeof word);
    return word;
}

/* The first magic number, at any byte; SIZE_MAX when there is none. */
static size_t find_magic(const char *bytes, size_t length, size_t step)
{
    for (size_t i = 0; i + HEADER_SIZE <= length; i += step)
        if (word_at(bytes, i) == HEADER_MAGIC)
            return i;
    return SIZE_MAX;
}

static void check_flags(struct session *session, uint32_t flags)
{
    const char *expected =
        "the flags ask for the memory map (bit 1), may ask for modules on page boundaries (bit 0), and for nothing else";

    if (!(flags & MEMORY_MAP))
        session_fail(session, 0, "header", expected, "bit 1 is not set: the flags are 0x%x", flags);
    if (flags & 0xffff & ~KNOWN_FLAGS)
        session_fail(session, 0, "header", expected, "the flags are 0x%x: a loader refuses what it does not know", flags);
    if (flags & ADDRESSES)
        session_fail(session, 0, "header", expected, "bit 16 is set, so five more words would have to follow; the flags are 0x%x",
                     flags);
}

static void check_header(struct session *session, const char *bytes, size_t length)
{
    const char *expected = "a Multiboot header in the first 8 KiB of the file, at a multiple of 4";
    size_t at = find_magic(bytes, length < HEADER_RANGE ? length : HEADER_RANGE, 4);

    if (at == SIZE_MAX) {
        size_t anywhere = find_magic(bytes, length, 1);
        if (anywhere == SIZE_MAX)
            session_fail(session, 0, "header", expected, "the magic number 0x1badb002 is nowhere in the kernel's file");
        else
            session_fail(session, 0, "header", expected, "the magic number is at byte 0x%zx of the file%s", anywhere,
                         anywhere % 4 ? ", which is no multiple of 4" : "");
        return;
    }
    uint32_t flags = word_at(bytes, at + 4), sum = word_at(bytes, at + 8);
    if (HEADER_MAGIC + flags + sum)
        session_fail(session, 0, "header", "magic, flags and checksum add up to 0", "0x%x + 0x%x + 0x%x is 0x%x", HEADER_MAGIC,
                     flags, sum, HEADER_MAGIC + flags + sum);
    check_flags(session, flags);
}

void probe_boot_header(struct session *session)
{
    char *bytes;
    size_t length;

    if (boot_unwritten(session))
        return;
    const char *file[] = { session->input->kernel_elf, session->input->kernel_boot }; /* GRUB's, and QEMU's */
    for (unsigned i = 0; i < 2 && !session_decided(session); i++) {
        if (read_capped(file[i], 64u << 20, &bytes, &length).code != STATUS_OK) {
            verdict_trouble(session->verdict, "%s cannot be read", file[i]);
            return;
        }
        check_header(session, bytes, length);
        free(bytes);
    }
}

/* ---- 2.1: entry and program headers ---- */

static const char *rights_text(uint32_t flags)
{
    static const char *const text[] = { "---", "--x", "-w-", "-wx", "r--", "r-x", "rw-", "rwx" };
    return text[flags & 7];
}

static bool has_flags(const struct boot_image *image, uint32_t flags)
{
    for (unsigned i = 0; i < image->segment_count; i++)
        if (image->segment[i].p_flags == flags)
            return true;
    return false;
}

static void check_entry(struct session *session, const struct boot_image *image)
{
    uint64_t wanted = session_kernel(session, "boot_entry");
    const Elf64_Phdr *p = image->segment;

    if (image->entry != wanted)
        session_fail(session, 0, "layout", "the file's entry is boot_entry", "it is 0x%" PRIx64 ", and boot_entry is 0x%" PRIx64,
                     image->entry, wanted);
    for (unsigned i = 0; i < image->segment_count; i++, p++)
        if (image->entry >= p->p_vaddr && image->entry - p->p_vaddr < p->p_filesz && !(p->p_flags & PF_X))
            session_fail(session, 0, "layout", "execution begins in a segment that may be executed",
                         "the entry's segment has the flags %s", rights_text(p->p_flags));
}

void probe_boot_segments(struct session *session)
{
    struct boot_image image;

    if (boot_unwritten(session) || !boot_image_open(session, &image))
        return;
    const uint32_t wanted[] = { PF_R | PF_X, PF_R, PF_R | PF_W };
    for (unsigned i = 0; i < image.segment_count; i++)
        if ((image.segment[i].p_flags & (PF_W | PF_X)) == (PF_W | PF_X))
            session_fail(session, 0, "layout", "no segment is writable and executable", "segment %u has the flags %s", i,
                         rights_text(image.segment[i].p_flags));
    for (unsigned i = 0; i < 3; i++)
        if (!has_flags(&image, wanted[i]))
            session_fail(session, 0, "layout", "three segments: text r-x, read-only data r--, data rw-",
                         "none of the %u has the flags %s", image.segment_count, rights_text(wanted[i]));
    check_entry(session, &image);
    boot_image_close(&image);
}

/* ---- 2.2: addresses ---- */

static void check_symbols(struct session *session, const struct boot_image *image)
{
    const struct {
        const char *name;
        uint64_t value;
    } symbol[] = { { "kernel_start", image->start },
                   { "kernel_text_end", image->text_end },
                   { "kernel_rodata_end", image->rodata_end },
                   { "kernel_end", image->end } };

    if (image->start != KERNEL_START)
        session_fail(session, 0, "layout", "the image begins 1 MiB behind KERNEL_BASE", "kernel_start is 0x%" PRIx64,
                     image->start);
    for (unsigned i = 0; i < 4; i++) {
        if (symbol[i].value % PAGE_SIZE)
            session_fail(session, 0, "layout", "rights are per page, so what has different rights is cut at page boundaries",
                         "%s is 0x%" PRIx64, symbol[i].name, symbol[i].value);
        if (i && symbol[i].value <= symbol[i - 1].value)
            session_fail(session, 0, "layout", "text, read-only data and data follow each other, and each is there",
                         "%s is 0x%" PRIx64 ", and %s 0x%" PRIx64, symbol[i - 1].name, symbol[i - 1].value, symbol[i].name,
                         symbol[i].value);
    }
}

static void check_segment(struct session *session, const struct boot_image *image, const Elf64_Phdr *p)
{
    uint64_t last = p->p_vaddr + p->p_memsz - 1;
    uint32_t wanted = p->p_vaddr < image->text_end ? PF_R | PF_X : p->p_vaddr < image->rodata_end ? PF_R : PF_R | PF_W;
    uint64_t end = p->p_vaddr < image->text_end     ? image->text_end
                   : p->p_vaddr < image->rodata_end ? image->rodata_end
                                                    : image->end;

    if (p->p_paddr != p->p_vaddr - KERNEL_BASE)
        session_fail(session, 0, "layout", "each segment's physical address is its own less KERNEL_BASE",
                     "the one at 0x%" PRIx64 " is to be loaded to 0x%" PRIx64, p->p_vaddr, p->p_paddr);
    if (p->p_vaddr < image->start || last < p->p_vaddr || last >= image->end)
        session_fail(session, 0, "layout", "everything that is loaded lies between kernel_start and kernel_end",
                     "the segment at 0x%" PRIx64 " has 0x%" PRIx64 " bytes in memory, and kernel_end is 0x%" PRIx64, p->p_vaddr,
                     p->p_memsz, image->end);
    else if (last >= end)
        session_fail(session, 0, "layout", "no segment reaches into what has other rights",
                     "the one at 0x%" PRIx64 " goes to 0x%" PRIx64 ", beyond 0x%" PRIx64, p->p_vaddr, last, end);
    if (p->p_flags != wanted)
        session_fail(session, 0, "layout", "each segment has the rights that its contents need",
                     "the one at 0x%" PRIx64 " has %s instead of %s", p->p_vaddr, rights_text(p->p_flags), rights_text(wanted));
}

static void check_shared(struct session *session, const Elf64_Phdr *a, const Elf64_Phdr *b)
{
    uint64_t a_last = (a->p_vaddr + a->p_memsz - 1) / PAGE_SIZE, b_last = (b->p_vaddr + b->p_memsz - 1) / PAGE_SIZE;

    if (a->p_vaddr / PAGE_SIZE <= b_last && b->p_vaddr / PAGE_SIZE <= a_last)
        session_fail(session, 0, "layout", "each segment has pages of its own",
                     "those at 0x%" PRIx64 " and 0x%" PRIx64 " share one", a->p_vaddr, b->p_vaddr);
}

void probe_boot_addresses(struct session *session)
{
    struct boot_image image;
    bool zeroed = false;

    if (boot_unwritten(session) || !boot_image_open(session, &image))
        return;
    check_symbols(session, &image);
    for (unsigned i = 0; i < image.segment_count; i++) {
        const Elf64_Phdr *p = &image.segment[i];
        if (!p->p_memsz)
            continue;
        check_segment(session, &image, p);
        zeroed |= p->p_memsz > p->p_filesz;
        for (unsigned j = 0; j < i; j++)
            if (image.segment[j].p_memsz)
                check_shared(session, &image.segment[j], p);
    }
    if (!zeroed)
        session_fail(session, 0, "layout", "the BSS takes memory and no room in the file", "the file holds every byte of it");
    boot_image_close(&image);
}

/* ---- 2.2: sections ---- */

static struct script *read_script(struct session *session)
{
    char path[300], *text;
    size_t length;
    const char *slash = strrchr(session->input->kernel_elf, '/');
    struct script *script = calloc(1, sizeof *script);
    FILE *nowhere = fopen("/dev/null", "w"); /* the build has complained already */

    snprintf(path, sizeof path, "%.*s/in/submission/kernel.ld", (int)(slash - session->input->kernel_elf),
             session->input->kernel_elf);
    if (!script || !nowhere || read_capped(path, 1u << 20, &text, &length).code != STATUS_OK) {
        verdict_trouble(session->verdict, "%s cannot be read", path);
    } else {
        script_read(script, text, length, nowhere);
        free(text);
    }
    if (nowhere)
        fclose(nowhere);
    return script;
}

static void check_section(struct session *session, const struct boot_image *image, const struct script *script,
                          const struct boot_section *s)
{
    bool text = s->flags & SHF_EXECINSTR, data = s->flags & SHF_WRITE;
    uint64_t from = text ? image->start : data ? image->rodata_end : image->text_end;
    uint64_t to = text ? image->text_end : data ? image->end : image->rodata_end;
    const char *until = text ? "kernel_text_end" : data ? "kernel_end" : "kernel_rodata_end";

    if (!script_has_output(script, s->name))
        session_fail(session, 0, "layout", "every section of the parts goes where the script says",
                     "no pattern takes %s: the linker has placed it by guessing, at 0x%" PRIx64, s->name, s->address);
    if (s->address < from || s->address > to || s->size > to - s->address)
        session_fail(session, 0, "layout", "each section lies where its rights are: text, then read-only data, then data and BSS",
                     "%s lies at 0x%" PRIx64 " to 0x%" PRIx64 "; %s is 0x%" PRIx64, s->name, s->address, s->address + s->size,
                     until, to);
}

static void check_place(struct session *session, const char *symbol, const char *section, uint64_t from, uint64_t to)
{
    uint64_t address = 0;

    if (!image_symbol(session->kernel, symbol, &address))
        session_fail(session, 0, "layout", "the script takes every section of the parts into the image", "%s has got lost",
                     section);
    else if (address < from || address >= to)
        session_fail(session, 0, "layout", "each section lies where its rights are: text, then read-only data, then data and BSS",
                     "the contents of %s lie at 0x%" PRIx64 ", outside 0x%" PRIx64 " to 0x%" PRIx64, section, address, from, to);
}

static void check_places(struct session *session, const struct boot_image *image)
{
    check_place(session, "exam_function", ".text.*", image->start, image->text_end);
    check_place(session, "exam_constant", ".rodata.*", image->text_end, image->rodata_end);
    check_place(session, "symbol_table", ".symbols", image->text_end, image->rodata_end);
    check_place(session, "exam_variable", ".data.*", image->rodata_end, image->end);
    check_place(session, "exam_zeroed", ".bss.*", image->rodata_end, image->end);
    check_place(session, "exam_common", "COMMON", image->rodata_end, image->end);
}

void probe_boot_sections(struct session *session)
{
    struct boot_image image;
    struct script *script = boot_unwritten(session) ? NULL : read_script(session);

    if (script && !session_decided(session) && boot_image_open(session, &image)) {
        for (unsigned i = 0; i < image.section_count; i++)
            if (image.section[i].size)
                check_section(session, &image, script, &image.section[i]);
        check_places(session, &image);
        if (!script_mentions(script, "COMMON"))
            session_fail(session, 0, "layout",
                         "the BSS takes COMMON, too: variables that a compiler leaves to the linker to place",
                         "no pattern of kernel.ld does: the linker has placed them by guessing");
        if (!script_keeps(script, ".multiboot"))
            session_fail(session, 0, "header",
                         "KEEP(…) around .multiboot: nothing refers to it, so a linker that collects garbage "
                         "throws it away",
                         "kernel.ld takes .multiboot without KEEP, or not at all");
        boot_image_close(&image);
    }
    free(script);
}
