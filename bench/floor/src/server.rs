//! The HTTP stack in front of a constant, and in front of the statement that reads a customer.

use std::thread;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::serve::ListenerExt;
use rusqlite::params;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::sqlite::{self, Found};

/// About as long as a customer.
const CONSTANT: &str = r#"{"data":{"type":"customer","id":"01a2096d-86d2-7335-87a5-f5d29fe3eba6","name":"Ron Swanson","email":"ron.swanson@example.com","external_ref":null,"password":false,"tier":"Gold","loyalty_points":4711,"discount":0.25,"vip":false,"member_since":"2019-05-01","city":"Pawnee","company":"Knope & Swanson","birthday":"1961-04-17","newsletter":false,"notes":"prefers email, bulk orders","meta":{"timestamps":{"created_at":"2026-11-23T17:21:42.610Z","updated_at":"2026-11-23T17:21:42.610Z"}}}}"#;

type Question = (Uuid, oneshot::Sender<Option<String>>);

pub(crate) fn run(address: &str, database: &str) -> anyhow::Result<()> {
    let (questions, asked) = async_channel::bounded::<Question>(1024);
    for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
        let connection = sqlite::open(database)?;
        let store = sqlite::store_of(&connection)?;
        let asked = asked.clone();
        thread::spawn(move || {
            let Ok(mut statement) = connection.prepare(sqlite::FIND) else {
                return;
            };
            while let Ok((id, answer)) = asked.recv_blocking() {
                let found = statement.query_row(params![store, id], sqlite::decode);
                let _ = answer.send(found.ok().and_then(|found| json(&found)));
            }
        });
    }
    let router = Router::new()
        .route("/constant", get(|| async { answer(CONSTANT.to_owned()) }))
        .route("/customers/{id}", get(customer))
        .with_state(questions);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(address).await?;
        let listener = listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        axum::serve(listener, router).await?;
        Ok(())
    })
}

async fn customer(
    State(questions): State<async_channel::Sender<Question>>,
    Path(id): Path<Uuid>,
) -> Response {
    let (answering, answered) = oneshot::channel();
    if questions.send((id, answering)).await.is_err() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    match answered.await {
        Ok(Some(body)) => answer(body),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn json(found: &Found) -> Option<String> {
    let Found {
        id,
        name,
        email,
        custom,
    } = found;
    let (name, email) = (
        serde_json::to_string(name).ok()?,
        serde_json::to_string(email).ok()?,
    );
    Some(format!(
        r#"{{"data":{{"type":"customer","id":"{id}","name":{name},"email":{email},"custom":{custom}}}}}"#
    ))
}

fn answer(body: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}
