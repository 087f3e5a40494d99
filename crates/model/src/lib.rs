//! What a store, flow, field, schema and customer are.
//!
//! Pure values and rules: no async, no SQL, no HTTP. Everything that arrives from outside is
//! parsed here, once, into a type that proves the check; the other crates pass the type on.

pub mod address;
pub mod application_key;
pub mod attributes;
pub mod catalog;
pub mod core;
pub mod customer;
pub mod customer_token;
pub mod description;
pub mod email;
pub mod entry;
pub mod field;
pub mod filter;
pub mod flow;
pub mod id;
pub mod json;
pub mod page;
pub mod position;
pub mod problem;
pub mod reference;
pub mod resource;
pub mod schema;
pub mod secret;
pub mod settings;
pub mod slot;
pub mod slug;
pub mod snapshot;
pub mod store;
pub mod time;
pub mod unique;
pub mod version;
