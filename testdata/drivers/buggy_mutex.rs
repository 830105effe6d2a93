// SPDX-License-Identifier: Apache-2.0 OR MIT

//! A fan controller whose tables are guarded by a mutex and whose live state by a spinlock.

use kernel::prelude::*;
use kernel::sync::{new_mutex, new_spinlock, Arc, Mutex, SpinLock};

module! {
    type: FanModule,
    name: "buggy_mutex",
    author: "preemptck",
    description: "Locks a mutex under a spinlock",
    license: "GPL",
}

#[pin_data]
struct Fan {
    #[pin]
    live: SpinLock<u32>,
    #[pin]
    curve: Mutex<[u32; 4]>,
}

impl Fan {
    fn new() -> Result<Arc<Self>> {
        Arc::pin_init(
            pin_init!(Self {
                live <- new_spinlock!(0, "Fan::live"),
                curve <- new_mutex!([0; 4], "Fan::curve"),
            }),
            GFP_KERNEL,
        )
    }

    fn update(&self) -> u32 {
        let mut live = self.live.lock();
        let curve = self.curve.lock(); // want: "may sleep"
        *live = curve[0];
        *live
    }

    fn swap(&self, level: u32) {
        let mut live = self.live.lock();
        *live = level;
        self.curve.lock()[0] = level; // want: "may sleep"
    }
}

struct FanModule {
    fan: Arc<Fan>,
}

impl kernel::Module for FanModule {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let fan = Fan::new()?;
        fan.update();
        Ok(Self { fan })
    }
}

impl Drop for FanModule {
    fn drop(&mut self) {
        self.fan.swap(0);
    }
}
