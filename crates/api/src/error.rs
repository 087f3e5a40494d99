//! Every failure as the contract words it (`contract/conventions.md` §3).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use customary_model::problem::{Issue, Origin, Problem};
use customary_model::slug::FieldSlug;
use customary_service::Error;
use customary_service::conditions::Outdated;
use customary_service::error::{Duplicate, Kind};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, OneOf, OneOfBuilder, Schema, Type};

use crate::answers::{quoted, replayed};

/// How a family of resources words the problems of its own attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// Flows and fields: title `Validation Error`, with the `source`.
    Flows,
    /// Customers: title `Failed Validation`, without one.
    Customers,
    /// Addresses: 400 with a title that names the rule and `data` as the source; what is not found has a
    /// status that is a string.
    Addresses,
    /// Application keys: problems are bad requests.
    ApplicationKeys,
    /// Settings: problems are bad requests, with a title that names the rule.
    Settings,
}

/// The one answer to every failure.
#[derive(Debug)]
pub(crate) struct ApiError {
    error: Error,
    family: Family,
}

/// A fault whose text is for the log. The outermost layer logs it and words the answer, because
/// that names the id of the request.
#[derive(Debug, Clone)]
pub(crate) struct Fault(pub(crate) String);

/// The body of every answer that is not a success.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Errors {
    /// One object for each thing that is wrong.
    pub(crate) errors: Vec<ErrorObject>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ErrorObject {
    /// The HTTP status: an integer, but a string at the token endpoint, for application keys and settings
    /// that are wrong, and for addresses that are not found.
    #[schema(schema_with = number_or_text)]
    pub(crate) status: Value,
    /// The kind of error.
    #[schema(example = "Validation Error")]
    pub(crate) title: String,
    /// What is wrong and how to put it right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) detail: Option<String>,
    /// The attribute it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<String>,
    /// The request, to name when reporting a fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) request_id: Option<String>,
    /// More about it, for programs. For a write that is based on another state: the record's present `etag`,
    /// and the keys that have `changed`. For a field that cannot be unique: some of the `duplicates`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub(crate) meta: Option<Value>,
}

fn number_or_text() -> Schema {
    let kinds = [Type::Integer, Type::String].map(Object::with_type);
    let kinds = kinds.into_iter().fold(OneOf::builder(), OneOfBuilder::item);
    Schema::OneOf(kinds.build())
}

impl ErrorObject {
    fn new(status: StatusCode, title: &str, detail: Option<String>) -> Self {
        Self {
            status: status.as_u16().into(),
            title: title.to_owned(),
            detail,
            source: None,
            request_id: None,
            meta: None,
        }
    }
}

impl ApiError {
    /// A failure of a request about customers.
    pub(crate) fn customers(error: Error) -> Self {
        Self {
            error,
            family: Family::Customers,
        }
    }

    /// A failure of a request about addresses.
    pub(crate) fn addresses(error: Error) -> Self {
        Self {
            error,
            family: Family::Addresses,
        }
    }

    /// A failure of a request about application keys.
    pub(crate) fn application_keys(error: Error) -> Self {
        Self {
            error,
            family: Family::ApplicationKeys,
        }
    }

    /// A failure of a request about settings.
    pub(crate) fn settings(error: Error) -> Self {
        Self {
            error,
            family: Family::Settings,
        }
    }

