//! What a server does beside answering requests.

use std::time::Duration;

use crate::app::App;
use crate::{idempotency, indexes};

/// How often to look for work that other nodes, or an earlier run of this one, have left.
const IDLE_INTERVAL: Duration = Duration::from_secs(1);

/// How often to remove what is only kept for a while.
const PURGE_INTERVAL: Duration = Duration::from_hours(1);

/// Works for ever: on indexes as soon as there is a reason on this node and soon after there is one
/// elsewhere, and on what has become old, once an hour. Nothing is lost when it is ended in the middle.
pub async fn run(app: App) {
    tokio::join!(work_on_indexes(&app), purge(&app));
}

async fn work_on_indexes(app: &App) {
    loop {
        match indexes::work(app).await {
            Ok(true) => {}
            Ok(false) => {
                let wait = tokio::time::timeout(IDLE_INTERVAL, app.work_to_do().notified());
                // Either there is work, or it is time to look for some.
                let _ = wait.await;
            }
            Err(error) => {
                tracing::warn!("work on indexes is interrupted and will go on: {error}");
                tokio::time::sleep(IDLE_INTERVAL).await;
            }
        }
    }
}

async fn purge(app: &App) {
    loop {
        match idempotency::purge(app).await {
            Ok(0) => {}
            Ok(count) => tracing::debug!("forgot {count} idempotency keys"),
            Err(error) => tracing::warn!("idempotency keys could not be forgotten: {error}"),
        }
        tokio::time::sleep(PURGE_INTERVAL).await;
    }
}
