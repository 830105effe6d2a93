// SPDX-License-Identifier: Apache-2.0 OR MIT
//! How long values live that no variable names, and in which order others go.

use crate::kern::*;

/// What `if let` looks at lives to its end.
pub fn buggy_if_let_head(lock: &SpinLock<Option<u32>>) {
    if let Some(_n) = *lock.lock() {
        sleep(); // want: "may sleep"
    }
}

pub fn safe_if_let_head(lock: &SpinLock<Option<u32>>) {
    let head = *lock.lock();
    if let Some(_n) = head {
        sleep();
    }
}

/// And in the `else`.
pub fn buggy_if_let_else(lock: &SpinLock<Option<u32>>) -> u32 {
    if let Some(n) = *lock.lock() {
        n
    } else {
        sleep(); // want: "may sleep"
        0
    }
}

pub fn safe_if_let_else(lock: &SpinLock<Option<u32>>) -> u32 {
    let head = *lock.lock();
    if let Some(n) = head {
        n
    } else {
        sleep();
        0
    }
}

/// What `match` looks at lives to its end; the condition of `if` does not.
pub fn buggy_match_head(lock: &SpinLock<u32>) {
    match *lock.lock() {
        0 => sleep(), // want: "may sleep"
        _ => (),
    }
}

pub fn safe_match_head(lock: &SpinLock<u32>) {
    if *lock.lock() == 0 {
        sleep()
    }
}

/// `while let` as `if let`, each time.
pub fn buggy_while_let(lock: &SpinLock<Vec<u32>>) {
    while let Some(_n) = lock.lock().pop() {
        sleep(); // want: "may sleep"
    }
}

pub fn safe_while_let(lock: &SpinLock<Vec<u32>>) {
    loop {
        let Some(_n) = lock.lock().pop() else {
            break;
        };
        sleep();
    }
}

/// The guard in the last expression goes after the variables.
pub fn buggy_tail_expression(lock: &SpinLock<u32>) -> u32 {
    let lease = Lease(1);
    *lock.lock()
} // want: "may sleep"

pub fn safe_tail_expression(lock: &SpinLock<u32>) -> u32 {
    let lease = Lease(1);
    let n = *lock.lock();
    n
}

/// An operand of `&&` goes before the other is looked at, one of `+` does not.
pub fn buggy_operands(lock: &SpinLock<u32>) -> u32 {
    *lock.lock() + {
        sleep(); // want: "may sleep"
        1
    }
}

pub fn safe_operands(lock: &SpinLock<u32>) -> bool {
    *lock.lock() > 0 && {
        sleep();
        true
    }
}

/// Variables go in the reverse of their order.
pub fn buggy_variables(lock: &SpinLock<u32>) {
    let guard = lock.lock();
    let lease = Lease(1);
} // want: "may sleep"

pub fn safe_variables(lock: &SpinLock<u32>) {
    let lease = Lease(1);
    let guard = lock.lock();
}

/// And so do arguments.
fn takes_first<A, B>(a: A, b: B) {}

pub fn buggy_arguments(lock: &SpinLock<u32>) {
    takes_first(lock.lock(), Lease(1)); // want: "may sleep"
}

pub fn safe_arguments(lock: &SpinLock<u32>) {
    let lease = Lease(1);
    takes_first(lease, lock.lock());
}

/// A name that is used again does not end the first.
pub fn buggy_shadowed(lock: &SpinLock<u32>) {
    let n = lock.lock();
    let n = *n;
    sleep(); // want: "may sleep"
}

pub fn safe_shadowed(lock: &SpinLock<u32>) {
    let n = {
        let n = lock.lock();
        *n
    };
    sleep();
}

/// `_` keeps nothing, `_name` does.
pub fn buggy_underscore(lock: &SpinLock<u32>) {
    let _n = lock.lock();
    sleep(); // want: "may sleep"
}

pub fn safe_underscore(lock: &SpinLock<u32>) {
    let _ = lock.lock();
    sleep();
}

/// An assignment ends what was there, after the new value is made.
pub fn buggy_assigned(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    let mut guard = a.lock();
    guard = b.lock();
    sleep(); // want: "may sleep"
}

pub fn safe_assigned(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    let mut guard = Some(a.lock());
    guard = Some(b.lock());
    guard = None;
    sleep();
}

/// A reference makes a temporary live as long as the variable.
pub fn buggy_extended(lock: &SpinLock<u32>) {
    let guard = &lock.lock();
    sleep(); // want: "may sleep"
}

pub fn safe_extended(lock: &SpinLock<u32>) {
    let n: u32 = *&*lock.lock();
    sleep();
}

/// A pair in the head of `if let` holds what it holds in the `else`, too.
pub fn buggy_pair_in_head(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    if let (Some(_x), Some(_y)) = (a.try_lock(), b.try_lock()) {
    } else {
        sleep(); // want: "may sleep"
    }
}

pub fn safe_pair_in_head(a: &SpinLock<u32>, b: &SpinLock<u32>) {
    let both = if let (Some(_x), Some(_y)) = (a.try_lock(), b.try_lock()) { true } else { false };
    if !both {
        sleep();
    }
}

/// A value out of a labelled block.
pub fn buggy_labelled_block(lock: &SpinLock<u32>, skip: bool) {
    let guard = 'found: {
        if skip {
            break 'found None;
        }
        Some(lock.lock())
    };
    if !skip {
        sleep(); // want: "may sleep"
    }
}

pub fn safe_labelled_block(lock: &SpinLock<u32>, skip: bool) {
    let guard = 'found: {
        if skip {
            break 'found None;
        }
        Some(lock.lock())
    };
    if skip {
        sleep();
    }
}

/// Out of two loops at once.
pub fn buggy_labelled_loop(lock: &SpinLock<u32>) {
    let guard = 'outer: loop {
        loop {
            match lock.try_lock() {
                Some(guard) => break 'outer guard,
                None => continue 'outer,
            }
        }
    };
    sleep(); // want: "may sleep"
}

pub fn safe_labelled_loop(lock: &SpinLock<u32>) {
    let n = 'outer: loop {
        loop {
            match lock.try_lock() {
                Some(guard) => break 'outer *guard,
                None => sleep(),
            }
        }
    };
    sleep();
}
