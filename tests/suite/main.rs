//! The gateway as the world sees it: over sockets, with real mail servers and a real browser.

mod auth_matrix;
mod compose;
mod credentials;
mod hostile;
mod hostile_http;
mod hostile_paths;
mod identities;
mod imap;
mod leaks;
mod limits;
mod login;
mod mail_logins;
mod modules;
mod operator;
mod paths;
mod peers;
mod presence;
mod rfc6455;
mod send;
mod smtp;
mod storms;
mod support;
mod upload;
mod web;
mod websocket;
mod websocket_limits;
