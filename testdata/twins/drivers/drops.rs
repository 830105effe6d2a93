// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What is dropped when: flags, moves, parts, boxes, enums, temporaries.

use crate::kern::*;
use core::mem::{self, ManuallyDrop, MaybeUninit};

/// A guard moved out on one path only: the drop flag remembers.
pub fn buggy_drop_flag(lock: &SpinLock<u32>, give: bool) {
    let guard = lock.lock();
    if give {
        drop(guard);
    }
    sleep(); // want: "may sleep"
}

pub fn safe_drop_flag(lock: &SpinLock<u32>, give: bool) {
    let guard = lock.lock();
    if give {
        drop(guard);
        sleep();
    }
}

/// Bound later, on one path.
pub fn buggy_late(lock: &SpinLock<u32>, take: bool) {
    let guard;
    if take {
        guard = lock.lock();
    }
    sleep(); // want: "may sleep"
}

pub fn safe_late(lock: &SpinLock<u32>, take: bool) {
    let guard;
    if take {
        guard = lock.lock();
    } else {
        sleep();
    }
}

pub struct Pair<'a> {
    first: SpinGuard<'a, u32>,
    second: SpinGuard<'a, u32>,
    lease: u32,
}

/// One field is moved out, the other stays.
pub fn buggy_partial_move(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    let pair = Pair { first: a.lock(), second: b.lock(), lease: 1 };
    drop(pair.first);
    sleep(); // want: "may sleep"
}

pub fn safe_partial_move(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    let pair = Pair { first: a.lock(), second: b.lock(), lease: 1 };
    drop(pair.first);
    drop(pair.second);
    sleep();
}

/// Fields go in the order of their declaration, after the body.
pub struct LeaseFirst<'a> {
    lease: Lease,
    guard: SpinGuard<'a, u32>,
}

pub struct GuardFirst<'a> {
    guard: SpinGuard<'a, u32>,
    lease: Lease,
}

pub fn buggy_field_order(lock: &SpinLock<u32>) {
    let _both = LeaseFirst { lease: Lease(1), guard: lock.lock() };
} // want: "may sleep"

pub fn safe_field_order(lock: &SpinLock<u32>) {
    let _both = GuardFirst { guard: lock.lock(), lease: Lease(1) };
}

/// Locals go in the reverse order.
pub fn buggy_local_order(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    let _lease = Lease(1);
} // want: "may sleep"

pub fn safe_local_order(lock: &SpinLock<u32>) {
    let _lease = Lease(1);
    let _guard = lock.lock();
}

/// `Option::take` leaves nothing behind to be dropped.
pub fn buggy_take(lock: &SpinLock<u32>) {
    let mut slot = Some(Lease(1));
    let _guard = lock.lock();
    let taken = slot.take();
    drop(taken); // want: "may sleep"
}

pub fn safe_take(lock: &SpinLock<u32>) {
    let mut slot = Some(Lease(1));
    let taken = slot.take();
    drop(taken);
    let _guard = lock.lock();
    drop(slot);
}

/// The guard itself is taken out of an option.
pub fn buggy_take_guard(lock: &SpinLock<u32>) {
    let mut slot = Some(lock.lock());
    let guard = slot.take();
    drop(slot);
    sleep(); // want: "may sleep"
    drop(guard);
}

pub fn safe_take_guard(lock: &SpinLock<u32>) {
    let mut slot = Some(lock.lock());
    let guard = slot.take();
    drop(guard);
    sleep();
}

/// What is forgotten is never released.
pub fn buggy_forget(lock: &SpinLock<u32>) {
    mem::forget(lock.lock());
    sleep(); // want: "may sleep"
    unsafe { bindings::spin_unlock(core::ptr::null_mut()) };
}

pub fn safe_forget(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    mem::forget(Lease(1));
}

/// `mem::replace` hands the old value out.
pub fn buggy_replace(lock: &SpinLock<u32>) {
    let mut lease = Lease(1);
    let _guard = lock.lock();
    let _ = mem::replace(&mut lease, Lease(2)); // want: "may sleep"
    mem::forget(lease);
}

pub fn safe_replace(lock: &SpinLock<u32>) {
    let mut lease = Lease(1);
    let old;
    {
        let _guard = lock.lock();
        old = mem::replace(&mut lease, Lease(2));
    }
    drop(old);
}

/// `ManuallyDrop` drops when it is told to.
pub fn buggy_manually(lock: &SpinLock<u32>) {
    let mut lease = ManuallyDrop::new(Lease(1));
    let _guard = lock.lock();
    unsafe { ManuallyDrop::drop(&mut lease) }; // want: "may sleep"
}

pub fn safe_manually(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    let _lease = ManuallyDrop::new(Lease(1));
}

/// Nobody drops what lies in a `MaybeUninit`.
pub fn buggy_maybe_uninit(lock: &SpinLock<u32>) {
    let lease = MaybeUninit::new(Lease(1));
    let _guard = lock.lock();
    drop(unsafe { lease.assume_init() }); // want: "may sleep"
}

pub fn safe_maybe_uninit(lock: &SpinLock<u32>) {
    let lease = MaybeUninit::new(Lease(1));
    let _guard = lock.lock();
    drop(lease);
}

/// The content of a box goes before its memory.
pub fn buggy_boxed(lock: &SpinLock<u32>, lease: Box<Lease>) {
    let _guard = lock.lock();
    drop(lease); // want: "may sleep"
}

