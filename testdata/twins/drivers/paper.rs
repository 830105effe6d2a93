// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The cases that klint was presented with in 2023, those among them that it could
//! not tell included.

use crate::kern::*;

/// A read side section, annotated; what waits for its end must not run in it.
pub struct Protected<T> {
    write: Mutex<()>,
    data: core::cell::UnsafeCell<*mut T>,
}

impl<T> Protected<T> {
    pub fn read<'a>(&'a self, section: &'a Rcu) -> &'a T {
        unsafe { &**self.data.get() }
    }

    pub fn write(&self, to: *mut T) -> *mut T {
        let _guard = self.write.lock();
        let old = unsafe { core::mem::replace(&mut *self.data.get(), to) };
        unsafe { bindings::synchronize_rcu() };
        old
    }
}

pub fn buggy_read_section(p: &Protected<u32>) -> u32 {
    let section = rcu();
    let n = p.read(&section);
    sleep(); // want: "RCU read section"
    *n
}

pub fn safe_read_section(p: &Protected<u32>) -> u32 {
    let section = rcu();
    let n = *p.read(&section);
    drop(section);
    sleep();
    n
}

pub fn buggy_write_in_section(p: &Protected<u32>, to: *mut u32) {
    let section = rcu();
    p.write(to); // want: "RCU read section"
}

pub fn safe_write_in_section(p: &Protected<u32>, to: *mut u32) {
    let n = *p.read(&rcu());
    p.write(to);
}

/// `Option::map` is what it is given.
pub fn buggy_map(lock: &SpinLock<u32>, n: Option<u32>) -> Option<u32> {
    let _guard = lock.lock();
    n.map(|n| { // want: "may sleep"
        sleep();
        n
    })
}

pub fn safe_map(lock: &SpinLock<u32>, n: Option<u32>) -> Option<u32> {
    let _guard = lock.lock();
    n.map(|n| n + 1)
}

/// A `try_lock` that takes a callback instead.
pub mod buggy_callback {
    use super::*;

    fn try_with<T, R>(lock: &SpinLock<T>, f: impl FnOnce(Option<SpinGuard<'_, T>>) -> R) -> R {
        f(lock.try_lock()) // want: "may sleep"
    }

    pub fn entry(lock: &SpinLock<u32>) {
        try_with(lock, |guard| sleep())
    }
}

pub mod safe_callback {
    use super::*;

    fn try_with<T, R>(lock: &SpinLock<T>, f: impl FnOnce(Option<SpinGuard<'_, T>>) -> R) -> R {
        f(lock.try_lock())
    }

    pub fn entry(lock: &SpinLock<u32>) {
        try_with(lock, |guard| {
            if guard.is_none() {
                sleep();
            }
        })
    }
}

/// Twice the same question, and a lock taken and released by the answers.
pub fn buggy_take_lock(lock: *mut bindings::spinlock_t, take_lock: bool, other: bool) {
    if take_lock {
        unsafe { bindings::spin_lock(lock) };
    }
    sleep(); // want: "may sleep"
    if take_lock {
        unsafe { bindings::spin_unlock(lock) };
    }
}

pub fn safe_take_lock(lock: *mut bindings::spinlock_t, take_lock: bool) {
    if take_lock {
        unsafe { bindings::spin_lock(lock) };
    }
    if take_lock {
        unsafe { bindings::spin_unlock(lock) };
    }
    sleep();
}

/// The compiler's own boolean tells whether `guard` is there.
static SPINLOCK: SpinLock<u32> = Lock::spin(0);

pub fn buggy_implicit_flag(take_lock: bool) {
    let guard;
    if take_lock {
        guard = SPINLOCK.lock();
    }
    sleep(); // want: "may sleep"
}

pub fn safe_implicit_flag(take_lock: bool) {
    {
        let guard;
        if take_lock {
            guard = SPINLOCK.lock();
        }
    }
    sleep();
}

/// What was moved out of `x` is not dropped: nothing sleeps here.
pub fn buggy_some(lock: &SpinLock<u32>, x: Option<Lease>) -> Option<Lease> {
    let _guard = lock.lock();
    let x = x;
    if let Some(ref x) = x {
        return None;
    }
    None
} // want: "may sleep"

pub fn safe_some(lock: &SpinLock<u32>, x: Option<Lease>) -> Option<Lease> {
    let _guard = lock.lock();
    let x = x;
    if let Some(x) = x {
        return Some(x);
    }
    None
}

/// Annotated methods of a trait, and a waker that is a table of functions made
/// from them.
pub trait ArcWake {
    /// Wakes a task up.
    #[klint::preempt_count(expect = 0..)]
    fn wake_by_ref(&self);

    /// Wakes a task up and consumes a reference.
    #[klint::preempt_count(expect = 0..)]
    fn wake(task: Arc<Self>)
    where
        Self: Sized;
}

pub struct WakerTable {
    wake: unsafe fn(*const ()),
    wake_by_ref: unsafe fn(*const ()),
}

pub struct Waker {
    data: *const (),
    table: &'static WakerTable,
}

impl Waker {
    pub fn wake(self) {
        unsafe { (self.table.wake)(self.data) }
    }

    pub fn wake_by_ref(&self) {
        unsafe { (self.table.wake_by_ref)(self.data) }
    }
}

/// The executor owns the queue that its tasks run on.
pub struct Executor {
    queue: Queue,
}

pub mod buggy_wake {
    use super::*;

    /// A task keeps its executor alive: the last waker ends in the destruction of
    /// the queue.
    pub struct Task {
        executor: Arc<Executor>,
        n: u32,
    }

    impl ArcWake for Task {
        fn wake_by_ref(&self) {}

        fn wake(task: Arc<Self>) { // want: "trait"
            task.wake_by_ref();
        }
    }

    /// The chain of drops, each of its steps.
    pub fn dropped(lock: &SpinLock<u32>, task: Arc<Task>) {
        let _guard = lock.lock();
        drop(task); // want: "may sleep" chain: "drop of a Task" "drop of a Arc<Executor>" "drop of a Executor" "drop of a Queue" "destroy_queue" "schedule"
    }
}

pub mod safe_wake {
    use super::*;

    /// The task only borrows its executor.
    pub struct Task {
        executor: &'static Executor,
        n: u32,
    }

    impl ArcWake for Task {
        fn wake_by_ref(&self) {}

        fn wake(task: Arc<Self>) {
            task.wake_by_ref();
        }
    }

    pub fn dropped(lock: &SpinLock<u32>, task: Arc<Task>) {
        let _guard = lock.lock();
        drop(task);
    }
}

/// The waker made of one type or the other.
unsafe fn wake_slowly(data: *const ()) {
    sleep();
}

unsafe fn wake_now(data: *const ()) {}

static SLOW_TABLE: WakerTable = WakerTable { wake: wake_slowly, wake_by_ref: wake_now };

pub fn buggy_waker(lock: &SpinLock<u32>) {
    let waker = Waker { data: core::ptr::null(), table: &SLOW_TABLE };
    let _guard = lock.lock();
    waker.wake(); // want: "may sleep"
}

pub fn safe_waker(lock: &SpinLock<u32>) {
    let waker = Waker { data: core::ptr::null(), table: &SLOW_TABLE };
    let _guard = lock.lock();
    waker.wake_by_ref();
}
