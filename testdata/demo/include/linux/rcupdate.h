/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#ifndef _LINUX_RCUPDATE_H
#define _LINUX_RCUPDATE_H

void rcu_read_lock(void);
void rcu_read_unlock(void);

#define rcu_dereference(p) (*(volatile __typeof__(p) *)&(p))

#endif
