/* The helpers of rust/helpers, under the names that they stand for. */

extern "C" {
    #[link_name = "rust_helper_spin_lock"]
    pub fn spin_lock(lock: *mut spinlock_t);
}
extern "C" {
    #[link_name = "rust_helper_spin_unlock"]
    pub fn spin_unlock(lock: *mut spinlock_t);
}
extern "C" {
    #[link_name = "rust_helper_might_sleep"]
    pub fn might_sleep();
}
