// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The size of a type decides: which impl is the special one, and which branch is taken.

use crate::kern::*;
use core::mem::size_of;

pub trait Write {
    fn put(&mut self, n: u32);

    /// The impls that a function holds are the compiler's secret, as in core's
    /// `fmt::Write::write_fmt`.
    fn write(&mut self, n: u32) {
        trait Spec {
            fn spec(self, n: u32);
        }

        impl<W: Write + ?Sized> Spec for &mut W {
            default fn spec(self, n: u32) {
                sleep();
                self.put(n);
            }
        }

        impl<W: Write> Spec for &mut W {
            fn spec(self, n: u32) {
                self.put(n);
            }
        }

        self.spec(n)
    }
}

pub struct Buffer(pub [u32; 4]);

impl Write for Buffer {
    fn put(&mut self, n: u32) {
        self.0[0] = n;
    }
}

impl Write for [u32] {
    fn put(&mut self, n: u32) {
        self[0] = n;
    }
}

pub fn buggy_sized(lock: &SpinLock<[u32; 4]>) {
    let mut guard = lock.lock();
    let part: &mut [u32] = &mut guard[..];
    part.write(1); // want: "may sleep"
}

pub fn safe_sized(lock: &SpinLock<Buffer>) {
    lock.lock().write(1);
}

/// The impl for one type stands beside that for all.
pub trait Fill {
    fn fill(self) -> u32
    where
        Self: Sized,
    {
        trait Spec {
            fn spec(self) -> u32;
        }

        impl<T> Spec for T {
            default fn spec(self) -> u32 {
                sleep();
                1
            }
        }

        impl Spec for u8 {
            fn spec(self) -> u32 {
                2
            }
        }

        self.spec()
    }
}

impl Fill for u8 {}
impl Fill for Token {}

pub fn buggy_general(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    Token(1).fill(); // want: "may sleep"
}

pub fn safe_general(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    1u8.fill();
}

/// Nothing is there to wait for where the elements have no size.
fn settle<T>(_: &[T]) -> usize {
    if size_of::<T>() == 0 {
        return 0;
    }
    sleep();
    size_of::<T>()
}

pub struct Empty {
    nothing: (),
    none: [u32; 0],
}

pub fn buggy_size(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    settle(&[1u32]); // want: "may sleep"
}

pub fn safe_size(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    settle(&[(), ()]);
    settle::<Empty>(&[]);
    settle::<[[u64; 4]; 0]>(&[]);
}

pub fn buggy_width(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    if size_of::<&[u8]>() != size_of::<&u8>() {
        sleep(); // want: "may sleep"
    }
}

pub fn safe_width(lock: &SpinLock<u32>) {
    let _guard = lock.lock();
    if size_of::<&[u8]>() == size_of::<*mut u8>() || size_of::<(u16, u16)>() < 4 || size_of::<[bool; 3]>() > 3 {
        sleep();
    }
}
