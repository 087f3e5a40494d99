//! The handlers. Each translates; the service decides.

pub(crate) mod addresses;
pub(crate) mod application_keys;
pub(crate) mod attributes;
pub(crate) mod customer_authentication;
pub(crate) mod customer_tokens;
pub(crate) mod customers;
pub(crate) mod entries;
pub(crate) mod fields;
pub(crate) mod flows;
pub(crate) mod settings;
pub(crate) mod tokens;
