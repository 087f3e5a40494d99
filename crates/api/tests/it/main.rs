//! The contract over in-process HTTP, on both engines.

#![allow(clippy::too_many_lines, reason = "a scenario reads best in one piece")]

mod conventions;
mod customers;
mod engine;
mod fields;
mod flows;
mod lists;
mod nodes;
mod openapi;
mod tokens;
