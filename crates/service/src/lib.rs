//! The rules: who may do what, in which transaction, with which effects.
//!
//! A function here asks for permission first, decides on a snapshot of the
//! store, and does its work in one transaction. It knows neither SQL nor HTTP.

pub mod addresses;
pub mod app;
pub mod application_keys;
pub mod background;
pub mod caller;
pub mod conditions;
mod credentials;
mod cursors;
pub mod customer_tokens;
pub mod customers;
pub mod demo;
pub mod descriptions;
pub mod entries;
pub mod error;
pub mod fields;
pub mod flows;
pub mod idempotency;
pub mod includes;
pub mod indexes;
pub mod lists;
pub mod operator;
mod passwords;
mod permission;
mod rate_limits;
pub mod settings;
pub mod shown;
mod signatures;
pub mod tokens;
mod unique;
pub mod verify;

pub use app::{App, Limits};
pub use caller::Caller;
pub use error::Error;
