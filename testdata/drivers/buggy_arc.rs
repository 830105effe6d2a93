// SPDX-License-Identifier: Apache-2.0 OR MIT

//! Reference counts whose last drop sleeps, given up under a spinlock.

use kernel::prelude::*;
use kernel::sync::{Arc, Mutex, SpinLock, UniqueArc};

/// A connection that says goodbye when the last reference goes.
pub struct Connection {
    table: Arc<Mutex<u32>>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        *self.table.lock() -= 1;
    }
}

/// Refers to a connection through a second layer.
pub struct Channel {
    _connection: Arc<Connection>,
    id: u32,
}

/// It may be the last reference.
pub fn last(lock: &SpinLock<u32>, connection: Arc<Connection>) -> u32 {
    let count = lock.lock();
    drop(connection); // want: "may sleep"
    *count
}

/// The guard is older than the reference.
pub fn scoped(lock: &SpinLock<u32>, connection: &Arc<Connection>) -> u32 {
    let count = lock.lock();
    let _connection = connection.clone();
    *count
} // want: "may sleep"

/// The last reference to a channel gives up a reference to its connection.
pub fn layered(lock: &SpinLock<u32>, channel: Arc<Channel>) -> u32 {
    let count = lock.lock();
    let id = channel.id;
    drop(channel); // want: "may sleep"
    *count + id
}

/// The reference lies in the lock.
pub fn stored(slot: &SpinLock<Option<Arc<Connection>>>) {
    *slot.lock() = None; // want: "may sleep"
}

/// There is one reference, and this drops it.
pub fn unique(lock: &SpinLock<u32>, table: Arc<Mutex<u32>>) -> Result<u32> {
    let connection = UniqueArc::new(Connection { table }, GFP_KERNEL)?;
    let count = lock.lock();
    drop(connection); // want: "may sleep"
    Ok(*count)
}
