//! Ports of gateways, used again once their gateway has ended: a browser still has the web client from there, and need
//! not fetch and compile all of it anew.

use std::net::TcpListener;
use std::ops::RangeInclusive;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// Below those that systems give to connections, which would be in the way later.
const RANGE: RangeInclusive<u16> = 20_000..=32_000;

static FREE: Mutex<Vec<u16>> = Mutex::new(Vec::new());

/// A port for as long as this lives.
pub struct Port {
    pub number: u16,
    kept: AtomicBool,
}

impl Port {
    pub fn take() -> Self {
        let known = || FREE.lock().unwrap().pop();
        let number = std::iter::from_fn(|| Some(known().unwrap_or_else(random)))
            .find(|&port| TcpListener::bind(("127.0.0.1", port)).is_ok())
            .unwrap();
        Self {
            number,
            kept: AtomicBool::new(false),
        }
    }

    /// Nobody else gets it: its gateway is about to be started again.
    pub fn keep(&self) {
        self.kept.store(true, Ordering::SeqCst);
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        if !self.kept.load(Ordering::SeqCst) {
            FREE.lock().unwrap().push(self.number);
        }
    }
}

fn random() -> u16 {
    let mut bytes = [0; 2];
    getrandom::fill(&mut bytes).unwrap();
    RANGE.start() + u16::from_ne_bytes(bytes) % (RANGE.end() - RANGE.start())
}
