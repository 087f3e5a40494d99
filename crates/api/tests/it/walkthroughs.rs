//! `contract/walkthroughs.md`: the platform's guides and client scripts, step by step and with
//! their quirks. What they do outside this server's scope is left out. W15, the JavaScript SDK, is
//! tested with the real one in `crates/server/tests/it/clients.rs`.

mod clients;
mod customers;
mod resources;

use customary_testkit::{Client, TestApp, Value, json};

/// A client as most of the guides' curls make one: the token stands alone, and since they leave out
/// the Content-Type, curl labels every body as a form.
async fn curl(app: &TestApp) -> Client {
    let admin = app.admin().await;
    let token = admin.token().unwrap();
    as_form(app.anonymous().with("authorization", token))
}

/// The same client with the label that curl gives a body.
fn as_form(client: Client) -> Client {
    client.with("content-type", "application/x-www-form-urlencoded")
}

/// The body that makes a flow.
fn flow(name: &str, slug: &str) -> Value {
    let data =
        json!({ "type": "flow", "name": name, "slug": slug, "description": name, "enabled": true });
    json!({ "data": data })
}

/// The body that makes a field of a flow; `more` are further attributes.
fn field(flow: &Value, slug: &str, field_type: &str, more: Value) -> Value {
    let mut data = json!({
        "type": "field", "name": slug, "slug": slug, "description": slug, "field_type": field_type,
        "relationships": { "flow": { "data": { "type": "flow", "id": flow["id"] } } },
    });
    for (name, value) in more.as_object().unwrap() {
        data[name] = value.clone();
    }
    json!({ "data": data })
}

/// A relationship field with its one rule, as the guides send it.
fn relationship(flow: &Value, slug: &str, kind: &str, to: &str) -> Value {
    let rules = json!([{ "type": kind, "to": to }]);
    let more = json!({ "required": false, "validation_rules": rules });
    field(flow, slug, "relationship", more)
}

/// Creates what the body says, every attribute of which is answered as it was sent.
async fn create(client: &Client, path: &str, body: Value) -> Value {
    let answer = client.post(path, body.clone()).await.data(201);
    for (name, value) in body["data"].as_object().unwrap() {
        assert_eq!(&answer[name], value, "{name} of {path}");
    }
    answer
}

fn at(collection: &str, record: &Value) -> String {
    format!("{collection}/{}", record["id"].as_str().unwrap())
}

/// How many records a list has in all.
async fn total(client: &Client, path: &str) -> Value {
    client.get(path).await.expect(200)["meta"]["results"]["total"].clone()
}
