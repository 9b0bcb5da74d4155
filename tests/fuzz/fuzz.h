/* SPDX-License-Identifier: MIT */
/*
 * What a fuzz target defines, under the name that libFuzzer calls. A target is a file
 * tests/fuzz/fuzz-NAME.c that defines this one function; it returns 0 and must leave
 * nothing behind. Its seeds are the files of tests/fuzz/seeds/NAME, its dictionary (if any)
 * is tests/fuzz/NAME.dict.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);
