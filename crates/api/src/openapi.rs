//! The OpenAPI document, made from the handlers.

mod conditions;

use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

/// What the document says besides the routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Customary",
        description = "Customer profiles whose schema a shop extends at run time.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    modifiers(&Tokens),
    security(("bearer" = []), ("bearer" = [], "customer" = [])),
    tags(
        (name = "Authentication", description = "Tokens"),
        (name = "Application keys", description = "Client ids and secrets, exchanged for tokens"),
        (name = "Flows", description = "A flow extends a resource, or is one of its own"),
        (name = "Fields", description = "What a flow adds to its records"),
        (name = "Settings", description = "What a store sets itself"),
        (name = "Entries", description = "Rows of flows, and what they refer to"),
        (name = "Customers", description = "Customers, with the fields of the flow `customers`"),
        (name = "Addresses", description = "Addresses of customers, with the fields of the flow `addresses`"),
    )
)]
pub(crate) struct Document;

struct Tokens;

impl Modify for Tokens {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("From `/oauth/access_token`"));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme.build()));
        let header = ApiKeyValue::with_description(
            "X-Moltin-Customer-Token",
            "From `/v2/customers/tokens`; opens the customer's own record beside a bearer token of the grant `implicit`",
        );
        let scheme = SecurityScheme::ApiKey(ApiKey::Header(header));
        components.add_security_scheme("customer", scheme);
    }
}

/// What every operation can answer that needs a token.
const EVERYWHERE: [(&str, &str); 4] = [
    ("400", "The body or a parameter makes no sense"),
    ("401", "The token is missing, wrong or has expired"),
    ("403", "The token does not allow this"),
    (
        "429",
        "The store has made as many requests as it may; `Retry-After` says when to try again",
    ),
];

/// The document with what is the same for every operation.
pub(crate) fn completed(mut document: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    for (path, item) in &mut document.paths.paths {
        conditions::add(path, item);
        let operations = [
            &mut item.get,
            &mut item.post,
            &mut item.put,
            &mut item.delete,
        ];
        for operation in operations.into_iter().flatten() {
            // An operation with a security of its own is one that needs no token.
            if operation.security.is_some() {
                continue;
            }
            for (status, description) in EVERYWHERE {
                let responses = &mut operation.responses.responses;
                responses
                    .entry(status.to_owned())
                    .or_insert_with(|| conditions::refusal(description).into());
            }
        }
    }
    document
}

/// The document as indented JSON, as it is checked in.
///
/// # Panics
/// Never: a document always serialises.
#[must_use]
pub fn document_json() -> String {
    let (_, document) = crate::router::routes().split_for_parts();
    let mut json = completed(document)
        .to_pretty_json()
        .expect("a document serialises");
    json.push('\n');
    json
}
