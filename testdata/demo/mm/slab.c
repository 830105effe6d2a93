// SPDX-License-Identifier: Apache-2.0 OR MIT
/* An allocator of a few fixed blocks: enough to wait for one to come free. */
#include <linux/slab.h>
#include <linux/spinlock.h>

#define NR_BLOCKS	16
#define BLOCK_SIZE	256

static char pool[NR_BLOCKS][BLOCK_SIZE];
static bool used[NR_BLOCKS];
static spinlock_t pool_lock;

static void *pool_take(void)
{
	void *block = NULL;
	int i;

	spin_lock(&pool_lock);
	for (i = 0; i < NR_BLOCKS; i++) {
		if (!used[i]) {
			used[i] = true;
			block = pool[i];
			break;
		}
	}
	spin_unlock(&pool_lock);
	return block;
}

static void *pool_wait(void)
{
	void *block;

	while (!(block = pool_take()))
		schedule();
	return block;
}

void *kmalloc(size_t size, gfp_t flags)
{
	if (size > BLOCK_SIZE)
		return NULL;

	might_sleep_if(gfpflags_allow_blocking(flags));

	if (gfpflags_allow_blocking(flags))
		return pool_wait();
	return pool_take();
}

void kfree(const void *p)
{
	const char *block = p;

	if (!p)
		return;

	spin_lock(&pool_lock);
	used[(block - pool[0]) / BLOCK_SIZE] = false;
	spin_unlock(&pool_lock);
}
