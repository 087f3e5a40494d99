//! `/v2/settings` (`contract/conventions.md` §9).

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use customary_model::id::StoreId;
use customary_model::settings::Compat;
use customary_service::settings::{self, StoreSettings};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{ApiError, Errors};
use crate::extract::{Auth, DataOrBody};
use crate::router::ApiState;

/// The settings of a store.
#[derive(Serialize, ToSchema)]
pub(crate) struct SettingsAnswer {
    data: SettingsView,
    meta: SettingsMeta,
}

/// Who the settings belong to.
#[derive(Serialize, ToSchema)]
pub(crate) struct SettingsMeta {
    /// Always `store`.
    #[schema(example = "store")]
    owner: &'static str,
    /// The name of the store.
    #[serde(skip_serializing_if = "Option::is_none")]
    store_name: Option<String>,
}

/// Settings; those that end in `_limit`, but for `shopper_address_limit`, cannot be changed.
#[derive(Serialize, ToSchema)]
#[schema(as = Settings)]
pub(crate) struct SettingsView {
    /// Always `settings`.
    #[serde(rename = "type")]
    #[schema(example = "settings")]
    type_name: &'static str,
    /// The id of the store.
    #[schema(value_type = String, format = Uuid)]
    id: StoreId,
    /// How many records a page has when the request does not say, 1 to 100.
    #[schema(example = 25)]
    page_length: u32,
    list_child_products: bool,
    additional_languages: Vec<String>,
    /// `line` or `simple`.
    #[schema(example = "line")]
    calculation_method: String,
    /// What an address must have.
    address_mandatory_fields: Vec<String>,
    include_organization_resources: bool,
    /// How many addresses a customer can have, 1 to 500.
    #[schema(example = 25)]
    shopper_address_limit: u32,
    /// Whether a change or deletion of a record must send `If-Match`. Left out when it need not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    require_if_match: bool,
    /// `strict` when the store has nothing that the platform does not document. Left out when it has all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "strict")]
    compat: Option<&'static str>,
    currency_limit: u32,
    field_limit: usize,
    integration_limit: u32,
    event_limit: u32,
    filter_limit: usize,
    tax_item_limit: u32,
    promotions_limit: u32,
    promotion_codes_limit: u32,
    page_offset_limit: u32,
}

/// Settings to change; what is not sent stays as it is.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "documents the body, which the model parses so that every problem is reported at once"
)]
pub(crate) struct SettingsInput {
    /// `settings`
    #[schema(rename = "type", example = "settings")]
    type_name: String,
    page_length: Option<u32>,
    list_child_products: Option<bool>,
    additional_languages: Option<Vec<String>>,
    calculation_method: Option<String>,
    address_mandatory_fields: Option<Vec<String>>,
    include_organization_resources: Option<bool>,
    shopper_address_limit: Option<u32>,
    /// Whether a change or deletion of a record must send `If-Match`; false by default.
    require_if_match: Option<bool>,
    /// `extended`, or `strict` to have nothing that the platform does not document.
    #[schema(example = "extended")]
    compat: Option<String>,
}

impl From<StoreSettings> for SettingsAnswer {
    fn from(
        StoreSettings {
            store_id,
            store_name,
            settings,
        }: StoreSettings,
    ) -> Self {
        let data = SettingsView {
            type_name: "settings",
            id: store_id,
            page_length: settings.page_length,
            list_child_products: settings.list_child_products,
            additional_languages: settings.additional_languages,
            calculation_method: settings.calculation_method,
            address_mandatory_fields: settings.address_mandatory_fields,
            include_organization_resources: settings.include_organization_resources,
            shopper_address_limit: settings.shopper_address_limit,
            require_if_match: settings.require_if_match && settings.compat == Compat::Extended,
            compat: (settings.compat == Compat::Strict).then(|| settings.compat.as_str()),
            // The platform's own numbers, for resources that live elsewhere.
            currency_limit: 10,
            integration_limit: 100,
            event_limit: 5,
            tax_item_limit: 5,
            promotions_limit: 1000,
            promotion_codes_limit: 1000,
            // And those that count here.
            field_limit: settings.field_limit,
            filter_limit: customary_model::filter::MAX_OPERATORS,
            page_offset_limit: customary_model::page::MAX_OFFSET,
        };
        Self {
            data,
            meta: SettingsMeta {
                owner: "store",
                store_name,
            },
        }
    }
}

/// Get the settings
#[utoipa::path(
    get,
    path = "/v2/settings",
    operation_id = "getSettings",
    tag = "Settings",
    responses((status = 200, description = "The settings of the store", body = SettingsAnswer))
)]
pub(crate) async fn get(
    State(state): State<ApiState>,
    Auth(caller): Auth,
) -> Result<Json<SettingsAnswer>, ApiError> {
    Ok(Json(settings::get(&state.app, &caller).await?.into()))
}

/// Update the settings
///
/// They count from the next request on.
#[utoipa::path(
    put,
    path = "/v2/settings",
    operation_id = "updateSettings",
    tag = "Settings",
    request_body = crate::views::Data<SettingsInput>,
    responses((status = 200, description = "The settings of the store", body = SettingsAnswer), (status = 400, description = "What is wrong with them", body = Errors))
)]
pub(crate) async fn update(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    DataOrBody(data): DataOrBody,
) -> Result<Json<SettingsAnswer>, ApiError> {
    let settings = settings::update(&state.app, &caller, data)
        .await
        .map_err(ApiError::settings)?;
    Ok(Json(settings.into()))
}

/// Reset the settings
///
/// Back to the platform's defaults.
#[utoipa::path(
    delete,
    path = "/v2/settings",
    operation_id = "resetSettings",
    tag = "Settings",
    responses((status = 204, description = "They are the defaults"))
)]
pub(crate) async fn reset(
    State(state): State<ApiState>,
    Auth(caller): Auth,
) -> Result<StatusCode, ApiError> {
    settings::reset(&state.app, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}
