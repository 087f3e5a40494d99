//! HTTP in and out: routes, extractors, wire shapes and the OpenAPI document.
//!
//! Nothing is decided here. Where the published contract is odd, only this crate is odd.

mod answers;
mod compat;
mod error;
mod extract;
mod links;
mod manager;
pub mod openapi;
mod router;
mod routes;
mod views;

pub use router::{ApiConfig, service};
