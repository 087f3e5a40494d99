//! The statements and the two engines below them.

#![expect(clippy::unwrap_used, reason = "a test may unwrap")]

mod customers;
mod idempotency_keys;
mod schema;
mod slot_jobs;
mod transactions;
