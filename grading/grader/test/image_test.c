/* Symbols and bytes of ELF files; the file at hand is this test itself. */
#include "unit.h"

#include "grader/exceptions.h"
#include "grader/image.h"

#include <unistd.h>

int image_test_landmark(int x);
int image_test_landmark(int x)
{
    return x * 3;
}

static struct image *open_self(void)
{
    struct image *image;
    struct status status = image_open(&image, "/proc/self/exe");
    /* read_capped follows no links: the real name is wanted. */
    if (status.code != STATUS_OK) {
        char path[512] = "";
        assert_true(readlink("/proc/self/exe", path, sizeof path - 1) > 0);
        assert_int_equal(image_open(&image, path).code, STATUS_OK);
    }
    return image;
}

static void symbols_are_found_both_ways(void **state)
{
    struct image *image = open_self();
    uint64_t address;
    char text[128];
    (void)state;
    assert_true(image_symbol(image, "image_test_landmark", &address));
    assert_false(image_symbol(image, "symbols_are_found_both_ways", &address)); /* static */
    assert_true(image_symbol(image, "image_test_landmark", &address));
    assert_true(image_function(image, address, text, sizeof text));
    assert_string_equal(text, "image_test_landmark");
    assert_true(image_function(image, address + 2, text, sizeof text));
    assert_string_equal(text, "image_test_landmark+0x2");
    assert_false(image_function(image, 0, text, sizeof text));
    assert_false(image_function(image, UINT64_MAX, text, sizeof text));
    image_close(image);
}

static void contents_are_read_within_bounds(void **state)
{
    struct image *image = open_self();
    uint64_t start;
    const uint8_t *bytes;
    size_t length;
    uint8_t copy[16];
    (void)state;
    assert_true(image_text(image, &start, &bytes, &length));
    assert_true(image_read(image, start, copy, sizeof copy));
    assert_memory_equal(copy, bytes, sizeof copy);
    assert_false(image_read(image, start + length - 8, copy, sizeof copy));
    assert_false(image_read(image, UINT64_MAX - 4, copy, sizeof copy));
    image_close(image);
}

static void other_files_are_refused(void **state)
{
    struct image *image;
    (void)state;
    assert_int_not_equal(image_open(&image, "/nonexistent").code, STATUS_OK);
    assert_int_not_equal(image_open(&image, __FILE__).code, STATUS_OK);
    assert_int_not_equal(image_open(&image, "/").code, STATUS_OK);
    assert_null(image);
}

static void error_codes_are_told(void **state)
{
    char text[200];
    (void)state;
    assert_string_equal(exception_error(14, 2, 0x10, text, sizeof text),
                        "a write to 0x10, which is not mapped, from ring 0");
    assert_string_equal(exception_error(14, 0x15, 0x400000, text, sizeof text),
                        "fetching an instruction from 0x400000, which is mapped, but not with that right, from ring 3");
    assert_string_equal(exception_error(13, 0x2b, 0, text, sizeof text), "the gate of vector 5 in the IDT");
    assert_string_equal(exception_error(13, 0x28, 0, text, sizeof text), "selector 0x28 of the GDT");
    assert_string_equal(exception_error(6, 0, 0, text, sizeof text), "");
    assert_string_equal(exception_name(8), "#DF double fault");
    assert_string_equal(exception_name(240), "interrupt");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(symbols_are_found_both_ways),
        cmocka_unit_test(contents_are_read_within_bounds),
        cmocka_unit_test(other_files_are_refused),
        cmocka_unit_test(error_codes_are_told),
    };
    return cmocka_run_group_tests_name("grader/image", tests, NULL, NULL);
}
