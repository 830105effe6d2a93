// Values of scalars and memory; see cfront_flow.c for how to read the comments.
#include "cfront.h"

// run masks(0x400): a()
// run masks(0x500): a() b()
// run masks(0): c()
void masks(gfp_t flags)
{
	if (flags & 0x400)
		a();
	if ((flags & 0x500) == 0x500)
		b();
	if (!(flags & ~0xff))
		c();
}

// run edit(0x401): take(1025) take(1) take(9)
void edit(gfp_t flags)
{
	take(flags);
	flags &= ~0x400;
	take(flags);
	flags |= 8;
	take(flags);
}

// run compare(-1): a()
// run compare(5): b()
void compare(int x)
{
	if (x < 0)
		a();
	if (3 < x)
		b();
}

// run compare_unsigned(-1): b()
// run compare_unsigned(2): a()
void compare_unsigned(unsigned long x)
{
	if (x <= 2)
		a();
	else
		b();
}

// run to_bool(6): take(1) => 1
bool to_bool(int x)
{
	bool y = x & 6;
	take(y);
	return y;
}

// run narrow(0x100): take(0)
void narrow(unsigned int x)
{
	take((u8)x);
}

// run negated(): get() a() => 0 | get() => 1
int negated(void)
{
	int r = !get();
	if (!r)
		a();
	return r;
}

// run remembered(): test() a() b() | test()
void remembered(void)
{
	bool locked = test();
	if (locked)
		a();
	if (locked)
		b();
}

// run reassigned(): test() a() test() | test() a() test() b() | test() test() | test() test() b()
void reassigned(void)
{
	bool locked = test();
	if (locked)
		a();
	locked = test();
	if (locked)
		b();
}

// run field(): a() b() |
void field(struct box *p)
{
	if (p->busy)
		a();
	if (p->busy)
		b();
}

// run other_object(): a() b() | a() | b() |
void other_object(struct box *p)
{
	if (p->busy)
		a();
	p = p->next;
	if (p->busy)
		b();
}

// run aliased(): a() | a() b() | b() |
void aliased(struct box *p, struct box *q)
{
	if (p->busy)
		a();
	q->busy = get_quietly;
	if (p->busy)
		b();
}

// run written(): take(1) b()
void written(struct box *p)
{
	p->busy = 1;
	take(p->busy);
	if (p->busy)
		b();
}

// run written_and_passed(): use(obj) | use(obj) b()
void written_and_passed(struct box *p)
{
	p->busy = 0;
	use(p);
	if (p->busy)
		b();
}

// run tested_and_passed(): a() use(obj) b() | use(obj)
void tested_and_passed(struct box *p)
{
	if (p->busy)
		a();
	use(p);
	if (p->busy)
		b();
}

// run address_passed(): use(obj) | use(obj) a()
void address_passed(void)
{
	int x = 0;
	use(&x);
	if (x)
		a();
}

// run local_struct(): take(4) take(0) use(obj) take(?)
void local_struct(void)
{
	struct box s = { .count = 4 };
	take(s.count);
	take(s.busy);
	use(&s);
	take(s.count);
}

// run volatile_read(): | a() | b() | a() b()
void volatile_read(struct box *p)
{
	if (READ_ONCE(p->busy))
		a();
	if (READ_ONCE(p->busy))
		b();
}

// run same_condition(): a() b() |
void same_condition(int x, int y)
{
	if (x < y)
		a();
	if (x < y)
		b();
}

// run changed_condition(): a() b() | a() | b() |
void changed_condition(int x, int y)
{
	if (x < y)
		a();
	y++;
	if (x < y)
		b();
}

// run differ(): a() c() | b()
void differ(void *x, void *y)
{
	if (x != y)
		a();
	if (x == y)
		b();
	else
		c();
}

// run waits(): b() | a() b() | a() a() b() | ...
void waits(struct box *p)
{
	while (!p->busy)
		a();
	b();
}

// run waits_middle(): b() | a() b() | a() a() b() | ...
void waits_middle(void)
{
	for (;;) {
		if (some_global)
			break;
		a();
	}
	b();
}

// run counted(3): take(3) take(?)
void counted(int x)
{
	take(x++);
	take(x);
}

// run by_element(): a() b() |
void by_element(struct box *p, int i)
{
	if (p[i].busy)
		a();
	if (p[i].busy)
		b();
}

// run shadow(0): take(1) take(0)
void shadow(int x)
{
	{
		int x = 1;
		take(x);
	}
	take(x);
}

struct outer {
	int kind;
	union {
		int left;
		int right;
	};
};

// run unnamed(): a() b() |
void unnamed(struct outer *o)
{
	if (o->left)
		a();
	if ((*o).left)
		b();
}

// run same_union(): a() b() | a() | b() |
void same_union(struct outer *o)
{
	if (o->left)
		a();
	o->right = get_quietly;
	if (o->left)
		b();
}

// run constant_variable(): b()
static const bool never = 0;
void constant_variable(void)
{
	if (never)
		a();
	else
		b();
}

// run retested(): a() b() | a() | c()
void retested(struct box *p)
{
	if (!p->busy) {
		a();
		if (!p->busy)
			return;
		b();
		return;
	}
	c();
}

// run retested_mask(): a() b() | a() |
void retested_mask(struct box *p)
{
	if ((p->flags & 4) == 0)
		return;
	a();
	if (p->flags & 4)
		b();
}

// run paired(): a() c() b() | c()
void paired(struct box *p)
{
	if (p->busy)
		a();
	c();
	if (p->busy)
		b();
}

// run shadows_global(): a() get() b() | a() get() | get() b() | get()
void shadows_global(void)
{
	if (some_global)
		a();
	{
		int some_global = get();
		if (some_global)
			b();
	}
}

// run kept_address(0): take(1)
void kept_address(int y)
{
	int x = 1, *p;

	p = y ? &x : NULL;
	if (get_quietly)
		take(x);
	else {
		*p = 2;
		take(x);
		use(p);
	}
}
