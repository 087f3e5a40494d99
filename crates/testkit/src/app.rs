//! An application with a store and a key, on a database of its own.

use std::num::NonZeroU32;
use std::time::Duration;

use customary_api::ApiConfig;
use customary_model::secret::Secret;
use customary_service::indexes;
use customary_service::operator::{self, ClientCredentials};
use customary_service::verify::verify;
use customary_service::{App, Limits};
use serde_json::{Value, json};

use crate::client::{Api, Client, Response};
use crate::database::{Engine, TestDatabase};

/// The client id of the first key of every test.
pub const CLIENT_ID: &str = "test-client";

/// Its secret.
pub const CLIENT_SECRET: &str = "test-secret";

/// The header that carries the token of a customer.
const CUSTOMER_TOKEN: &str = "x-moltin-customer-token";

/// Clients of a store besides the first.
pub struct OtherStore {
    /// May do everything there.
    pub admin: Client,
    /// May do what a shop's visitors may.
    pub visitor: Client,
}

/// An application under test: one node.
pub struct TestApp {
    /// The application itself.
    pub app: App,
    /// Its database and clock.
    pub database: TestDatabase,
    api: Api,
}

/// No test depends on how long something takes.
fn patient() -> Limits {
    Limits {
        scan_timeout: Duration::from_mins(1),
        ..Limits::default()
    }
}

impl TestApp {
    /// A node on a new database.
    ///
    /// # Panics
    /// It cannot be made.
    pub async fn on(engine: Engine) -> Self {
        Self::over(TestDatabase::on(engine).await, patient()).await
    }

    /// Another node on the same database.
    ///
    /// # Panics
    /// It cannot be made.
    pub async fn second_node(&self) -> Self {
        Self::over(self.database.again().await, patient()).await
    }

    /// Another node on the same database, which lets each store make so many requests a second.
    ///
    /// # Panics
    /// It cannot be made.
    pub async fn limited_node(&self, rate_limit: u32) -> Self {
        let limits = Limits {
            rate: NonZeroU32::new(rate_limit),
            ..patient()
        };
        Self::over(self.database.again().await, limits).await
    }

    /// Another node on the same database, which has nothing that the platform does not document.
    ///
    /// # Panics
    /// It cannot be made.
    pub async fn strict_node(&self) -> Self {
        let limits = Limits {
            is_strict: true,
            ..patient()
        };
        Self::over(self.database.again().await, limits).await
    }

    /// Another node on the same database, which gives filters without an index so much time.
    ///
    /// # Panics
    /// It cannot be made.
    pub async fn impatient_node(&self, scan_timeout: Duration) -> Self {
        let limits = Limits {
            scan_timeout,
            ..patient()
        };
        Self::over(self.database.again().await, limits).await
    }

    /// Does the work on indexes that is left for the background.
    ///
    /// # Panics
    /// The database refuses.
    pub async fn work_on_indexes(&self) {
        while indexes::work(&self.app).await.expect("work can be done") {}
    }

    async fn over(database: TestDatabase, limits: Limits) -> Self {
        let app = App::new(database.db.clone(), database.clock.clone(), limits);
        let credentials = ClientCredentials {
            client_id: CLIENT_ID.to_owned(),
            client_secret: Secret::new(CLIENT_SECRET),
        };
        operator::prepare(&app, Some(credentials))
            .await
            .expect("a first store can be made");
        let config = ApiConfig {
            public_url: None,
            request_timeout: Duration::from_secs(30),
        };
        let api = customary_api::service(app.clone(), config);
        let api = Api::new(api);
        Self { app, database, api }
    }

    /// Checks that slots and unique values are what documents say, and counters what there is.
    ///
    /// # Panics
    /// They are not.
    pub async fn verify(&self) {
        let report = verify(&self.app).await.expect("the database can be read");
        assert!(report.differences.is_empty(), "{:#?}", report.differences);
    }

    /// A client without a token.
    #[must_use]
    pub fn anonymous(&self) -> Client {
        Client::new(self.api.clone(), None)
    }

