//! The gateway as the world sees it: over sockets, with real mail servers and a real browser.

mod compose;
mod support;
mod web;
