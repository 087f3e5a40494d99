//! How the customers of a store sign in (`contract/conventions.md` §9).

use axum::Json;
use axum::extract::State;
use customary_model::id::StoreId;
use customary_service::settings;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::error::{ApiError, Errors};
use crate::extract::{Auth, BaseUrl, Path};
use crate::router::ApiState;
use crate::views::SelfLink;

/// How customers sign in, with where to find it.
#[derive(Serialize, ToSchema)]
pub(crate) struct CustomerAuthenticationAnswer {
    data: CustomerAuthentication,
    links: SelfLink,
}

/// How customers sign in.
#[derive(Serialize, ToSchema)]
pub(crate) struct CustomerAuthentication {
    /// The id of the store.
    #[schema(value_type = String, format = Uuid)]
    id: StoreId,
    /// Always `customer-authentication-settings`.
    #[serde(rename = "type")]
    #[schema(example = "customer-authentication-settings")]
    type_name: &'static str,
    /// The client id that a sign-in names.
    #[schema(value_type = Object)]
    meta: Value,
    /// The realm in which customers sign in.
    #[schema(value_type = Object)]
    relationships: Value,
}

impl CustomerAuthenticationAnswer {
    /// The realm of a store's buyers has the store's own id: there is exactly one.
    fn new(store: StoreId, BaseUrl(base): &BaseUrl) -> Self {
        let realm = json!({
            "id": store,
            "type": "authentication-realm",
            "duplicate_email_policy": "allowed",
            "links": { "self": format!("{base}/v2/authentication-realms/{store}") },
        });
        Self {
            data: CustomerAuthentication {
                id: store,
                type_name: "customer-authentication-settings",
                meta: json!({ "client_id": "customers" }),
                relationships: json!({ "authentication-realm": { "data": realm } }),
            },
            links: SelfLink {
                own: format!("{base}/v2/settings/customer-authentication"),
            },
        }
    }
}

/// Get how customers sign in
#[utoipa::path(
    get,
    path = "/v2/settings/customer-authentication",
    operation_id = "getCustomerAuthentication",
    tag = "Settings",
    responses((status = 200, description = "How customers sign in", body = CustomerAuthenticationAnswer))
)]
pub(crate) async fn get(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    base: BaseUrl,
) -> Result<Json<CustomerAuthenticationAnswer>, ApiError> {
    let store = settings::customer_authentication(&state.app, &caller, None).await?;
    Ok(Json(CustomerAuthenticationAnswer::new(store, &base)))
}

/// Get how customers sign in, by id
#[utoipa::path(
    get,
    path = "/v2/settings/customer-authentication/{id}",
    operation_id = "getCustomerAuthenticationById",
    tag = "Settings",
    params(("id" = String, Path, description = "The id of the store")),
    responses((status = 200, description = "How customers sign in", body = CustomerAuthenticationAnswer), (status = 404, description = "It is not the id of the caller's store", body = Errors))
)]
pub(crate) async fn get_by_id(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    base: BaseUrl,
    Path(id): Path<String>,
) -> Result<Json<CustomerAuthenticationAnswer>, ApiError> {
    let store = settings::customer_authentication(&state.app, &caller, Some(&id)).await?;
    Ok(Json(CustomerAuthenticationAnswer::new(store, &base)))
}