    /// A client with a given token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Client {
        Client::new(self.api.clone(), Some(token.to_owned()))
    }

    /// A client that may do everything in the first store.
    pub async fn admin(&self) -> Client {
        self.client("client_credentials", CLIENT_ID, CLIENT_SECRET)
            .await
    }

    /// A client that may do what a shop's visitors may.
    pub async fn visitor(&self) -> Client {
        self.client("implicit", CLIENT_ID, "").await
    }

    /// A client with a token for the given credentials.
    ///
    /// # Panics
    /// The credentials are refused.
    pub async fn client(&self, grant: &str, client_id: &str, client_secret: &str) -> Client {
        let body =
            format!("grant_type={grant}&client_id={client_id}&client_secret={client_secret}");
        let answer = self
            .anonymous()
            .send("POST", "/oauth/access_token", body.into_bytes())
            .await
            .expect(200);
        self.with_token(answer["access_token"].as_str().expect("a token"))
    }

    /// A visitor with the token of a customer of the first store.
    ///
    /// # Panics
    /// The password is refused.
    pub async fn customer(&self, email: &str, password: &str) -> Client {
        let visitor = self.visitor().await;
        let body = json!({ "data": { "type": "token", "email": email, "password": password } });
        let token = visitor.post("/v2/customers/tokens", body).await.data(200);
        visitor.with(CUSTOMER_TOKEN, token["token"].as_str().expect("a token"))
    }

    /// Clients of a new store.
    ///
    /// # Panics
    /// The store cannot be made.
    pub async fn other_store(&self, name: &str) -> OtherStore {
        let (_, key) = operator::create_store(&self.app, name)
            .await
            .expect("a store can be made");
        let secret = key.client_secret.reveal();
        OtherStore {
            admin: self
                .client("client_credentials", &key.client_id, secret)
                .await,
            visitor: self.client("implicit", &key.client_id, "").await,
        }
    }
}

impl Client {
    /// The token of a customer that this client sends.
    #[must_use]
    pub fn customer_token(&self) -> Option<&str> {
        self.header(CUSTOMER_TOKEN)
    }

    /// Creates a flow and returns its id.
    pub async fn create_flow(&self, slug: &str) -> String {
        let body = json!({ "data": { "type": "flow", "name": slug, "slug": slug } });
        id(&self.post("/v2/flows", body).await.data(201))
    }

    /// Creates a field and returns its id; `more` are further attributes.
    ///
    /// # Panics
    /// The field is refused.
    pub async fn create_field(
        &self,
        flow: &str,
        slug: &str,
        field_type: &str,
        more: Value,
    ) -> String {
        let mut data = json!({
            "type": "field", "name": slug, "slug": slug, "field_type": field_type,
            "relationships": { "flow": { "data": { "type": "flow", "id": flow } } },
        });
        for (name, value) in more.as_object().expect("further attributes") {
            data[name] = value.clone();
        }
        id(&self
            .post("/v2/fields", json!({ "data": data }))
            .await
            .data(201))
    }

    /// Creates a relationship field with a rule of the given kind.
    pub async fn create_relationship(&self, flow: &str, slug: &str, kind: &str, to: &str) {
        let rules = json!([{ "type": kind, "to": to }]);
        self.create_field(
            flow,
            slug,
            "relationship",
            json!({ "validation_rules": rules }),
        )
        .await;
    }

    /// Asks for a new entry; `more` are its attributes besides the type.
    ///
    /// # Panics
    /// `more` is no object.
    pub async fn post_entry(&self, flow: &str, more: Value) -> Response {
        let mut data = json!({ "type": "entry" });
        for (name, value) in more.as_object().expect("further attributes") {
            data[name] = value.clone();
        }
        self.post(
            &format!("/v2/flows/{flow}/entries"),
            json!({ "data": data }),
        )
        .await
    }

    /// Creates a customer; `more` are further attributes. Returns it.
    ///
    /// # Panics
    /// The customer is refused.
    pub async fn create_customer(&self, email: &str, more: Value) -> Value {
        let mut data = json!({ "type": "customer", "name": email, "email": email });
        for (name, value) in more.as_object().expect("further attributes") {
            data[name] = value.clone();
        }
        self.post("/v2/customers", json!({ "data": data }))
            .await
            .data(201)
    }
}

fn id(data: &Value) -> String {
    data["id"].as_str().expect("an id").to_owned()
}