    /// A body or parameter that makes no sense.
    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Error::BadRequest(detail.into()).into()
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self {
            error,
            family: Family::Flows,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let family = self.family;
        match self.error {
            Error::Invalid(problems) => {
                let errors = problems
                    .iter()
                    .map(|problem| problem_object(problem, family))
                    .collect();
                respond(status_of(&problems, family), errors)
            }
            Error::BadRequest(detail) => one(StatusCode::BAD_REQUEST, "Bad Request", Some(&detail)),
            Error::BadFilter(detail) => {
                let detail = format!("Could not parse the supplied filter: {detail}");
                one(StatusCode::BAD_REQUEST, "Bad Request", Some(&detail))
            }
            Error::NotFound(kind) if is_plain(family) => string_status(
                StatusCode::NOT_FOUND,
                Some(&format!("{} not found", name(kind))),
            ),
            Error::NotFound(kind) => {
                let name = name(kind);
                let title = format!("{}{} not found", name[..1].to_uppercase(), &name[1..]);
                one(
                    StatusCode::NOT_FOUND,
                    &title,
                    Some(&format!("The requested {name} could not be found")),
                )
            }
            Error::Conflict(detail) => one(StatusCode::CONFLICT, "Conflict", Some(&detail)),
            Error::Taken(fields) => {
                let errors = fields.iter().map(taken).collect();
                respond(StatusCode::CONFLICT, errors)
            }
            Error::Duplicates(detail, duplicates) => {
                let object = ErrorObject {
                    meta: Some(
                        json!({ "duplicates": duplicates.iter().map(duplicate).collect::<Vec<_>>() }),
                    ),
                    ..conflict(format!("data.unique: {detail}"), "data.unique".to_owned())
                };
                respond(StatusCode::CONFLICT, vec![object])
            }
            Error::LimitReached(detail) => one(
                StatusCode::UNPROCESSABLE_ENTITY,
                "Unprocessable Entity",
                Some(&detail),
            ),
            Error::DuplicateEmail => {
                let detail = "A customer with this email already exists";
                one(StatusCode::CONFLICT, "Duplicate email", Some(detail))
            }
            Error::CoreFlow => {
                let detail = "core flows cannot be deleted";
                one(
                    StatusCode::METHOD_NOT_ALLOWED,
                    "Method Not Allowed",
                    Some(detail),
                )
            }
            Error::Unauthenticated => one(
                StatusCode::UNAUTHORIZED,
                "Unable to validate access token",
                None,
            ),
            Error::WrongPassword => one(
                StatusCode::UNAUTHORIZED,
                "Unauthorized",
                Some("Invalid email or password"),
            ),
            Error::Forbidden => one(StatusCode::FORBIDDEN, "Forbidden", None),
            Error::TooManyRequests => {
                let mut response = one(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests", None);
                let headers = response.headers_mut();
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
                response
            }
            Error::Outdated(outdated) => precondition_failed(&outdated),
            Error::PreconditionRequired => one(
                StatusCode::PRECONDITION_REQUIRED,
                "Precondition Required",
                Some(
                    "This store asks every change and deletion for the state that it is based on (require_if_match): read the record and send its ETag as If-Match",
                ),
            ),
            Error::KeyReused => one(
                StatusCode::UNPROCESSABLE_ENTITY,
                "Unprocessable Entity",
                Some(
                    "The Idempotency-Key was used for another request: send the same key only with the same request, and a new one with a new request",
                ),
            ),
            Error::Answered(answer) => replayed(*answer),
            Error::Unavailable(reason) => unavailable(&reason),
            Error::TimedOut => unavailable("the database took too long"),
            Error::Internal(text) => fault(text),
            Error::Stale => fault("a stale snapshot reached the surface".to_owned()),
            Error::Repeated(id) => fault(format!("a repeated write of {id} reached the surface")),
        }
    }
}

/// The answer to a write that is based on a state that is no more.
fn precondition_failed(Outdated { tag, changed }: &Outdated) -> Response {
    let tag = quoted(*tag);
    let what = if changed.is_empty() {
        "The record is not in the state that If-Match names".to_owned()
    } else {
        let changed = changed.join(", ");
        format!("The record has changed since the state that If-Match names: {changed}")
    };
    let detail = format!(
        "{what}. Read it again, apply your change to it, and send its new ETag as If-Match"
    );
    let status = StatusCode::PRECONDITION_FAILED;
    let object = ErrorObject {
        meta: Some(json!({ "etag": tag, "changed": changed })),
        ..ErrorObject::new(status, "Precondition Failed", Some(detail))
    };
    let mut response = respond(status, vec![object]);
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// What is said of a unique field whose value another record has. Not which record: the caller may not be
/// one who can see it.
fn taken(field: &FieldSlug) -> ErrorObject {
    let path = format!("data.{field}");
    let detail = format!(
        "{path}: \"{field}\" is unique, and another record has this value: send a different one"
    );
    conflict(detail, path)
}

fn conflict(detail: String, source: String) -> ErrorObject {
    ErrorObject {
        source: Some(source),
        ..ErrorObject::new(StatusCode::CONFLICT, "Conflict", Some(detail))
    }
}

/// A value that several records have, with some of them. Of a long text it shows the beginning.
fn duplicate(duplicate: &Duplicate) -> Value {
    const MAX_CHARS: usize = 100;
    let mut value = duplicate.value.clone();
    if let Value::String(text) = &mut value
        && let Some((end, _)) = text.char_indices().nth(MAX_CHARS)
    {
        text.truncate(end);
        text.push('…');
    }
    json!({ "value": value, "records": duplicate.records })
}

/// The answer to a request for which the server has no time.
pub(crate) fn unavailable(reason: &str) -> Response {
    tracing::warn!("a request was turned away: {reason}");
    let detail = "The server is busy: send the request again in a moment";
    let mut response = one(
        StatusCode::SERVICE_UNAVAILABLE,
        "Service Unavailable",
        Some(detail),
    );
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

/// The answer to a fault, still without its body.
pub(crate) fn fault(text: String) -> Response {
    let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
    response.extensions_mut().insert(Fault(text));
    response
}

/// The answer to a fault, as a client sees it.
pub(crate) fn fault_body(request_id: &str) -> Response {
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    let detail = "There was an internal server error, you can report with your request id.";
    let object = ErrorObject {
        request_id: Some(request_id.to_owned()),
        ..ErrorObject::new(status, "Internal Server Error", Some(detail.to_owned()))
    };
    respond(status, vec![object])
}

/// An answer with one error object.
pub(crate) fn one(status: StatusCode, title: &str, detail: Option<&str>) -> Response {
    let object = ErrorObject::new(status, title, detail.map(ToOwned::to_owned));
    respond(status, vec![object])
}

/// An answer with one error object whose `status` is a string, as some families have it
/// (`contract/conventions.md` §3).
pub(crate) fn string_status(status: StatusCode, detail: Option<&str>) -> Response {
    let title = status.canonical_reason().unwrap_or_default();
    let mut object = json!({ "title": title, "status": status.as_u16().to_string() });
    if let Some(detail) = detail {
        object["detail"] = detail.into();
    }
    (status, Json(json!({ "errors": [object] }))).into_response()
}

fn respond(status: StatusCode, errors: Vec<ErrorObject>) -> Response {
    let mut response = (
        status,
        Json(Errors {
            errors: errors.clone(),
        }),
    )
        .into_response();
    response.extensions_mut().insert(Answered(errors));
    response
}

/// The errors of an answer, for who has to word them anew.
#[derive(Clone)]
struct Answered(Vec<ErrorObject>);

/// The answer with every `status` as a string, as some families have it (`contract/conventions.md` §3). What
/// concerns every request alike, such as a token or a limit, keeps its number.
pub(crate) async fn with_text_statuses(mut response: Response) -> Response {
    let status = response.status();
    let is_of_family = matches!(
        status,
        StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND | StatusCode::CONFLICT
    );
    match response.extensions_mut().remove::<Answered>() {
        Some(Answered(mut errors)) if is_of_family => {
            for error in &mut errors {
                error.status = status.as_u16().to_string().into();
            }
            respond(status, errors)
        }
        _ => response,
    }
}

/// Whether what is not found is titled like any other thing, with a status that is a string.
fn is_plain(family: Family) -> bool {
    matches!(family, Family::Addresses | Family::ApplicationKeys)
}

/// What is not found, in words.
fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Flow => "flow",
        Kind::Field => "field",
        Kind::Customer => "customer",
        Kind::Address => "address",
        Kind::Entry => "entry",
        Kind::ApplicationKey => "application key",
        Kind::Settings => "settings",
    }
}

/// The status of an answer that lists problems: problems with attributes of their own are a bad request
/// in some families, those with fields never are.
fn status_of(problems: &[Problem], family: Family) -> StatusCode {
    let is_bad_request = match family {
        Family::Flows | Family::Customers => false,
        Family::Addresses => problems
            .iter()
            .any(|problem| problem.origin == Origin::Attribute),
        Family::ApplicationKeys | Family::Settings => true,
    };
    if is_bad_request {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    }
}

fn problem_object(problem: &Problem, family: Family) -> ErrorObject {
    let source = Some(problem.path.clone());
    let status = Value::from(StatusCode::UNPROCESSABLE_ENTITY.as_u16());
    let bad_request = Value::from(StatusCode::BAD_REQUEST.as_u16());
    let (status, title, detail, source) = match (problem.origin, family) {
        (Origin::Attribute, Family::Customers) => {
            (status, "Failed Validation", sentence(problem), None)
        }
        (Origin::Attribute, Family::Addresses) => (
            bad_request,
            rule_name(&problem.issue),
            format!("{} {}", problem.name(), problem.issue),
            Some("data".to_owned()),
        ),
        (Origin::Attribute, Family::ApplicationKeys) => (
            bad_request,
            "Bad Request",
            format!("The field '{}' {}.", problem.name(), problem.issue),
            None,
        ),
        (Origin::Attribute, Family::Settings) => (
            bad_request,
            rule_name(&problem.issue),
            rule_sentence(problem),
            source,
        ),
        (Origin::Attribute, Family::Flows) | (Origin::Field, _) => {
            (status, "Validation Error", problem.to_string(), source)
        }
    };
    ErrorObject {
        status,
        title: title.to_owned(),
        detail: Some(detail),
        source,
        request_id: None,
        meta: None,
    }
}

/// What the families of addresses and settings call the rule that was broken (`contract/conventions.md` §3).
fn rule_name(issue: &Issue) -> &'static str {
    match issue {
        Issue::Required => "required",
        Issue::NotA(_) => "type",
        Issue::NotOneOf(_) => "enum",
        Issue::TooLong { .. } | Issue::NotAnEmail | Issue::Other(_) => "value",
    }
}

/// The wording of the settings family.
fn rule_sentence(problem: &Problem) -> String {
    let path = &problem.path;
    match &problem.issue {
        Issue::NotOneOf(options) => {
            let options: Vec<String> = options
                .iter()
                .map(|option| format!("\"{option}\""))
                .collect();
            format!(
                "{path} must be one of the following: {}",
                options.join(", ")
            )
        }
        issue @ (Issue::Required
        | Issue::NotA(_)
        | Issue::TooLong { .. }
        | Issue::NotAnEmail
        | Issue::Other(_)) => {
            format!("{path} {issue}")
        }
    }
}

/// The wording of the customers family (`contract/customers.md` §2).
fn sentence(problem: &Problem) -> String {
    let path = &problem.path;
    match &problem.issue {
        Issue::Required => format!("The {path} field is required."),
        Issue::NotOneOf(_) => format!("The selected {path} is invalid."),
        issue @ (Issue::NotA(_) | Issue::TooLong { .. } | Issue::NotAnEmail | Issue::Other(_)) => {
            format!("The {path} {issue}.")
        }
    }
}
