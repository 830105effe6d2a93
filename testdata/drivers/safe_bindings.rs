// SPDX-License-Identifier: Apache-2.0 OR MIT
// want-none

//! C functions called without any abstraction between, each where it may be called.

use kernel::bindings;
use kernel::sync::SpinLock;

/// # Safety
///
/// `table` must be an initialised mutex.
pub unsafe fn mutex(lock: &SpinLock<u32>, table: *mut bindings::mutex) -> u32 {
    // SAFETY: By the function's own requirement.
    unsafe { bindings::mutex_lock(table) };
    let count = *lock.lock();
    // SAFETY: The mutex was taken above.
    unsafe { bindings::mutex_unlock(table) };
    count
}

/// Trying does not wait.
///
/// # Safety
///
/// `table` must be an initialised mutex.
pub unsafe fn mutex_tried(lock: &SpinLock<u32>, table: *mut bindings::mutex) -> u32 {
    let count = lock.lock();
    // SAFETY: By the function's own requirement.
    unsafe { bindings::mutex_trylock(table) };
    *count
}

/// Burns time instead of sleeping.
pub fn delays(lock: &SpinLock<u32>) -> u32 {
    let count = lock.lock();
    // SAFETY: Short enough.
    unsafe { bindings::__udelay(10) };
    *count
}

/// Gives the processor away after the lock.
pub fn yields(lock: &SpinLock<u32>) -> u32 {
    let count = *lock.lock();
    // SAFETY: Nothing is held.
    unsafe { bindings::schedule() };
    // SAFETY: Any duration will do.
    unsafe { bindings::msleep(count) };
    count
}

/// The pair is closed before the sleep.
///
/// # Safety
///
/// `lock` must be an initialised spinlock.
pub unsafe fn paired(lock: *mut bindings::spinlock_t) {
    // SAFETY: By the function's own requirement.
    unsafe { bindings::spin_lock(lock) };
    // SAFETY: Taken above.
    unsafe { bindings::spin_unlock(lock) };
    // SAFETY: Any timeout will do.
    unsafe { bindings::schedule_timeout(1) };
}

/// Completing wakes up and does not wait.
///
/// # Safety
///
/// `done` must be an initialised completion.
pub unsafe fn completion(lock: &SpinLock<u32>, done: *mut bindings::completion) -> u32 {
    let count = lock.lock();
    // SAFETY: By the function's own requirement.
    unsafe { bindings::complete(done) };
    *count
}

/// # Safety
///
/// `sem` must be an initialised semaphore.
pub unsafe fn semaphore(lock: &SpinLock<u32>, sem: *mut bindings::rw_semaphore) -> bool {
    let _count = lock.lock();
    // SAFETY: By the function's own requirement.
    unsafe { bindings::down_read_trylock(sem) != 0 }
}

/// The flags are those of GFP_ATOMIC.
pub fn memory(lock: &SpinLock<u32>) -> bool {
    let _count = lock.lock();
    // SAFETY: Any size will do.
    let memory = unsafe { bindings::__kmalloc_noprof(64, 0x820) };
    // SAFETY: The memory came from the same allocator, or is null.
    unsafe { bindings::kfree(memory) };
    !memory.is_null()
}
