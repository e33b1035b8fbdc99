//! Who is online: the registry actor that knows joins and leaves, and the roster that handlers read without queueing.
//!
//! Only the registry writes to the roster. Everybody else reads it: a look-up in a concurrent map and a copy of a few
//! pointers, with no lock held afterwards. What a page does between joining and leaving (activity, pulse, focus) goes
//! straight into atomics of its shared record and costs no message.

pub mod clock;
mod news;
pub mod own;
pub mod record;
pub mod registry;
pub mod roster;
pub mod routes;
mod rows;
pub mod settings;
pub mod version;

pub use record::{Close, Outlet, Push, SessionRecord};
pub use registry::Registry;
pub use roster::Roster;
pub use settings::PresenceSettings;
