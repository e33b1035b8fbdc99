//! Dead and deaf peers: after each of them its session has ended within the documented time, nothing is left of it, and
//! nobody else has noticed.

mod acks;
mod deaf;
mod loud;
mod network;
mod process;
mod scene;
