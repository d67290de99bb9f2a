#include "probes/boot_image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/task.h"
#include "machine/workdir.h"

#define FILE_MAX  (64u << 20)
#define UNWRITTEN "not_implemented_"

static bool within(const struct boot_image *image, uint64_t offset, uint64_t size)
{
    return offset <= image->length && size <= image->length - offset;
}

static void read_segments(struct boot_image *image, const Elf64_Ehdr *header)
{
    if (header->e_phentsize != sizeof(Elf64_Phdr) ||
        !within(image, header->e_phoff, (uint64_t)header->e_phnum * sizeof(Elf64_Phdr)))
        return;
    for (unsigned i = 0; i < header->e_phnum && image->segment_count < BOOT_SEGMENTS; i++) {
        Elf64_Phdr p;
        memcpy(&p, image->bytes + header->e_phoff + i * sizeof p, sizeof p);
        if (p.p_type == PT_LOAD && within(image, p.p_offset, p.p_filesz))
            image->segment[image->segment_count++] = p;
    }
}

static void add_section(struct boot_image *image, const Elf64_Shdr *section, const Elf64_Shdr *names)
{
    struct boot_section *s = &image->section[image->section_count];
    uint64_t at = names->sh_offset + section->sh_name;

    if (!(section->sh_flags & SHF_ALLOC) || image->section_count == BOOT_SECTIONS)
        return;
    *s = (struct boot_section){ "?", section->sh_addr, section->sh_size, section->sh_flags, section->sh_type == SHT_NOBITS };
    if (within(image, at, sizeof s->name))
        snprintf(s->name, sizeof s->name, "%.39s", image->bytes + at);
    image->section_count++;
}

static void read_sections(struct boot_image *image, const Elf64_Ehdr *header)
{
    Elf64_Shdr names, section;

    if (header->e_shentsize != sizeof section || header->e_shstrndx >= header->e_shnum ||
        !within(image, header->e_shoff, (uint64_t)header->e_shnum * sizeof section))
        return;
    memcpy(&names, image->bytes + header->e_shoff + header->e_shstrndx * sizeof names, sizeof names);
    for (unsigned i = 0; i < header->e_shnum; i++) {
        memcpy(&section, image->bytes + header->e_shoff + i * sizeof section, sizeof section);
        add_section(image, &section, &names);
    }
}

bool boot_image_open(struct session *session, struct boot_image *image)
{
    Elf64_Ehdr header;

    memset(image, 0, sizeof *image);
    struct status status = read_capped(session->input->kernel_elf, FILE_MAX, &image->bytes, &image->length);
    if (status.code != STATUS_OK || image->length < sizeof header) {
        verdict_trouble(session->verdict, "the kernel's file cannot be read");
        return false;
    }
    memcpy(&header, image->bytes, sizeof header);
    image->entry = header.e_entry;
    read_segments(image, &header);
    read_sections(image, &header);
    image->start = session_kernel(session, "kernel_start");
    image->text_end = session_kernel(session, "kernel_text_end");
    image->rodata_end = session_kernel(session, "kernel_rodata_end");
    image->end = session_kernel(session, "kernel_end");
    return !session_decided(session);
}

void boot_image_close(struct boot_image *image)
{
    free(image->bytes);
}

char *boot_image_at(const struct boot_image *image, uint64_t address, size_t length)
{
    for (unsigned i = 0; i < image->segment_count; i++) {
        const Elf64_Phdr *p = &image->segment[i];
        if (address >= p->p_vaddr && address - p->p_vaddr < p->p_filesz && length <= p->p_filesz - (address - p->p_vaddr))
            return image->bytes + p->p_offset + (address - p->p_vaddr);
    }
    return NULL;
}

bool boot_unwritten(struct session *session)
{
    char name[64], title[64];

    if (!image_first_symbol(session->kernel, UNWRITTEN, name, sizeof name))
        return false;
    snprintf(title, sizeof title, "%s", name + strlen(UNWRITTEN));
    title[1] = '.'; /* 2_1_what_the_loader_reads */
    for (char *c = title; *c; c++)
        *c = *c == '_' ? ' ' : *c;
    if (task_order(title, session->input->test->task) > 0)
        return false;
    session->verdict->kind = VERDICT_NOT_WRITTEN;
    snprintf(session->verdict->seen, sizeof session->verdict->seen, "%s", title);
    return true;
}
