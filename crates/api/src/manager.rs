//! `/manager`: the web admin, a single-page app that is built from `ui/` and embedded here. It uses the
//! public API like any other client, so nothing in it is trusted and nothing here knows what it does.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use rust_embed::{Embed, EmbeddedFile};
use uuid::Uuid;

/// What `make ui` has built: in the binary, or read from the disk by a debug build. Files that get smaller
/// by it are there compressed too, with `.br` and `.gz` behind their names.
#[derive(Embed)]
#[folder = "../../ui/dist"]
#[allow_missing = true]
struct Built;

/// Stands in the page where the nonce of an answer goes.
const NONCE: &str = "__NONCE__";

/// Names of assets carry a hash of what they hold, so a browser never has to ask for one again.
const FOREVER: &str = "public, max-age=31536000, immutable";

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Customary</title>\
<h1>The Manager is not in this build</h1>\
<p>Run <code>make ui</code>, which needs Node 20.19 or newer, and build the server again. \
The API is described at <a href=\"/docs/\">/docs</a>.</p></html>";

/// The Manager's page and its assets. Every other path below `/manager` is a place in the app, which finds
/// its way by itself.
pub(crate) fn routes() -> Router {
    Router::new()
        .route("/manager", get(page))
        .route("/manager/", get(page))
        .route("/manager/assets/{file}", get(asset))
        .route("/manager/{*place}", get(page))
}

/// Where someone lands who only knows the address of the server.
pub(crate) async fn front_door() -> Redirect {
    let place = if Built::get("index.html").is_some() {
        "/manager"
    } else {
        "/docs/"
    };
    Redirect::temporary(place)
}

async fn page() -> Response {
    match Built::get("index.html") {
        Some(file) => index(&String::from_utf8_lossy(&file.data)),
        None => index(NOT_BUILT),
    }
}

/// The page, with a policy that lets it reach nothing but this server. Styles that the app adds while it
/// runs prove by the nonce that they are its own.
fn index(html: &str) -> Response {
    let nonce = Uuid::new_v4().simple().to_string();
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, policy.as_str()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ];
    (headers, Html(html.replace(NONCE, &nonce))).into_response()
}

async fn asset(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let path = format!("assets/{file}");
    let Some((file, encoding)) = smallest(&path, &headers) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, media_type(&path)),
        (header::CACHE_CONTROL, FOREVER),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::VARY, "accept-encoding"),
    ];
    let mut response = (headers, file.data.into_owned()).into_response();
    if let Some(encoding) = encoding {
        let encoding = HeaderValue::from_static(encoding);
        response
            .headers_mut()
            .insert(header::CONTENT_ENCODING, encoding);
    }
    response
}

/// The file in the smallest form that the client takes, with the name of its encoding if it has one.
fn smallest(path: &str, headers: &HeaderMap) -> Option<(EmbeddedFile, Option<&'static str>)> {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let takes = |encoding: &str| accepted.split(',').any(|item| item.trim() == encoding);
    [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .filter(|(encoding, _)| takes(encoding))
        .find_map(|(encoding, ending)| {
            Some((Built::get(&format!("{path}.{ending}"))?, Some(encoding)))
        })
        .or_else(|| Some((Built::get(path)?, None)))
}

/// The media type of an asset, by what its name ends with.
fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_has_a_nonce_of_its_own_in_the_page_and_in_its_policy() {
        let nonces = [(); 2].map(|()| {
            let headers = index(NONCE).headers().clone();
            let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
            let (_, rest) = policy.split_once("'nonce-").unwrap();
            rest.split_once('\'').unwrap().0.to_owned()
        });
        assert_ne!(nonces[0], nonces[1]);
        assert!(nonces[0].len() >= 32);
    }

    #[test]
    fn a_file_that_is_not_there_is_not_found_in_any_form() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, "gzip, br".parse().unwrap());
        assert!(smallest("assets/none.js", &headers).is_none());
    }
}
