/* The C declarations in Rust, as bindgen writes them. */

#[repr(C)]
pub struct atomic_t {
    pub counter: i32,
}

#[repr(C)]
pub struct spinlock_t {
    pub val: atomic_t,
}

#[repr(C)]
pub struct mutex {
    pub owner: atomic_t,
}

#[repr(C)]
pub struct fan_bus_ops {
    pub write: Option<unsafe extern "C" fn(bus: *mut fan_bus, reg: u8, value: u32) -> i32>,
}

#[repr(C)]
pub struct fan_bus {
    pub ops: *const fan_bus_ops,
    pub transfer: mutex,
    pub shadow: [u32; 16],
}

pub type gfp_t = u32;
pub const GFP_ATOMIC: gfp_t = 0x820;
pub const GFP_KERNEL: gfp_t = 0xc00;

extern "C" {
    pub static mut fan_smbus: fan_bus;
}
extern "C" {
    pub fn mutex_lock(lock: *mut mutex);
}
extern "C" {
    pub fn mutex_trylock(lock: *mut mutex) -> i32;
}
extern "C" {
    pub fn mutex_unlock(lock: *mut mutex);
}
extern "C" {
    pub fn kmalloc(size: usize, flags: gfp_t) -> *mut u8;
}
extern "C" {
    pub fn kfree(p: *const u8);
}
extern "C" {
    pub fn fan_bus_write(bus: *mut fan_bus, reg: u8, value: u32) -> i32;
}
extern "C" {
    pub fn fan_bus_cached(bus: *const fan_bus, reg: u8) -> u32;
}
extern "C" {
    pub fn fan_duty(rpm: u32, max_rpm: u32) -> u32;
}
