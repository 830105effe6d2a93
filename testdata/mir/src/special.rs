//! Coroutines, inline assembly, thread locals, atomics, C variadics.
#![crate_type = "lib"]
#![allow(dead_code, unused)]
#![feature(coroutines, coroutine_trait, thread_local, async_closure, explicit_tail_calls, never_type)]
#![feature(stmt_expr_attributes, core_intrinsics)]
#![cfg_attr(not(since_1_87), feature(asm_goto))]
#![cfg_attr(not(since_1_82), feature(asm_const, offset_of_nested, hint_assert_unchecked))]
#![cfg_attr(since_1_85, feature(f16, f128, pattern_types, pattern_type_macro))]
#![allow(internal_features, incomplete_features)]

use std::arch::asm;
use std::future::Future;
use std::ops::Coroutine;
use std::sync::atomic::{AtomicU32, Ordering};

pub async fn leaf(n: u32) -> u32 {
    n + 1
}

pub async fn branch(name: &str) -> usize {
    let held = String::from(name);
    let a = leaf(1).await;
    held.len() + a as usize
}

pub async fn with_closure() -> u32 {
    let c = async |x: u32| leaf(x).await;
    c(3).await
}

pub fn generator(limit: u32) -> impl Coroutine<(), Yield = u32, Return = &'static str> {
    #[cfg_attr(since_1_82, coroutine)]
    move || {
        let mut i = 0;
        while i < limit {
            yield i;
            i += 1;
        }
        "done"
    }
}

pub unsafe fn assembly(mut x: u64, p: *mut u8) -> u64 {
    let y: u64;
    asm!("add {0}, {1}", "nop // comment {{braces}}", inout(reg) x, in(reg) p, options(nostack));
    asm!("mov {}, {}", out(reg) y, const 42, options(pure, nomem));
    asm!("cpuid", inout("eax") 0 => _, lateout("ecx") _, out("edx") _);
    asm!("call {}", sym callee, out("st(0)") _);
    asm!("lea {}, [rip + {}]", out(reg) x, sym STATE);
    asm!("jmp {}", label { x += 1; });
    x + y
}

pub unsafe fn stop() -> ! {
    asm!("hlt", "\t.string \"quoted\"", options(noreturn));
}

extern "C" fn callee() {}
static STATE: AtomicU32 = AtomicU32::new(3);

#[thread_local]
static LOCAL: std::cell::Cell<u8> = std::cell::Cell::new(0);

pub fn tls() -> u8 {
    LOCAL.set(LOCAL.get() + 1);
    STATE.fetch_add(1, Ordering::SeqCst);
    LOCAL.get()
}

extern "C" {
    fn printf(format: *const core::ffi::c_char, ...) -> i32;
    static environ: *const *const u8;
}

pub fn c_print() -> i32 {
    unsafe { printf(c"%d %s\n".as_ptr(), 3, environ) }
}

#[cfg(since_1_88)]
pub fn tail(n: u32, acc: u32) -> u32 {
    if n == 0 {
        return acc;
    }
    become tail(n - 1, acc + n)
}

#[cfg(since_1_85)]
pub fn floats(a: f16, b: f128) -> f128 {
    a as f128 * 2.5f128 + b
}

#[cfg(since_1_85)]
pub fn pattern(x: std::pat::pattern_type!(u32 is 1..)) -> u32 {
    unsafe { std::mem::transmute(x) }
}

pub fn checks(a: *const u8, b: bool) -> usize {
    unsafe { std::hint::assert_unchecked(b) };
    core::mem::size_of::<(u8, u32)>() + core::mem::align_of::<u64>() + core::mem::offset_of!(Pair, b.1)
}

pub struct Pair {
    a: u8,
    b: (u16, u32),
}

pub fn catch(f: impl FnOnce() + std::panic::UnwindSafe) -> bool {
    std::panic::catch_unwind(f).is_err()
}
