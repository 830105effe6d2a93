// SPDX-License-Identifier: Apache-2.0 OR MIT

//! Waiting on a condition variable while a second spinlock is held.

use kernel::sync::{CondVar, Mutex, SpinLock};

/// The wait releases `ready` only.
pub fn other(lock: &SpinLock<u32>, ready: &SpinLock<bool>, event: &CondVar) -> u32 {
    let count = lock.lock();
    let mut ready = ready.lock();
    while !*ready {
        event.wait(&mut ready); // want: "may sleep"
    }
    *count
}

/// A mutex inside the spinlock sleeps twice: to be taken, and to wait.
pub fn mutex(lock: &SpinLock<u32>, ready: &Mutex<bool>, event: &CondVar) -> u32 {
    let count = lock.lock();
    let mut ready = ready.lock(); // want: "may sleep"
    while !*ready {
        event.wait(&mut ready); // want: "may sleep"
    }
    *count
}

/// Being interruptible or limited in time makes no difference.
pub fn limited(lock: &SpinLock<u32>, ready: &SpinLock<bool>, event: &CondVar) -> bool {
    let _count = lock.lock();
    let mut ready = ready.lock();
    if event.wait_interruptible(&mut ready) { // want: "may sleep"
        return false;
    }
    let _ = event.wait_interruptible_timeout(&mut ready, 10); // want: "may sleep"
    *ready
}
