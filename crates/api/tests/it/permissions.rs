//! Who may call what (`contract/auth.md` §5), and that stores share nothing: every operation of the
//! OpenAPI document, by every kind of caller. An operation without a row here fails the test.

use customary_testkit::{Client, Engine, Response, TestApp, Value, both_engines, json};

const DOCUMENT: &str = include_str!("../../../../docs/openapi.json");

/// Who may; everybody else who has a token is told 403.
#[derive(Clone, Copy, PartialEq)]
enum Who {
    /// Also those without a token.
    Everybody,
    /// Visitors, customers, and whoever has the secret of a key.
    AnyToken,
    /// The customer whom it is about, and whoever has the secret of a key.
    Owner,
    /// Whoever has the secret of a key.
    Secret,
}

use Who::{AnyToken, Everybody, Owner, Secret};

/// Method and path of the document, the path and body to send with the ids of the fixture in braces,
/// who may, and the status they get.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    Who,
    u16,
);

const EMPTY: &str = r#"{"data":{}}"#;
const REFERENCE: &str = r#"{"data":[{"type":"wishlist","id":"w"}]}"#;
const ADDRESS: &str = r#"{"data":{"first_name":"a","last_name":"b","line_1":"c","county":"d","postcode":"e","country":"f"}}"#;

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("post", "/oauth/access_token", "/oauth/access_token", "grant_type=implicit&client_id=test-client", Everybody, 200),

    ("get", "/v2/application-keys", "/v2/application-keys", "", Secret, 200),
    ("post", "/v2/application-keys", "/v2/application-keys", r#"{"data":{"type":"application_key","name":"a"}}"#, Secret, 201),
    ("get", "/v2/application-keys/{key}", "/v2/application-keys/{key}", "", Secret, 200),
    ("put", "/v2/application-keys/{key}", "/v2/application-keys/{key}", EMPTY, Secret, 200),
    ("delete", "/v2/application-keys/{key}", "/v2/application-keys/{key}", "", Secret, 204),

    ("get", "/v2/flows", "/v2/flows", "", AnyToken, 200),
    ("post", "/v2/flows", "/v2/flows", r#"{"data":{"type":"flow","name":"a","slug":"another"}}"#, Secret, 201),
    ("get", "/v2/flows/{flow}", "/v2/flows/{flow}", "", AnyToken, 200),
    ("get", "/v2/flows/{flow}", "/v2/flows/custom", "", AnyToken, 200),
    ("put", "/v2/flows/{flow}", "/v2/flows/{flow}", EMPTY, Secret, 200),
    ("delete", "/v2/flows/{flow}", "/v2/flows/{flow}", "", Secret, 204),
    ("get", "/v2/flows/{flow}/fields", "/v2/flows/{flow}/fields", "", AnyToken, 200),
    ("get", "/v2/flows/{flow}/fields/{field}", "/v2/flows/{flow}/fields/{field}", "", AnyToken, 200),
    ("get", "/v2/fields", "/v2/fields", "", AnyToken, 200),
    ("post", "/v2/fields", "/v2/fields",
        r#"{"data":{"type":"field","name":"a","slug":"another","field_type":"string","relationships":{"flow":{"data":{"id":"{flow}"}}}}}"#,
        Secret, 201),
    ("get", "/v2/fields/{field}", "/v2/fields/{field}", "", AnyToken, 200),
    ("put", "/v2/fields/{field}", "/v2/fields/{field}", EMPTY, Secret, 200),
    ("delete", "/v2/fields/{field}", "/v2/fields/{field}", "", Secret, 204),

    ("get", "/v2/flows/attributes", "/v2/flows/attributes", "", AnyToken, 200),
    ("get", "/v2/fields/attributes", "/v2/fields/attributes", "", AnyToken, 200),
    ("get", "/v2/customers/attributes", "/v2/customers/attributes", "", AnyToken, 200),
    ("get", "/v2/addresses/attributes", "/v2/addresses/attributes", "", AnyToken, 200),
    ("get", "/v2/settings/attributes", "/v2/settings/attributes", "", AnyToken, 200),
    ("get", "/v2/flows/{flow}/attributes", "/v2/flows/custom/attributes", "", AnyToken, 200),

    ("get", "/v2/flows/{flow}/entries", "/v2/flows/custom/entries", "", AnyToken, 200),
    ("get", "/v2/flows/{flow}/entries", "/v2/flows/orders/entries", "", AnyToken, 200),
    ("get", "/v2/flows/{flow}/entries", "/v2/flows/customers/entries", "", Secret, 200),
    ("get", "/v2/flows/{flow}/entries", "/v2/flows/addresses/entries", "", Secret, 200),
    ("get", "/v2/flows/{flow}/entries", "/v2/flows/accounts/entries", "", Secret, 200),
    ("post", "/v2/flows/{flow}/entries", "/v2/flows/custom/entries", r#"{"data":{"type":"entry"}}"#, Secret, 201),
    ("post", "/v2/flows/{flow}/entries", "/v2/flows/customers/entries", r#"{"data":{"type":"entry","id":"{customer}"}}"#, Secret, 201),
    ("get", "/v2/flows/{flow}/entries/{entry}", "/v2/flows/custom/entries/{entry}", "", AnyToken, 200),
    ("get", "/v2/flows/{flow}/entries/{entry}", "/v2/flows/customers/entries/{customer}", "", Owner, 200),
    ("get", "/v2/flows/{flow}/entries/{entry}", "/v2/flows/addresses/entries/{address}", "", Owner, 200),
    ("get", "/v2/flows/{flow}/entries/{entry}", "/v2/flows/accounts/entries/account", "", Secret, 200),
    ("put", "/v2/flows/{flow}/entries/{entry}", "/v2/flows/custom/entries/{entry}", EMPTY, Secret, 200),
    ("put", "/v2/flows/{flow}/entries/{entry}", "/v2/flows/customers/entries/{customer}", EMPTY, Secret, 200),
    ("put", "/v2/flows/{flow}/entries/{entry}", "/v2/flows/addresses/entries/{address}", EMPTY, Secret, 200),
    ("delete", "/v2/flows/{flow}/entries/{entry}", "/v2/flows/custom/entries/{entry}", "", Secret, 204),
    ("delete", "/v2/flows/{flow}/entries/{entry}", "/v2/flows/customers/entries/{customer}", "", Secret, 204),
    ("get", "/v2/flows/{flow}/entries/{entry}/relationships/{field}", "/v2/flows/custom/entries/{entry}/relationships/refers", "", AnyToken, 200),
    ("get", "/v2/flows/{flow}/entries/{entry}/relationships/{field}", "/v2/flows/customers/entries/{customer}/relationships/refers", "", Owner, 200),
    ("get", "/v2/flows/{flow}/entries/{entry}/relationships/{field}", "/v2/flows/addresses/entries/{address}/relationships/refers", "", Owner, 200),
    ("post", "/v2/flows/{flow}/entries/{entry}/relationships/{field}", "/v2/flows/custom/entries/{entry}/relationships/refers", REFERENCE, Secret, 201),
    ("post", "/v2/flows/{flow}/entries/{entry}/relationships/{field}", "/v2/flows/customers/entries/{customer}/relationships/refers", REFERENCE, Owner, 201),
    ("post", "/v2/flows/{flow}/entries/{entry}/relationships/{field}", "/v2/flows/addresses/entries/{address}/relationships/refers", REFERENCE, Owner, 201),
    ("put", "/v2/flows/{flow}/entries/{entry}/relationships/{field}", "/v2/flows/custom/entries/{entry}/relationships/refers", REFERENCE, Secret, 200),
    ("put", "/v2/flows/{flow}/entries/{entry}/relationships/{field}", "/v2/flows/customers/entries/{customer}/relationships/refers", REFERENCE, Owner, 200),
    ("delete", "/v2/flows/{flow}/entries/{entry}/relationships/{field}", "/v2/flows/custom/entries/{entry}/relationships/refers", "", Secret, 204),
    ("delete", "/v2/flows/{flow}/entries/{entry}/relationships/{field}", "/v2/flows/addresses/entries/{address}/relationships/refers", "", Owner, 204),
    // Spelled without "entries", as a guide has it.
    ("get", "", "/v2/flows/custom/{entry}/relationships/refers", "", AnyToken, 200),
    ("post", "", "/v2/flows/custom/{entry}/relationships/refers", REFERENCE, Secret, 201),
    ("put", "", "/v2/flows/customers/{customer}/relationships/refers", REFERENCE, Owner, 200),
    ("delete", "", "/v2/flows/custom/{entry}/relationships/refers", "", Secret, 204),

    ("get", "/v2/customers", "/v2/customers", "", Secret, 200),
    ("post", "/v2/customers", "/v2/customers", r#"{"data":{"type":"customer","name":"a","email":"new@example.com"}}"#, Secret, 201),
    ("post", "/v2/customers/tokens", "/v2/customers/tokens",
        r#"{"data":{"type":"token","email":"ron@example.com","password":"bacon"}}"#, AnyToken, 200),
    ("get", "/v2/customers/{customer}", "/v2/customers/{customer}", "", Owner, 200),
    ("put", "/v2/customers/{customer}", "/v2/customers/{customer}", EMPTY, Owner, 200),
    ("delete", "/v2/customers/{customer}", "/v2/customers/{customer}", "", Owner, 204),
    ("get", "/v2/customers/{customer}/relationships/{field}", "/v2/customers/{customer}/relationships/refers", "", Owner, 200),
    ("post", "/v2/customers/{customer}/relationships/{field}", "/v2/customers/{customer}/relationships/refers", REFERENCE, Owner, 201),
    ("put", "/v2/customers/{customer}/relationships/{field}", "/v2/customers/{customer}/relationships/refers", REFERENCE, Owner, 200),
    ("delete", "/v2/customers/{customer}/relationships/{field}", "/v2/customers/{customer}/relationships/refers", "", Owner, 204),
    ("get", "/v2/customers/{customer}/addresses", "/v2/customers/{customer}/addresses", "", Owner, 200),
    ("post", "/v2/customers/{customer}/addresses", "/v2/customers/{customer}/addresses", ADDRESS, Owner, 201),
    ("get", "/v2/customers/{customer}/addresses/{address}", "/v2/customers/{customer}/addresses/{address}", "", Owner, 200),
    ("put", "/v2/customers/{customer}/addresses/{address}", "/v2/customers/{customer}/addresses/{address}", EMPTY, Owner, 200),
    ("delete", "/v2/customers/{customer}/addresses/{address}", "/v2/customers/{customer}/addresses/{address}", "", Owner, 204),

    ("get", "/v2/settings", "/v2/settings", "", Secret, 200),
    ("put", "/v2/settings", "/v2/settings", r#"{"data":{"type":"settings"}}"#, Secret, 200),
    ("delete", "/v2/settings", "/v2/settings", "", Secret, 204),
    ("get", "/v2/settings/customer-authentication", "/v2/settings/customer-authentication", "", AnyToken, 200),
    ("get", "/v2/settings/customer-authentication/{id}", "/v2/settings/customer-authentication/{store}", "", AnyToken, 200),
    ("get", "", "/v2/customer-authentication-settings", "", AnyToken, 200),
];

/// Those who have a token.
const CALLERS: [&str; 5] = [
    "a visitor",
    "another customer",
    "a visitor with an invalid customer token",
    "the customer",
    "client_credentials",
];

/// A store with one of everything.
struct Fixture {
    engine: Engine,
    app: TestApp,
    expired: Client,
    /// In the order of [`CALLERS`].
    callers: [Client; CALLERS.len()],
    ids: Vec<(&'static str, String)>,
}

impl Fixture {
    async fn on(engine: Engine) -> Self {
        let app = TestApp::on(engine).await;
        let expired = app.admin().await;
        app.database.clock.advance(3600);
        let (admin, visitor) = (app.admin().await, app.visitor().await);
        let id = |data: &Value| data["id"].as_str().unwrap().to_owned();
        let flow = admin.create_flow("custom").await;
        let field = admin
            .create_field(&flow, "plain", "string", json!({}))
            .await;
        admin
            .create_relationship(&flow, "refers", "one-to-many", "wishlist")
            .await;
        for slug in ["customers", "addresses", "orders", "accounts"] {
            let flow = admin.create_flow(slug).await;
            admin
                .create_relationship(&flow, "refers", "one-to-many", "wishlist")
                .await;
        }
        admin
            .post_entry("accounts", json!({ "id": "account" }))
            .await
            .expect(201);
        let entry = id(&admin.post_entry("custom", json!({})).await.data(201));
        let ron = json!({ "password": "bacon" });
        let customer = id(&admin.create_customer("ron@example.com", ron).await);
        let leslie = json!({ "password": "waffles" });
        admin.create_customer("leslie@example.com", leslie).await;
        let addresses = format!("/v2/customers/{customer}/addresses");
        let address: Value = serde_json::from_str(ADDRESS).unwrap();
        let address = id(&admin.post(&addresses, address).await.data(201));
        let key = json!({ "data": { "type": "application_key", "name": "a" } });
        let key = id(&admin.post("/v2/application-keys", key).await.data(201));
        let store = id(&admin.get("/v2/settings").await.data(200));
        let callers = [
            visitor.clone(),
            app.customer("leslie@example.com", "waffles").await,
            visitor.with("x-moltin-customer-token", "garbage"),
            app.customer("ron@example.com", "bacon").await,
            admin,
        ];
        let ids = vec![
            ("{flow}", flow),
            ("{field}", field),
            ("{entry}", entry),
            ("{customer}", customer),
            ("{address}", address),
            ("{key}", key),
            ("{store}", store),
        ];
        Self {
            engine,
            app,
            expired,
            callers,
            ids,
        }
    }

    /// Sends the request of a row.
    async fn send(&self, client: &Client, (method, _, path, body, ..): &Row) -> Response {
        let fill = |text: &str| {
            self.ids
                .iter()
                .fold(text.to_owned(), |text, (name, id)| text.replace(name, id))
        };
        client
            .send(&method.to_uppercase(), &fill(path), fill(body).into_bytes())
            .await
    }

    /// All that the store has, as its owner sees it.
    async fn everything(&self) -> Vec<Value> {
        let mut all = Vec::new();
        for path in [
            "/v2/application-keys",
            "/v2/flows",
            "/v2/fields",
            "/v2/customers",
            "/v2/settings",
            "/v2/flows/custom/entries",
            "/v2/flows/addresses/entries",
        ] {
            all.push(self.callers[4].get(path).await.expect(200));
        }
        all
    }
}

fn operations() -> Vec<(String, String)> {
    let document: Value = serde_json::from_str(DOCUMENT).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let methods = item.as_object().unwrap().keys();
        operations.extend(methods.map(|method| (method.clone(), path.clone())));
    }
    operations
}

#[test]
fn every_operation_of_the_document_has_a_row() {
    let operations = operations();
    assert!(operations.len() > 50);
    for (method, path) in &operations {
        let has_row = ROWS.iter().any(|row| row.0 == method && row.1 == path);
        assert!(has_row, "{method} {path} has no row");
    }
    for row in ROWS.iter().filter(|row| !row.1.is_empty()) {
        let is_documented = operations.contains(&(row.0.to_owned(), row.1.to_owned()));
        assert!(is_documented, "{} {} is not documented", row.0, row.1);
    }
}

both_engines! {
    async fn each_caller_may_do_what_the_table_says(fixture: Fixture) {
        let mut fixture = fixture;
        for row in ROWS {
            let &(method, _, path, _, who, status) = row;
            let nameless = [
                ("nobody", fixture.app.anonymous()),
                ("garbage", fixture.app.with_token("garbage")),
                ("an expired token", fixture.expired.clone()),
            ];
            for (name, client) in nameless {
                let expected = if who == Everybody { status } else { 401 };
                let answer = fixture.send(&client, row).await.status;
                assert_eq!(answer, expected, "{method} {path} by {name}");
            }
            let first_allowed = match who {
                Everybody | AnyToken => 0,
                Owner => 3,
                Secret => 4,
            };
            for (index, name) in CALLERS.into_iter().enumerate() {
                let expected = if index < first_allowed { 403 } else { status };
                let answer = fixture.send(&fixture.callers[index], row).await;
                let said = String::from_utf8_lossy(&answer.body);
                assert_eq!(answer.status, expected, "{method} {path} by {name}: {said}");
                if answer.status == 204 {
                    fixture = Fixture::on(fixture.engine).await;
                }
            }
        }
    }

    async fn another_store_sees_and_changes_nothing(fixture: Fixture) {
        let other = fixture.app.other_store("Other").await;
        let before = fixture.everything().await;
        for row in ROWS {
            let &(method, _, path, body, ..) = row;
            let [by_admin, by_visitor] = [fixture.send(&other.admin, row).await, fixture.send(&other.visitor, row).await];
            for answer in [&by_admin, &by_visitor] {
                let said = String::from_utf8_lossy(&answer.body);
                // An error may repeat what the request said itself.
                for (name, id) in fixture.ids.iter().filter(|(name, _)| !body.contains(name)) {
                    assert!(!said.contains(id.as_str()), "{method} {path} shows {name}: {said}");
                }
            }
            let names_something = path.contains('{') || path.starts_with("/v2/flows/") && path != "/v2/flows/attributes";
            if names_something {
                assert_eq!(by_admin.status, 404, "{method} {path}");
            } else if body.contains("{flow}") {
                assert_eq!(by_admin.status, 422, "{method} {path}");
            } else if body.contains("ron@example.com") {
                assert_eq!(by_admin.status, 401, "{method} {path}");
            } else {
                assert!(by_admin.status.is_success(), "{method} {path}");
            }
            // Nor does the token of a customer open anything beside the token of another store's visitor.
            let customer = fixture.callers[3].customer_token().unwrap();
            let stranger = other.visitor.clone().with("x-moltin-customer-token", customer);
            assert_eq!(fixture.send(&stranger, row).await.status, by_visitor.status, "{method} {path}");
        }
        assert_eq!(fixture.everything().await, before);
    }
}
