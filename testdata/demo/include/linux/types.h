/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#ifndef _LINUX_TYPES_H
#define _LINUX_TYPES_H

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long size_t;
typedef unsigned int gfp_t;
typedef _Bool bool;

#define true 1
#define false 0
#define NULL ((void *)0)

typedef struct {
	volatile int counter;
} atomic_t;

#endif
