//! The part of Rust's core library that matters to the preempt count, for crates
//! whose core has no sources at hand: what holds values, drops them, forgets
//! them or calls closures. Names and paths are those of core itself; bodies do
//! the same as core's, as plainly as possible.
#![no_std]
#![feature(core_intrinsics)]
#![allow(dead_code, unused_imports, internal_features, missing_docs)]

pub mod prelude {
    pub use crate::boxed::Box;
    pub use crate::option::Option::{self, None, Some};
    pub use crate::result::Result::{self, Err, Ok};
    pub use crate::convert::{From, Into};
    pub use crate::iter::{IntoIterator, Iterator};
    pub use crate::mem::drop;
}

pub mod option {
    use crate::prelude::*;
    pub enum Option<T> {
        None,
        Some(T),
    }
    impl<T> Option<T> {
        pub const fn is_some(&self) -> bool {
            match *self {
                Some(_) => true,
                None => false,
            }
        }
        pub const fn is_none(&self) -> bool {
            !self.is_some()
        }
        pub fn as_ref(&self) -> Option<&T> {
            match *self {
                Some(ref x) => Some(x),
                None => None,
            }
        }
        pub fn as_mut(&mut self) -> Option<&mut T> {
            match *self {
                Some(ref mut x) => Some(x),
                None => None,
            }
        }
        pub fn unwrap(self) -> T {
            match self {
                Some(x) => x,
                None => crate::panicking::panic(),
            }
        }
        pub fn expect(self, _msg: &str) -> T {
            match self {
                Some(x) => x,
                None => crate::panicking::panic(),
            }
        }
        pub fn unwrap_or(self, other: T) -> T {
            match self {
                Some(x) => x,
                None => other,
            }
        }
        pub fn unwrap_or_else<F: FnOnce() -> T>(self, f: F) -> T {
            match self {
                Some(x) => x,
                None => f(),
            }
        }
        pub fn map<U, F: FnOnce(T) -> U>(self, f: F) -> Option<U> {
            match self {
                Some(x) => Some(f(x)),
                None => None,
            }
        }
        pub fn and_then<U, F: FnOnce(T) -> Option<U>>(self, f: F) -> Option<U> {
            match self {
                Some(x) => f(x),
                None => None,
            }
        }
        pub fn ok_or<E>(self, err: E) -> Result<T, E> {
            match self {
                Some(x) => Ok(x),
                None => Err(err),
            }
        }
        pub fn take(&mut self) -> Option<T> {
            crate::mem::replace(self, None)
        }
        pub fn replace(&mut self, value: T) -> Option<T> {
            crate::mem::replace(self, Some(value))
        }
    }
    impl<T> crate::ops::try_trait::Try for Option<T> {
        type Output = T;
        type Residual = Option<crate::convert::Infallible>;
        fn from_output(output: T) -> Self {
            Some(output)
        }
        fn branch(self) -> crate::ops::ControlFlow<Self::Residual, T> {
            match self {
                Some(v) => crate::ops::ControlFlow::Continue(v),
                None => crate::ops::ControlFlow::Break(None),
            }
        }
    }
    impl<T> crate::ops::try_trait::FromResidual<Option<crate::convert::Infallible>> for Option<T> {
        fn from_residual(_r: Option<crate::convert::Infallible>) -> Self {
            None
        }
    }
}

pub mod result {
    use crate::prelude::*;
    pub enum Result<T, E> {
        Ok(T),
        Err(E),
    }
    impl<T, E> Result<T, E> {
        pub const fn is_ok(&self) -> bool {
            match *self {
                Ok(_) => true,
                Err(_) => false,
            }
        }
        pub const fn is_err(&self) -> bool {
            !self.is_ok()
        }
        pub fn ok(self) -> Option<T> {
            match self {
                Ok(x) => Some(x),
                Err(_) => None,
            }
        }
        pub fn err(self) -> Option<E> {
            match self {
                Ok(_) => None,
                Err(e) => Some(e),
            }
        }
        pub fn map<U, F: FnOnce(T) -> U>(self, f: F) -> Result<U, E> {
            match self {
                Ok(x) => Ok(f(x)),
                Err(e) => Err(e),
            }
        }
        pub fn map_err<O, F: FnOnce(E) -> O>(self, f: F) -> Result<T, O> {
            match self {
                Ok(x) => Ok(x),
                Err(e) => Err(f(e)),
            }
        }
        pub fn and_then<U, F: FnOnce(T) -> Result<U, E>>(self, f: F) -> Result<U, E> {
            match self {
                Ok(x) => f(x),
                Err(e) => Err(e),
            }
        }
        pub fn unwrap(self) -> T {
            match self {
                Ok(x) => x,
                Err(_) => crate::panicking::panic(),
            }
        }
        pub fn expect(self, _msg: &str) -> T {
            self.unwrap()
        }
    }
    impl<T, E> crate::ops::try_trait::Try for Result<T, E> {
        type Output = T;
        type Residual = Result<crate::convert::Infallible, E>;
        fn from_output(output: T) -> Self {
            Ok(output)
        }
        fn branch(self) -> crate::ops::ControlFlow<Self::Residual, T> {
            match self {
                Ok(v) => crate::ops::ControlFlow::Continue(v),
                Err(e) => crate::ops::ControlFlow::Break(Err(e)),
            }
        }
    }
    impl<T, E, F: From<E>> crate::ops::try_trait::FromResidual<Result<crate::convert::Infallible, E>> for Result<T, F> {
        fn from_residual(r: Result<crate::convert::Infallible, E>) -> Self {
            match r {
                Err(e) => Err(From::from(e)),
                Ok(_) => crate::panicking::panic(),
            }
        }
    }
}

