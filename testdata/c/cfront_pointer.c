// Function pointers; calls of a slot are shown in brackets, stores with "<-".
#include "cfront.h"

struct ops {
	int id;
	int (*run)(struct box *b);
	void (*stop)(void);
	void (*steps[4])(void);
	struct {
		void (*deep)(void);
	};
};

struct work {
	void (*fn)(struct work *w);
};

static int run_one(struct box *b)
{
	return 0;
}
static void stop_one(void)
{
}
static void work_one(struct work *w)
{
}

// init struct ops.run=run_one struct ops.stop=stop_one struct ops.steps=a struct ops.deep=b
const struct ops designated = {
	.run = run_one,
	.stop = stop_one,
	.steps = { [1] = a },
	.deep = &b,
};

// init struct ops.run=run_one struct ops.stop=c
struct ops positional[] = { { 1, run_one, c } };

// init handler=a
void (*handler)(void) = a;

// run by_field(): [struct ops.run](?) => ?
int by_field(const struct ops *o, struct box *b)
{
	return o->run(b);
}

// run by_array(): [struct ops.steps]()
void by_array(struct ops *o, int i)
{
	o->steps[i]();
}

// run by_local(): [struct ops.stop]()  |
void by_local(struct ops *o)
{
	void (*f)(void) = o->stop;
	if (f)
		f();
}

// run by_param(): *fn(?)
void by_param(void (*fn)(int), int x)
{
	fn(x);
}

// run by_global(): [handler]()
void by_global(void)
{
	handler();
}

// run chosen(1): *t1()
void chosen(int x)
{
	(x ? a : b)();
}

// run direct(): stop_one()
void direct(void)
{
	(*stop_one)();
}

// run store_field(): struct work.fn<-work_one &0*.fn=1
void store_field(struct work *w)
{
	w->fn = work_one;
}

// run store_param(): struct work.fn<-fn
void store_param(struct work *w, void (*fn)(struct work *))
{
	w->fn = fn;
}

// run store_local(): struct ops.run<-run_one use(obj)
void store_local(void)
{
	struct ops o = { .run = run_one };
	use(&o);
}

// run store_literal(): struct work.fn<-work_one &0*.fn=1
void store_literal(struct work *w)
{
	*w = (struct work){ .fn = work_one };
}

// run passed(): by_param(&put,3)
static void put(int x)
{
}
void passed(void)
{
	by_param(put, 3);
}

// run by_typed_param(): *fn(2)
void by_typed_param(void fn(int))
{
	fn(2);
}

// run volatile_slot(): [struct ops.stop]()
void volatile_slot(struct ops *o)
{
	READ_ONCE(o->stop)();
}

// run either(): *t1()
void either(struct work *w)
{
	_Generic(w, struct work *: a, void *: b)();
}

struct key {
	void *func;
};
void update_key(struct key *k, void *trampoline, void *fn);
#define DEFINE_HOOK(name, initial) \
	extern struct key __SCK__##name; \
	extern __typeof__(initial) __SCT__##name; \
	struct key __SCK__##name = { .func = initial }
#define hook(name) ({ &__SCT__##name; })
#define hook_by_key(name) ((__typeof__(__SCT__##name) *)(__SCK__##name.func))
#define update_hook(name, f) \
	({ __typeof__(&__SCT__##name) __f = (f); update_key(&__SCK__##name, &__SCT__##name, __f); })

// init static_call one=a
DEFINE_HOOK(one, a);
DEFINE_HOOK(none, NULL);
extern struct key __SCK__far;
int __SCT__far(struct box *b);

// run static_hook(): [static_call one]()
void static_hook(void)
{
	hook(one)();
}

// run static_hook_by_key(): [static_call one]()
void static_hook_by_key(void)
{
	hook_by_key(one)();
}

// run static_hook_elsewhere(): [static_call far](?) => ?
int static_hook_elsewhere(struct box *b)
{
	return hook(far)(b);
}

// run static_hook_changes(): static_call one<-__f update_key(obj,&__SCT__one,1)
void static_hook_changes(void)
{
	update_hook(one, b);
}

// run static_hook_changes_to(): static_call one<-__f update_key(obj,&__SCT__one)
void static_hook_changes_to(void (*f)(void))
{
	update_hook(one, f);
}

// run plain_name(): __SCT__()
void __SCT__(void);
void plain_name(void)
{
	__SCT__();
}

/* Only this file knows the fields of a record of its own. */
struct request {
	int flags;
	int object;
	int touched;
};

static int fetch(struct request *r)
{
	int *where = &r->touched;

	r->object = 1;
	return r->flags + *where;
}

// Nothing writes flags but through a local's name.
// run kept_by_callee(1): fetch(obj) a()
// run kept_by_callee(0): fetch(obj) b()
void kept_by_callee(int flags)
{
	struct request r;

	r.flags = flags;
	fetch(&r);
	if (r.flags)
		a();
	else
		b();
}

// run written_by_callee(?): fetch(obj) a() | fetch(obj) b()
void written_by_callee(int object)
{
	struct request r;

	r.object = object;
	fetch(&r);
	if (r.object)
		a();
	else
		b();
}
