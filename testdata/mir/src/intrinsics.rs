//! What the compiler knows by itself, as it prints after lowering.
// flags: -Copt-level=3 -Zmir-opt-level=1
#![crate_type = "lib"]
#![feature(core_intrinsics)]
#![allow(internal_features)]

use core::intrinsics;

#[cfg(since_1_86)]
pub fn overflow() -> bool {
    intrinsics::overflow_checks()
}

pub unsafe fn copy<T>(from: *const T, to: *mut T) {
    intrinsics::copy_nonoverlapping(from, to, 3)
}

pub unsafe fn promise(b: bool) {
    intrinsics::assume(b)
}

pub fn discriminant<T>(o: &Option<T>) -> isize {
    intrinsics::discriminant_value(o)
}

#[cfg(since_1_85)]
pub fn order(a: u8, b: u8) -> core::cmp::Ordering {
    intrinsics::three_way_compare(a, b)
}

#[cfg(since_1_85)]
pub unsafe fn unchecked(a: i64, b: i64) -> i64 {
    intrinsics::unchecked_shl(intrinsics::unchecked_add(a, b), 3u32)
}

#[cfg(since_1_85)]
pub unsafe fn fat(p: *const u8, n: usize) -> *const [u8] {
    intrinsics::aggregate_raw_ptr(p, n)
}

#[cfg(since_1_85)]
pub fn meta(p: *const [u8]) -> usize {
    intrinsics::ptr_metadata(p)
}
