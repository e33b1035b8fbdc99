//! The gateway as the world sees it: over sockets, with real mail servers and a real browser.

mod compose;
mod operator;
mod send;
mod smtp;
mod support;
mod upload;
mod web;
