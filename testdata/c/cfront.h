/* What the fixtures of the C frontend share. */
#ifndef FIXTURE_CFRONT_H
#define FIXTURE_CFRONT_H

typedef _Bool bool;
typedef unsigned char u8;
typedef unsigned int gfp_t;
typedef unsigned long size_t;

#define NULL ((void *)0)
#define EINVAL 22
#define fallthrough __attribute__((__fallthrough__))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define IS_ENABLED(option) 0
#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define each(i) for (i = 0; get_quietly; i++)
#define branch_to(x, l) do { asm goto("test %0" : : "r" (x) : : l); } while (0)
#define __cleanup(fn) __attribute__((cleanup(fn)))

enum { ENUM_A = 3, ENUM_B };

struct box {
	unsigned int flags;
	int count;
	bool busy;
	struct box *next;
};

extern volatile int get_quietly;
extern int some_global;

void a(void);
void b(void);
void c(void);
int get(void);
bool test(void);
void take(int x);
void take2(int x, int y);
void use(void *p);
__attribute__((noreturn)) void die(void);

#endif
