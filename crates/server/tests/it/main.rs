//! The built binary, over real sockets and with real programs as its clients.

#![expect(clippy::unwrap_used, reason = "a test may unwrap")]

mod bad_starts;
mod clients;
mod commands;
mod documents;
mod manager;
mod server;
mod serving;
