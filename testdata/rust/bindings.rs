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
