//! The OpenAPI document, made from the handlers.

use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

/// What the document says besides the routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Customary",
        description = "Customer profiles whose schema a shop extends at run time.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    modifiers(&BearerToken),
    security(("bearer" = [])),
    tags(
        (name = "Authentication", description = "Tokens"),
        (name = "Flows", description = "A flow extends a resource, or is one of its own"),
        (name = "Fields", description = "What a flow adds to its records"),
        (name = "Settings", description = "What a store sets itself"),
        (name = "Entries", description = "Rows of flows, and what they refer to"),
        (name = "Customers", description = "Customers, with the fields of the flow `customers`"),
    )
)]
pub(crate) struct Document;

struct BearerToken;

impl Modify for BearerToken {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("From `/oauth/access_token`"));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme.build()));
    }
}

/// The document as indented JSON, as it is checked in.
///
/// # Panics
/// Never: a document always serialises.
#[must_use]
pub fn document_json() -> String {
    let (_, document) = crate::router::routes().split_for_parts();
    let mut json = document.to_pretty_json().expect("a document serialises");
    json.push('\n');
    json
}
