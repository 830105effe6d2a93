// SPDX-License-Identifier: Apache-2.0 OR MIT

//! C functions called without any abstraction between.

use kernel::bindings;
use kernel::sync::SpinLock;

/// # Safety
///
/// `table` must be an initialised mutex.
pub unsafe fn mutex(lock: &SpinLock<u32>, table: *mut bindings::mutex) -> u32 {
    let count = lock.lock();
    // SAFETY: By the function's own requirement.
    unsafe { bindings::mutex_lock(table) }; // want: "may sleep"
    // SAFETY: The mutex was just taken.
    unsafe { bindings::mutex_unlock(table) };
    *count
}

/// Waits by the clock.
pub fn naps(lock: &SpinLock<u32>) -> u32 {
    let count = lock.lock();
    // SAFETY: Any duration will do.
    unsafe { bindings::msleep(*count) }; // want: "may sleep"
    // SAFETY: Any duration will do.
    unsafe { bindings::usleep_range_state(10, 20, 2) }; // want: "may sleep"
    *count
}

/// Gives the processor away.
pub fn yields(lock: &SpinLock<u32>) -> u32 {
    let count = lock.lock();
    // SAFETY: No requirement but the one that is broken here.
    unsafe { bindings::schedule() }; // want: "may sleep"
    *count
}

/// Both lock and sleep are plain C calls.
///
/// # Safety
///
/// `lock` must be an initialised spinlock.
pub unsafe fn paired(lock: *mut bindings::spinlock_t) {
    // SAFETY: By the function's own requirement.
    unsafe { bindings::spin_lock(lock) };
    // SAFETY: Any timeout will do.
    unsafe { bindings::schedule_timeout(1) }; // want: "may sleep"
    // SAFETY: Taken above.
    unsafe { bindings::spin_unlock(lock) };
}

/// # Safety
///
/// `done` must be an initialised completion.
pub unsafe fn completion(lock: &SpinLock<u32>, done: *mut bindings::completion) -> u32 {
    let count = lock.lock();
    // SAFETY: By the function's own requirement.
    unsafe { bindings::wait_for_completion(done) }; // want: "may sleep"
    *count
}

/// # Safety
///
/// `sem` must be an initialised semaphore.
pub unsafe fn semaphore(lock: &SpinLock<u32>, sem: *mut bindings::rw_semaphore) -> u32 {
    let count = lock.lock();
    // SAFETY: By the function's own requirement.
    unsafe { bindings::down_read(sem) }; // want: "may sleep"
    // SAFETY: Taken above.
    unsafe { bindings::up_read(sem) };
    *count
}

/// # Safety
///
/// `work` must be an initialised work item.
pub unsafe fn work(lock: &SpinLock<u32>, work: *mut bindings::work_struct) -> bool {
    let _count = lock.lock();
    // SAFETY: By the function's own requirement.
    unsafe { bindings::cancel_work_sync(work) } // want: "may sleep"
}

/// The flags are those of GFP_KERNEL.
pub fn memory(lock: &SpinLock<u32>) -> bool {
    let _count = lock.lock();
    // SAFETY: Any size will do.
    let memory = unsafe { bindings::__kmalloc_noprof(64, 0xcc0) }; // want: "may sleep"
    // SAFETY: The memory came from the same allocator, or is null.
    unsafe { bindings::kfree(memory) };
    !memory.is_null()
}
