//! What presence needs from the configuration.

use std::time::Duration;

/// Times and bounds of sessions.
#[derive(Clone, Debug)]
pub struct PresenceSettings {
    /// A WebSocket ping this often; silent for two of them: dropped.
    pub heartbeat: Duration,
    /// The page's own sign of life this often; two missed: dormant.
    pub pulse: Duration,
    /// How long a user counts as coming back after the last session dropped.
    pub resume_grace: Duration,
    /// A further session closes the longest dormant one, else the longest idle one.
    pub sessions_per_user: usize,
    /// Frames that wait for one session at most.
    pub queue: usize,
    /// Everyone sees everyone online, not only themselves and administrators all.
    pub everyone_visible: bool,
}
