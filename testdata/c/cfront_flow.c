// Control flow. Each comment says what running the function does: the calls in
// order, with the arguments that are known, then "=> value" or "!" where it
// never returns. Ways that depend on something unknown are parted by "|".
#include "cfront.h"

// run if_else(1): a() c() => 0
// run if_else(0): b() c() => 0
int if_else(int x)
{
	if (x)
		a();
	else
		b();
	c();
	return 0;
}

// run short_and(1, 1): a()
// run short_and(1, 0): b()
// run short_and(0, 1): b()
void short_and(int x, int y)
{
	if (x && y)
		a();
	else
		b();
}

// run short_or(0, 0): b()
// run short_or(0, 2): a()
void short_or(int x, int y)
{
	if (x || !!y)
		a();
	else
		b();
}

// run guarded_call(0): 
// run guarded_call(1): get() | get() a()
void guarded_call(int x)
{
	if (x && get())
		a();
}

// run ternary(0): take(7) => 7
// run ternary(5): take(3) => 3
int ternary(int x)
{
	int r = x ? 3 : 7;
	take(r);
	return r;
}

// run elvis(0): take(9)
// run elvis(4): take(4)
void elvis(int x)
{
	take(x ?: 9);
}

// run void_ternary(1): a()
// run void_ternary(0): b()
void void_ternary(int x)
{
	x ? a() : b();
}

// run sw(1): a() b() c()
// run sw(2): b() c()
// run sw(5): take(5) c()
// run sw(7): take(5) c()
// run sw(8): take(0) c()
void sw(int x)
{
	switch (x) {
	case 1:
		a();
		fallthrough;
	case 2:
		b();
		break;
	case 5 ... 7:
		take(5);
		break;
	default:
		take(0);
	}
	c();
}

// run sw_nodefault(3): c()
void sw_nodefault(int x)
{
	switch (x) {
	case 1:
		a();
	}
	c();
}

// run sw_loop(1): a() b()
void sw_loop(int x)
{
	for (;;) {
		switch (x) {
		case 1:
			a();
			break;
		default:
			continue;
		}
		break;
	}
	b();
}

// run loops(0): b()
// run loops(1): a() b() | a() a() b() | a() a() a() b() | ...
void loops(int x)
{
	while (x) {
		a();
		x = get_quietly;
	}
	b();
}

// run once(): a()
void once(void)
{
	do {
		a();
	} while (0);
}

// run do_break(1): a() c()
// run do_break(0): a() b() c()
void do_break(int x)
{
	do {
		a();
		if (x)
			break;
		b();
	} while (0);
	c();
}

// run for_parts(): c() take(0) b() | c() b()
void for_parts(void)
{
	for (c(); get_quietly; ) {
		take(0);
		break;
	}
	b();
}

// run macro_for(): take(1) | take(1) a() | take(1) a() a() | ...
void macro_for(void)
{
	int i;

	take(1);
	each(i)
		a();
}

// run forward(1): a() c() => 1
// run forward(0): a() b() c() => 0
int forward(int x)
{
	a();
	if (x)
		goto out;
	b();
out:
	c();
	return x;
}

// run comma(): a() take(2)
void comma(void)
{
	int x = (a(), 2);
	take(x);
}

// run stmt_expr(1): a() take(5)
// run stmt_expr(0): take(6)
void stmt_expr(int x)
{
	take(({ int r = 6; if (x) { a(); r = 5; } r; }));
}

// run expect(1): a()
// run expect(0): b()
void expect(int x)
{
	if (likely(x))
		a();
	if (unlikely(!x))
		b();
}

// run folded(): a() b()
void folded(void)
{
	if (sizeof(long) == 8)
		a();
	if (IS_ENABLED(NOTHING) || 0)
		c();
	if (sizeof(int) < 4 ? 1 : 0)
		c();
	if ((u8)256 == 0 && ENUM_B == 4)
		b();
}

// run maybe_constant(): a() | b()
void maybe_constant(unsigned long n)
{
	if (__builtin_constant_p(n))
		a();
	else
		b();
}

// run chosen(): a()
void chosen(int x)
{
	__builtin_choose_expr(sizeof(x) == 4, a(), b());
}

// run generic(): a()
void generic(struct box *x)
{
	_Generic(*x, struct box: a, int: get)();
}

// run dead(1): a() !
// run dead(0): b()
void dead(int x)
{
	if (x) {
		a();
		__builtin_unreachable();
	}
	b();
}

// run dies(1): a() die() !
// run dies(0): b()
void dies(int x)
{
	if (x) {
		a();
		die();
	}
	b();
}

// run computed(): a() | b()
void computed(int x)
{
	static void *table[] = { &&one, &&two };

	goto *table[x];
one:
	a();
	return;
two:
	b();
}

// run asm_goto(): a() | b()
void asm_goto(int x)
{
	asm goto("test %0" : : "r" (x) : : yes);
	a();
	return;
yes:
	b();
}

// run asm_goto_macro(): a() | b()
void asm_goto_macro(int x)
{
	branch_to(x, yes);
	a();
	return;
yes:
	b();
}

// run asm_out(3): take(3) take(?)
void asm_out(int x)
{
	take(x);
	asm("mov %0" : "=r" (x));
	take(x);
}

// run early(0): => -22
// run early(1): a() => 0
int early(int x)
{
	if (!x)
		return -EINVAL;
	a();
	return 0;
}

// run asserted(1): a() | !
void never_called(void) __attribute__((error("asserted")));
void asserted(unsigned long n)
{
	if (__builtin_constant_p(n))
		never_called();
	a();
}

// run same_type(): a()
void same_type(struct box *x)
{
	if (__builtin_types_compatible_p(__typeof__(*x), struct box))
		a();
	else if (__builtin_types_compatible_p(__typeof__(x), __typeof__(*x)))
		b();
	else
		c();
}
