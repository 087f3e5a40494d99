//! The only crate that knows SQL.
//!
//! [`db`] is the seam between the two engines; every other module holds the statements of one
//! family of tables, written once for both. Nothing above this crate names a driver.

pub mod addresses;
pub mod application_keys;
pub mod counters;
pub mod customers;
pub mod db;
pub mod dialect;
pub mod error;
pub mod fields;
mod filter;
pub mod flows;
pub mod idempotency_keys;
mod keyset;
mod listing;
pub mod migrate;
pub mod records;
pub mod signing_keys;
pub mod slot_jobs;
pub mod slots;
pub mod snapshots;
pub mod stores;
pub mod unique_values;
pub mod verify;

pub use db::{Db, Tx};
pub use error::{OpenError, StoreError};
