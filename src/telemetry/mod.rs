//! What the process tells about itself: log lines on stderr, level and form from the configuration, and counters.

pub mod limits;

use std::io::{IsTerminal, stderr};

use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat};

/// Begins to log. A second call in one process changes nothing.
pub fn start(log: &Log) {
    // The configuration has refused what cannot be read. These two tell at "info" what nobody asks for.
    let filter = format!("sea_orm_migration=warn,actix_server=warn,{}", log.level);
    let filter = EnvFilter::builder().parse_lossy(filter);
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr)
        .with_ansi(log.format == LogFormat::Text && stderr().is_terminal());
    // Fails when there is a subscriber already, as in tests.
    let _ = match log.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
}
