/*
 * For the skeleton of exercise 3, part A: says what is still to be written, and ends the program.
 */
#pragma once

#include <stdnoreturn.h>

noreturn void not_implemented(const char *title);
