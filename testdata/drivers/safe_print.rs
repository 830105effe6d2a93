// SPDX-License-Identifier: Apache-2.0 OR MIT
// want-none

//! Messages under a spinlock.

use kernel::prelude::*;
use kernel::sync::SpinLock;

module! {
    type: PrintModule,
    name: "safe_print",
    author: "preemptck",
    description: "Prints under a spinlock",
    license: "GPL",
}

struct PrintModule;

impl kernel::Module for PrintModule {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        pr_info!("loaded\n");
        Ok(Self)
    }
}

/// Without arguments.
pub fn plain(lock: &SpinLock<u32>) {
    let _count = lock.lock();
    pr_info!("locked\n");
}

/// With an argument.
pub fn argument(lock: &SpinLock<u32>) {
    let count = lock.lock();
    pr_warn!("count is {}\n", *count);
}

/// On an error path.
pub fn error(lock: &SpinLock<u32>) -> Result<u32> {
    let count = lock.lock();
    if *count == 0 {
        pr_err!("nothing there\n");
        return Err(EINVAL);
    }
    Ok(*count)
}
