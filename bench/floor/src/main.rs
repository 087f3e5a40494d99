//! The floors of the benchmark: what SQLite does in one thread, and what the HTTP stack does in front of a
//! constant, and in front of one statement. No rule, no permission, no log: whatever Customary loses against
//! these is what it does for its users.
//!
//!     customary-floor serve ADDRESS:PORT DATABASE    GET /constant and GET /customers/{id}
//!     customary-floor reads DATABASE SECONDS         customers by random id
//!     customary-floor inserts DATABASE SECONDS       one customer a transaction, each waiting for the disk
//!
//! The last two print one JSON object. `inserts` adds to the database: give it a copy.

mod server;
mod sqlite;

use anyhow::{Context, bail};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let seconds = |text: &str| text.parse().context("SECONDS is a number");
    match arguments[..] {
        ["serve", address, database] => server::run(address, database),
        ["reads", database, duration] => sqlite::reads(database, seconds(duration)?),
        ["inserts", database, duration] => sqlite::inserts(database, seconds(duration)?),
        _ => bail!(
            "usage: customary-floor serve ADDRESS:PORT DATABASE | reads DATABASE SECONDS | inserts DATABASE SECONDS"
        ),
    }
}
