// SPDX-License-Identifier: Apache-2.0 OR MIT
//! klint's attributes: believed where they say `unchecked`, else checked.

use crate::kern::*;

/// The attribute promises what the body does not keep.
#[klint::preempt_count(expect = 0..)] // want: "disagrees"
pub fn buggy_expect() {
    sleep();
}

#[klint::preempt_count(expect = 0..)]
pub fn safe_expect(lock: &SpinLock<u32>) -> u32 {
    *lock.lock()
}

/// The change of the count.
#[klint::preempt_count(adjust = 0)] // want: "disagrees"
pub fn buggy_adjust(lock: *mut bindings::spinlock_t) {
    unsafe { bindings::spin_lock(lock) }
}

#[klint::preempt_count(adjust = 1)]
pub fn safe_adjust(lock: *mut bindings::spinlock_t) {
    unsafe { bindings::spin_lock(lock) }
}

/// Both, and what the callers make of it.
#[klint::preempt_count(adjust = 0, expect = 0, unchecked)]
fn coarse_sleep() {}

#[klint::preempt_count(adjust = 0, expect = 0.., unchecked)]
fn trusted() {
    sleep();
}

pub fn buggy_unchecked(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    coarse_sleep(); // want-assumed: "may sleep"
}

pub fn safe_unchecked(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    trusted();
}

/// A type whose drop is annotated.
#[klint::drop_preempt_count(adjust = -1, expect = 1.., unchecked)]
pub struct Section;

impl Drop for Section {
    fn drop(&mut self) {}
}

#[klint::preempt_count(adjust = 1, expect = 0.., unchecked)]
fn section() -> Section {
    Section
}

pub fn buggy_section() {
    let section = section();
    sleep(); // want: "may sleep"
}

pub fn safe_section() {
    let section = section();
    drop(section);
    sleep();
}

/// A type whose drop is annotated and checked.
pub mod buggy_checked_drop {
    use super::*;

    #[klint::drop_preempt_count(expect = 0..)] // want: "disagrees"
    pub struct Checked(Lease);

    pub fn discard(value: Checked) {
        drop(value)
    }
}

pub mod safe_checked_drop {
    use super::*;

    #[klint::drop_preempt_count(expect = 0..)]
    pub struct Checked(Token);

    pub fn discard(value: Checked) {
        drop(value)
    }
}

/// A method of a trait: calls through an object rely on it.
pub trait Notify {
    #[klint::preempt_count(expect = 0..)]
    fn notify(&self);
    fn describe(&self);
}

pub mod buggy_trait_method {
    use super::*;

    pub struct Napping;

    impl Notify for Napping {
        fn notify(&self) { // want: "trait"
            sleep()
        }
        fn describe(&self) {
            sleep()
        }
    }

    pub fn use_it(lock: &SpinLock<u32>, n: &dyn Notify) {
        let _guard = lock.lock();
        n.notify();
        n.describe(); // want: "may sleep"
    }

    pub fn make() -> &'static dyn Notify {
        &Napping
    }
}

pub mod safe_trait_method {
    use super::*;

    pub struct Ringing;

    impl Notify for Ringing {
        fn notify(&self) {}
        fn describe(&self) {
            sleep()
        }
    }

    pub fn use_it(lock: &SpinLock<u32>, n: &dyn Notify) {
        {
            let _guard = lock.lock();
            n.notify();
        }
        n.describe();
    }

    pub fn make() -> &'static dyn Notify {
        &Ringing
    }
}

/// What dropping an object of a trait does.
#[klint::drop_preempt_count(expect = 0..)]
pub trait Quick {
    fn id(&self) -> u32;
}

pub mod buggy_trait_drop {
    use super::*;

    pub struct Slow(Lease); // want: "trait"

    impl Quick for Slow {
        fn id(&self) -> u32 {
            1
        }
    }

    pub fn make(slow: &Slow) -> &dyn Quick {
        slow
    }
}

pub mod safe_trait_drop {
    use super::*;

    pub struct Fast(Token);

    impl Quick for Fast {
        fn id(&self) -> u32 {
            1
        }
    }

    pub fn make(fast: &Fast) -> &dyn Quick {
        fast
    }

    pub unsafe fn discard(lock: &SpinLock<u32>, q: *mut dyn Quick) {
        let _guard = lock.lock();
        unsafe { core::ptr::drop_in_place(q) };
    }
}

/// What was derived is told on request.
#[klint::report_preempt_count]
pub fn buggy_reported() { // want: "expects 0"
    sleep();
}

pub fn safe_reported() {
    sleep();
}

/// An attribute that cannot be read is an error where it stands.
#[klint::preempt_count(adjust = many)] // want: "want a whole number"
pub fn buggy_malformed() {}

#[klint::preempt_count(adjust = 0, expect = 0..)]
pub fn safe_malformed() {}

#[klint::preempt_count] // want: "no arguments"
pub fn buggy_empty() {}

#[klint::preempt_count(expect = 0..=3,)]
pub fn safe_empty() {}

#[klint::preempt_count(expect = 3..1)] // want: "expect"
pub fn buggy_range() {}

#[klint::preempt_count(expect = 1..3)]
pub fn safe_range() {}

#[klint::preempt_cuont(expect = 0..)] // want: "not known"
pub fn buggy_spelling() {}

#[klint::preempt_count(unchecked, expect = 0..)]
pub fn safe_spelling() {}

#[klint::drop_preempt_count(expect = 0..)] // want: "belongs on"
pub fn buggy_place() {}

#[klint::drop_preempt_count(expect = 0..)]
pub struct SafePlace(u32);

pub fn safe_place(p: SafePlace) {}

/// The MIR is shown on request.
#[klint::dump_mir]
pub fn buggy_dumped() { // want: "the MIR of"
    sleep();
}

pub fn safe_dumped() {
    sleep();
}

/// What C does where there is no C to look at.
pub mod buggy_foreign {
    use super::*;

    extern "C" {
        #[klint::preempt_count(expect = 0, unchecked)]
        fn firmware_wait();
    }

    pub unsafe fn entry(lock: &SpinLock<u32>) {
        let _guard = lock.lock();
        unsafe { firmware_wait() } // want-assumed: "may sleep"
    }
}

pub mod safe_foreign {
    use super::*;

    extern "C" {
        #[klint::preempt_count(expect = 0.., unchecked)]
        fn firmware_poll();
    }

    pub unsafe fn entry(lock: &SpinLock<u32>) {
        let _guard = lock.lock();
        unsafe { firmware_poll() }
    }
}

/// Callers are held to what an attribute asks, though the body would do with less.
#[klint::preempt_count(expect = 0)]
fn strict() -> u32 {
    1
}

pub fn buggy_strict(lock: &SpinLock<u32>) -> u32 {
    let _guard = lock.lock();
    strict() // want-assumed: "may sleep"
}

pub fn safe_strict(lock: &SpinLock<u32>) -> u32 {
    let n = strict();
    *lock.lock() + n
}
