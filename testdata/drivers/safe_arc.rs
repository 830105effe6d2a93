// SPDX-License-Identifier: Apache-2.0 OR MIT
// want-none

//! Reference counts given up where their last drop may sleep, or whose last drop does not.

use kernel::sync::{Arc, Mutex, SpinLock};

/// A connection that says goodbye when the last reference goes.
pub struct Connection {
    table: Arc<Mutex<u32>>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        *self.table.lock() -= 1;
    }
}

/// It may be the last reference, but the lock is gone.
pub fn last(lock: &SpinLock<u32>, connection: Arc<Connection>) -> u32 {
    let count = *lock.lock();
    drop(connection);
    count
}

/// The guard is younger than the reference.
pub fn scoped(lock: &SpinLock<u32>, connection: &Arc<Connection>) -> u32 {
    let _connection = connection.clone();
    let count = lock.lock();
    *count
}

/// One more reference does not drop anything.
pub fn cloned(lock: &SpinLock<u32>, connection: &Arc<Connection>) -> Arc<Connection> {
    let _count = lock.lock();
    connection.clone()
}

/// Plain content is freed, not waited for. A mutex inside is content, too.
pub fn plain(lock: &SpinLock<u32>, value: Arc<u32>, table: Arc<Mutex<u32>>) -> u32 {
    let count = lock.lock();
    drop(value);
    drop(table);
    *count
}

/// A borrowed reference counts nothing.
pub fn borrowed(lock: &SpinLock<u32>, connection: &Arc<Connection>) -> u32 {
    let count = lock.lock();
    let _connection = connection.as_arc_borrow();
    *count
}

/// The old reference is carried out of the lock.
pub fn stored(slot: &SpinLock<Option<Arc<Connection>>>) {
    let old = slot.lock().take();
    drop(old);
}
