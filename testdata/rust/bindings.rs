// A table of functions as C has it, filled in every way that Rust can.
#![no_std]
#![allow(non_camel_case_types)]

pub struct fan_ops {
    pub start: Option<unsafe extern "C" fn(i32) -> i32>,
    pub stop: Option<unsafe extern "C" fn(i32) -> i32>,
    pub name: u32,
}

extern "C" {
    pub fn might_sleep();
}

unsafe extern "C" fn start_fan(n: i32) -> i32 {
    might_sleep();
    n
}

unsafe extern "C" fn stop_fan<const N: i32>(n: i32) -> i32 {
    n + N
}

pub static OPS: fan_ops = fan_ops { start: Some(start_fan), stop: None, name: 1 };

pub fn late(ops: &mut fan_ops) {
    ops.stop = Some(stop_fan::<3>);
}

extern "C" {
    #[link_name = "helper_lock"]
    pub fn lock(l: *mut u32);
    #[must_use]
    #[link_name = "helper_get"]
    pub fn get(flags: u32) -> *mut u32;
}

#[no_mangle]
pub extern "C" fn called_from_c(l: *mut u32) {
    unsafe { lock(l) }
    let _ = unsafe { get(1) };
}

#[export_name = "other_name"]
pub extern "C" fn exported(l: *mut u32) {
    let f: unsafe extern "C" fn(*mut u32) = lock;
    unsafe { f(l) }
}
