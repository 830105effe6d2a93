// SPDX-License-Identifier: Apache-2.0 OR MIT
// want-none

//! Waiting on a condition variable with the one lock that the wait releases.

use kernel::sync::{CondVar, Mutex, SpinLock};

/// The wait releases the spinlock and takes it again.
pub fn own(ready: &SpinLock<bool>, event: &CondVar) {
    let mut ready = ready.lock();
    while !*ready {
        event.wait(&mut ready);
    }
}

/// A second spinlock that is released before the wait.
pub fn other(lock: &SpinLock<u32>, ready: &SpinLock<bool>, event: &CondVar) -> u32 {
    let count = *lock.lock();
    let mut ready = ready.lock();
    while !*ready {
        event.wait(&mut ready);
    }
    count
}

/// A mutex may be waited with as well.
pub fn mutex(ready: &Mutex<bool>, event: &CondVar) {
    let mut ready = ready.lock();
    while !*ready {
        event.wait(&mut ready);
    }
}

/// Interruptible, and limited in time.
pub fn limited(ready: &SpinLock<bool>, event: &CondVar) -> bool {
    let mut ready = ready.lock();
    if event.wait_interruptible(&mut ready) {
        return false;
    }
    let _ = event.wait_interruptible_timeout(&mut ready, 10);
    *ready
}

/// Waking others up does not wait.
pub fn notify(ready: &SpinLock<bool>, event: &CondVar) {
    let mut ready = ready.lock();
    *ready = true;
    event.notify_one();
    event.notify_all();
}
