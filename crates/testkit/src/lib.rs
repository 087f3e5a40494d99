//! What tests share: throw-away databases on both engines, an application over one, and a client
//! that speaks to it. Only ever a dev-dependency.

mod app;
mod client;
mod database;

pub use app::{CLIENT_ID, CLIENT_SECRET, TestApp};
pub use client::{Client, Response};
pub use customary_model;
pub use customary_service;
pub use customary_store;
pub use database::{Engine, TestDatabase, new_url};
pub use serde_json::{Value, json};
pub use tokio;

/// Makes each test run on SQLite and on PostgreSQL: one module for a test, one function for each
/// engine. The argument is anything that has a function `on(Engine)`, such as [`TestApp`].
#[macro_export]
macro_rules! both_engines {
    ($($(#[$attribute:meta])* async fn $name:ident($argument:ident: $type:ty) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports, reason = "a short test may need nothing of its file")]
            use super::*;

            #[$crate::tokio::test(flavor = "multi_thread", worker_threads = 2, crate = "customary_testkit::tokio")]
            async fn sqlite() {
                run(<$type>::on($crate::Engine::Sqlite).await).await;
            }

            #[$crate::tokio::test(flavor = "multi_thread", worker_threads = 2, crate = "customary_testkit::tokio")]
            async fn postgres() {
                run(<$type>::on($crate::Engine::Postgres).await).await;
            }

            async fn run($argument: $type) $body
        }
    )+};
}
