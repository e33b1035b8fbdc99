//! First segments of the gateway's own paths, present and planned. None of them is a login: `/<login>/mail…` is not to be
//! taken for one of them, nor the other way round.

/// As they stand in paths, without slashes.
pub const RESERVED: [&str; 18] = [
    "mail",
    "me",
    "ws",
    "presence",
    "login",
    "logout",
    "static",
    "healthz",
    "files",
    "demo",
    "egroupware",
    "metrics",
    "docs",
    "openapi.json",
    "readyz",
    "embed",
    "embed.js",
    "sw.js",
];
