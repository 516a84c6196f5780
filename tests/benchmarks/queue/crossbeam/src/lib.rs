//! crossbeam-deque under the same loops as the C++ queues (queue_bench.cpp). Each function is a whole loop, so that
//! calls between the languages cost nothing per item. Returned is the sum of the items taken, which the caller checks.

use crossbeam_deque::{Steal, Worker};

/// As in queue_bench.cpp: the owner doesn't run farther ahead than our bounded queues let it.
const CAPACITY: usize = 1024;
const BELOW: u64 = 16;

extern "C" {
    fn hallmark_bench_pin_this_thread(which: u32);
}

fn pin_this_thread(which: u32) {
    // SAFETY: a C function that takes a number and may be called by any thread.
    unsafe { hallmark_bench_pin_this_thread(which) }
}

#[inline(always)]
fn batch(items: u64, size: u64, below: u64) -> u64 {
    let queue = Box::new(Worker::<u64>::new_lifo());
    for _ in 0..below {
        queue.push(0);
    }
    let mut sum = 0;
    let mut next = 1;
    while next <= items {
        for _ in 0..size {
            queue.push(next);
            next += 1;
        }
        for _ in 0..size {
            sum += queue.pop().unwrap_or(0);
        }
    }
    sum
}

/// Pushes an item and pops it, `items` times; others lie below.
#[no_mangle]
pub extern "C" fn crossbeam_pair(items: u64) -> u64 {
    batch(items, 1, BELOW)
}

/// Pushes an item to the empty queue and pops it, `items` times.
#[no_mangle]
pub extern "C" fn crossbeam_pair_of_last(items: u64) -> u64 {
    batch(items, 1, 0)
}

/// Pushes 64 items and pops them, until `items` are through.
#[no_mangle]
pub extern "C" fn crossbeam_batch64(items: u64) -> u64 {
    batch(items, 64, 0)
}

/// Pushes `items` items, which another thread steals.
#[no_mangle]
pub extern "C" fn crossbeam_push_steal(items: u64) -> u64 {
    let queue = Worker::<u64>::new_lifo();
    let stealer = queue.stealer();
    pin_this_thread(0);
    let thief = std::thread::spawn(move || {
        pin_this_thread(1);
        let mut sum = 0;
        let mut taken = 0;
        while taken < items {
            if let Steal::Success(item) = stealer.steal() {
                sum += item;
                taken += 1;
            }
        }
        sum
    });
    for item in 1..=items {
        while queue.len() >= CAPACITY {}
        queue.push(item);
    }
    thief.join().unwrap_or(0)
}
