//! `POST /v2/customers/tokens` (`contract/customers.md` §6).

use axum::Json;
use axum::extract::State;
use customary_model::id::{CustomerId, CustomerTokenId};
use customary_service::customer_tokens;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{ApiError, Errors};
use crate::extract::{Auth, Data as Body};
use crate::router::ApiState;
use crate::views::{Data, NO_STORE, NoStore};

/// What a customer shows to get a token.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "documents the body, which the model parses so that every problem is reported at once"
)]
pub(crate) struct CustomerTokenInput {
    /// `token`
    #[schema(rename = "type", example = "token")]
    type_name: String,
    /// `password`, which is also the default and needs an email and a password, or `oidc`, which needs a
    /// provider and the three attributes that begin with `oauth_`.
    authentication_mechanism: Option<String>,
    #[schema(example = "ron.swanson@gmail.com", required = false)]
    email: String,
    #[schema(required = false)]
    password: String,
    oauth_authorization_code: Option<String>,
    oauth_redirect_uri: Option<String>,
    oauth_code_verifier: Option<String>,
}

/// A token of a customer. It goes into the header `X-Moltin-Customer-Token`, beside the bearer token
/// of a visitor.
#[derive(Serialize, ToSchema)]
#[schema(as = CustomerToken)]
pub(crate) struct CustomerTokenView {
    /// Always `token`.
    #[serde(rename = "type")]
    #[schema(example = "token")]
    type_name: &'static str,
    #[schema(value_type = String, format = Uuid)]
    id: CustomerTokenId,
    #[schema(value_type = String, format = Uuid)]
    customer_id: CustomerId,
    token: String,
    /// When it ends, in seconds since 1970: a day after it was issued.
    #[schema(example = 1_510_684_200)]
    expires: i64,
}

/// Get a customer's token
///
/// It opens the customer's own record, addresses and references. Another password ends it.
#[utoipa::path(
    post,
    path = "/v2/customers/tokens",
    operation_id = "createCustomerToken",
    tag = "Customers",
    request_body = Data<CustomerTokenInput>,
    responses(
        (status = 200, description = "A token, good for one day", body = Data<CustomerTokenView>),
        (status = 401, description = "No customer has this address with this password", body = Errors),
        (status = 422, description = "What is wrong with the request", body = Errors),
    )
)]
pub(crate) async fn create(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    Body(data): Body,
) -> Result<(NoStore, Json<Data<CustomerTokenView>>), ApiError> {
    let issued = customer_tokens::create(&state.app, &caller, &data)
        .await
        .map_err(ApiError::customers)?;
    let data = CustomerTokenView {
        type_name: "token",
        id: issued.id,
        customer_id: issued.customer_id,
        token: issued.token.reveal().to_owned(),
        expires: issued.expires_at.seconds(),
    };
    Ok((NO_STORE, Json(Data { data })))
}
