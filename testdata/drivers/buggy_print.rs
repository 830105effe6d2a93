// SPDX-License-Identifier: Apache-2.0 OR MIT

//! Messages under a spinlock: printing is fine, computing what to print may not be.

use kernel::prelude::*;
use kernel::sync::{Mutex, SpinLock};

module! {
    type: PrintModule,
    name: "buggy_print",
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

/// The argument is evaluated under the lock.
pub fn argument(lock: &SpinLock<u32>, table: &Mutex<u32>) {
    let count = lock.lock();
    pr_info!("{} of {}\n", *count, *table.lock()); // want: "may sleep"
}

/// Printed under the lock, and then a sleep.
pub fn after(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    pr_info!("count is {}\n", *count);
    *table.lock() // want: "may sleep"
}
