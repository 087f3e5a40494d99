//! The contract over in-process HTTP, on both engines.

#![expect(
    clippy::unwrap_used,
    clippy::needless_pass_by_value,
    reason = "a test reads best as a scenario"
)]

mod addresses;
mod application_keys;
mod attributes;
mod compat;
mod concurrency;
mod conventions;
mod cursors;
mod custom_filters;
mod customer_tokens;
mod customers;
mod engine;
mod entries;
mod fields;
mod flows;
mod idempotency;
mod immutable;
mod includes;
mod indexes;
mod lists;
mod nodes;
mod openapi;
mod permissions;
mod rules;
mod search_model;
mod settings;
mod tokens;
mod unique;
mod walkthroughs;
