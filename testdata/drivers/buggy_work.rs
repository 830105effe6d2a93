// SPDX-License-Identifier: Apache-2.0 OR MIT

//! Work items: allocated, flushed or run with a spinlock held.

use kernel::bindings;
use kernel::prelude::*;
use kernel::sync::{new_mutex, new_spinlock, Arc, Mutex, SpinLock};
use kernel::workqueue::{self, impl_has_work, new_work, Work, WorkItem};

#[pin_data]
struct Job {
    #[pin]
    pending: SpinLock<u32>,
    #[pin]
    table: Mutex<u32>,
    #[pin]
    work: Work<Job>,
}

impl_has_work! {
    impl HasWork<Self> for Job { self.work }
}

impl WorkItem for Job {
    type Pointer = Arc<Job>;

    fn run(this: Arc<Job>) {
        let mut pending = this.pending.lock();
        *this.table.lock() += *pending; // want: "may sleep"
        *pending = 0;
    }
}

/// Makes a job and queues it.
pub fn start() -> Result {
    let job = Arc::pin_init(
        pin_init!(Job {
            pending <- new_spinlock!(1),
            table <- new_mutex!(0),
            work <- new_work!("Job::work"),
        }),
        GFP_KERNEL,
    )?;
    let _ = workqueue::system().enqueue(job);
    Ok(())
}

/// Spawning allocates.
pub fn spawned(lock: &SpinLock<u32>) -> Result {
    let count = lock.lock();
    workqueue::system().try_spawn(GFP_KERNEL, || ())?; // want: "may sleep"
    drop(count);
    Ok(())
}

/// Flushing waits for the work to end.
///
/// # Safety
///
/// `work` must be an initialised work item.
pub unsafe fn flushed(lock: &SpinLock<u32>, work: *mut bindings::work_struct) -> u32 {
    let count = lock.lock();
    // SAFETY: By the function's own requirement.
    unsafe { bindings::flush_work(work) }; // want: "may sleep"
    *count
}