pub fn safe_boxed(lock: &SpinLock<u32>, token: Box<Token>) {
    let _guard = lock.lock();
    drop(token);
}

/// A guard in a box: the box releases it.
pub fn buggy_boxed_guard(lock: &SpinLock<u32>) -> Result<(), NoMemory> {
    let boxed = Box::new(lock.lock(), GFP_ATOMIC)?;
    sleep(); // want: "may sleep"
    Ok(())
}

pub fn safe_boxed_guard(lock: &SpinLock<u32>) -> Result<(), NoMemory> {
    let boxed = Box::new(lock.lock(), GFP_ATOMIC)?;
    drop(boxed);
    sleep();
    Ok(())
}

/// A raw pointer keeps the value from being dropped.
pub fn buggy_into_raw(lock: &SpinLock<u32>, lease: Box<Lease>) {
    let _guard = lock.lock();
    let raw = Box::into_raw(lease);
    drop(unsafe { Box::from_raw(raw) }); // want: "may sleep"
}

pub fn safe_into_raw(lock: &SpinLock<u32>, lease: Box<Lease>) -> *mut Lease {
    let _guard = lock.lock();
    Box::into_raw(lease)
}

pub enum Slot {
    Empty,
    Token(Token),
    Lease(Lease),
}

/// Only the variant that is there is dropped.
pub fn buggy_variant(lock: &SpinLock<u32>) {
    let slot = Slot::Lease(Lease(1));
    let _guard = lock.lock();
    drop(slot); // want: "may sleep"
}

pub fn safe_variant(lock: &SpinLock<u32>) {
    let slot = Slot::Token(Token(1));
    let other = Slot::Empty;
    let _guard = lock.lock();
    drop(slot);
    drop(other);
}

/// Dropping `None` does nothing.
pub fn buggy_none(lock: &SpinLock<u32>, lease: Option<Lease>) {
    let _guard = lock.lock();
    drop(lease); // want: "may sleep"
}

pub fn safe_none(lock: &SpinLock<u32>, lease: Option<Lease>) {
    if lease.is_none() {
        let _guard = lock.lock();
        drop(lease);
    }
}

/// An assignment drops the value that was there.
pub fn buggy_assign(lock: &SpinLock<u32>, slot: &mut Lease) {
    let _guard = lock.lock();
    *slot = Lease(2); // want: "may sleep"
}

pub fn safe_assign(lock: &SpinLock<u32>, slot: &mut Token) {
    let _guard = lock.lock();
    *slot = Token(2);
}

fn number(lease: Lease) -> u32 {
    lease.0
}

/// A temporary lives to the end of its statement.
pub fn buggy_temporary(lock: &SpinLock<Option<u32>>) {
    let n = (*lock.lock()).unwrap_or(number(Lease(1))); // want: "may sleep"
}

pub fn safe_temporary(lock: &SpinLock<Option<u32>>) {
    let m = *lock.lock();
    let n = m.unwrap_or(number(Lease(1)));
}

/// `_` does not bind: the guard goes at once.
pub fn buggy_wildcard(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    sleep(); // want: "may sleep"
}

pub fn safe_wildcard(lock: &SpinLock<u32>) {
    let _ = lock.lock();
    sleep();
}

/// A tuple is taken apart by a pattern that leaves one half.
pub fn buggy_tuple(a: &SpinLock<u32>) {
    let pair = (a.lock(), Lease(1));
    let (_, lease) = pair;
    drop(lease); // want: "may sleep"
}

pub fn safe_tuple(a: &SpinLock<u32>) {
    let pair = (a.lock(), Lease(1));
    let (guard, lease) = pair;
    drop(guard);
    drop(lease);
}

/// The tail expression's temporaries outlive the locals in this edition.
pub fn buggy_tail(lock: &SpinLock<u32>) -> u32 {
    let lease = Lease(1);
    let _guard = lock.lock();
    number(lease) // want: "may sleep"
}

pub fn safe_tail(lock: &SpinLock<u32>) -> u32 {
    let lease = Lease(1);
    drop(lock.lock());
    number(lease)
}

/// The last reference drops what is shared.
pub fn buggy_shared(lock: &SpinLock<u32>, lease: Arc<Lease>) {
    let _guard = lock.lock();
    drop(lease); // want: "may sleep"
}

pub fn safe_shared(lock: &SpinLock<u32>, lease: &Arc<Lease>) {
    let _guard = lock.lock();
    mem::forget(lease.clone());
}

/// A vector drops its elements.
pub fn buggy_vector(lock: &SpinLock<u32>, leases: Vec<Lease>) {
    let _guard = lock.lock();
    drop(leases); // want: "may sleep"
}

pub fn safe_vector(lock: &SpinLock<u32>, tokens: Vec<Token>) {
    let _guard = lock.lock();
    drop(tokens);
}

/// An error on the way out drops what was built so far.
pub fn buggy_early_exit(lock: &SpinLock<u32>, flags: Flags) -> Result<u32, NoMemory> {
    let _guard = lock.lock();
    let lease = Lease(1);
    let boxed = Box::new(1u32, GFP_ATOMIC)?;
    mem::forget(lease);
    Ok(*boxed)
} // want: "may sleep"

pub fn safe_early_exit(lock: &SpinLock<u32>, flags: Flags) -> Result<u32, NoMemory> {
    let lease = Lease(1);
    let _guard = lock.lock();
    let boxed = Box::new(1u32, GFP_ATOMIC)?;
    Ok(*boxed)
}
