// SPDX-License-Identifier: Apache-2.0 OR MIT

//! A block device made and taken down under a spinlock.

use kernel::block::mq::{self, gen_disk, gen_disk::GenDisk, Operations, TagSet};
use kernel::prelude::*;
use kernel::sync::{Arc, SpinLock};
use kernel::types::ARef;

/// A device that ends each request at once.
pub struct Null;

#[vtable]
impl Operations for Null {
    fn queue_rq(rq: ARef<mq::Request<Self>>, _is_last: bool) -> Result {
        mq::Request::end_ok(rq).map_err(|_| EIO)
    }

    fn commit_rqs() {}
}

/// Taking a disk down waits for its requests.
pub fn removed(lock: &SpinLock<u32>, disk: GenDisk<Null>) {
    let _count = lock.lock();
    drop(disk); // want: "may sleep"
}

/// A slot in the lock loses its disk.
pub fn cleared(slot: &SpinLock<Option<GenDisk<Null>>>) {
    *slot.lock() = None; // want: "may sleep"
}

/// Tags are memory.
pub fn tagged(lock: &SpinLock<u32>) -> Result<Arc<TagSet<Null>>> {
    let _count = lock.lock();
    Arc::pin_init(TagSet::new(1, 256, 1), GFP_KERNEL) // want: "may sleep"
}

/// So is a disk.
pub fn made(lock: &SpinLock<u32>, tags: Arc<TagSet<Null>>) -> Result<GenDisk<Null>> {
    let _count = lock.lock();
    gen_disk::GenDiskBuilder::new().build(format_args!("null0"), tags) // want: "may sleep"
}