pub mod ops {
    pub use self::try_trait::{ControlFlow, FromResidual, Try};
    pub use self::range::{Range, RangeInclusive};
    pub mod try_trait {
        pub use super::control_flow::ControlFlow;
        pub trait Try: FromResidual<<Self as Try>::Residual> {
            type Output;
            type Residual;
            fn from_output(output: Self::Output) -> Self;
            fn branch(self) -> ControlFlow<Self::Residual, Self::Output>;
        }
        pub trait FromResidual<R> {
            fn from_residual(residual: R) -> Self;
        }
    }
    pub mod control_flow {
        pub enum ControlFlow<B, C = ()> {
            Continue(C),
            Break(B),
        }
    }
    pub mod range {
        pub struct Range<T> {
            pub start: T,
            pub end: T,
        }
        pub struct RangeInclusive<T> {
            pub start: T,
            pub end: T,
            pub exhausted: bool,
        }
    }
}

pub mod convert {
    pub enum Infallible {}
    pub trait From<T> {
        fn from(value: T) -> Self;
    }
    pub trait Into<T> {
        fn into(self) -> T;
    }
    impl<T> From<T> for T {
        fn from(t: T) -> T {
            t
        }
    }
    impl<T, U: From<T>> Into<U> for T {
        fn into(self) -> U {
            U::from(self)
        }
    }
}

pub mod mem {
    pub use self::manually_drop::ManuallyDrop;
    pub mod manually_drop {
        pub struct ManuallyDrop<T> {
            value: T,
        }
        impl<T> ManuallyDrop<T> {
            pub const fn new(value: T) -> Self {
                ManuallyDrop { value }
            }
            pub unsafe fn drop(slot: &mut ManuallyDrop<T>) {
                ::core::ptr::drop_in_place(&mut slot.value)
            }
        }
    }
    pub const fn forget<T>(t: T) {
        let _ = ::core::mem::ManuallyDrop::new(t);
    }
    pub fn drop<T>(_x: T) {}
    pub fn replace<T>(dest: &mut T, src: T) -> T {
        unsafe {
            let old = ::core::intrinsics::read_via_copy(dest as *const T);
            ::core::intrinsics::write_via_move(dest as *mut T, src);
            old
        }
    }
}

pub mod iter {
    pub use self::traits::collect::IntoIterator;
    pub use self::traits::iterator::Iterator;
    pub mod traits {
        pub mod iterator {
            use crate::prelude::*;
            pub trait Iterator {
                type Item;
                fn next(&mut self) -> Option<Self::Item>;
                fn for_each<F: FnMut(Self::Item)>(mut self, mut f: F)
                where
                    Self: Sized,
                {
                    loop {
                        match self.next() {
                            Some(x) => f(x),
                            None => break,
                        }
                    }
                }
            }
        }
        pub mod collect {
            pub trait IntoIterator {
                type Item;
                type IntoIter;
                fn into_iter(self) -> Self::IntoIter;
            }
            impl<I: super::iterator::Iterator> IntoIterator for I {
                type Item = I::Item;
                type IntoIter = I;
                fn into_iter(self) -> I {
                    self
                }
            }
        }
    }
    impl Iterator for crate::ops::Range<u32> {
        type Item = u32;
        fn next(&mut self) -> crate::option::Option<u32> {
            if self.start < self.end {
                self.start += 1;
                crate::option::Option::Some(self.start)
            } else {
                crate::option::Option::None
            }
        }
    }
}

pub mod boxed {
    pub struct Box<T: ?Sized>(*mut T);
    impl<T: ?Sized> Drop for Box<T> {
        fn drop(&mut self) {
            unsafe { ::core::ptr::drop_in_place(self.0) }
        }
    }
    impl<T> Box<T> {
        pub fn new(_x: T) -> Self {
            let _ = ::core::mem::ManuallyDrop::new(_x);
            Box(::core::ptr::null_mut())
        }
    }
}

pub mod marker {
    pub struct PhantomData<T: ?Sized>(*const T);
    pub struct PhantomPinned;
}

pub mod ptr {
    pub const fn null<T>() -> *const T {
        0 as *const T
    }
    pub const fn null_mut<T>() -> *mut T {
        0 as *mut T
    }
}

pub mod panicking {
    pub fn panic() -> ! {
        loop {}
    }
}
