//! What the document says of conditional and repeatable requests, which is the same for all records.

use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::{Content, Object, Ref, RefOr, Response, ResponseBuilder, Type};

/// Where one record is read, changed and deleted.
const RECORDS: [&str; 7] = [
    "/v2/application-keys/{key}",
    "/v2/customers/{customer}",
    "/v2/customers/{customer}/addresses/{address}",
    "/v2/fields/{field}",
    "/v2/flows/{flow}",
    "/v2/flows/{flow}/entries/{entry}",
    "/v2/flows/{flow}/fields/{field}",
];

/// Where records are made, by requests that may be repeated.
const COLLECTIONS: [&str; 5] = [
    "/v2/customers",
    "/v2/customers/{customer}/addresses",
    "/v2/fields",
    "/v2/flows",
    "/v2/flows/{flow}/entries",
];

/// What the paths of references end in: their changes are changes of the record.
const REFERENCES: &str = "/relationships/{field}";

/// Where a POST changes a record that exists, when the flow extends a resource.
const ENTRIES: &str = "/v2/flows/{flow}/entries";

/// The path of which an answer has a tag, but cannot be repeated.
const APPLICATION_KEYS: &str = "/v2/application-keys";

/// Adds the headers and answers of conditional requests to the operations of a path.
pub(super) fn add(path: &str, item: &mut PathItem) {
    let is_record = RECORDS.contains(&path);
    let has_references = path.ends_with(REFERENCES);
    let is_collection = COLLECTIONS.contains(&path);
    if let Some(get) = item.get.as_mut().filter(|_| is_record) {
        let words = "Tags that are known; one of them is answered with 304. Ignored with `include`";
        add_header(get, "If-None-Match", words);
        let unchanged = ResponseBuilder::new().description("The record has a tag that is known");
        add_response(get, "304", unchanged.build());
        add_tag(get, "200");
    }
    for write in [&mut item.put, &mut item.delete].into_iter().flatten() {
        if is_record || has_references {
            add_precondition(write);
            let words = "The store has `require_if_match` set, and there is no `If-Match`";
            add_response(write, "428", refusal(words));
        }
    }
    if let Some(put) = item.put.as_mut().filter(|_| is_record) {
        add_tag(put, "200");
    }
    if let Some(post) = &mut item.post {
        if has_references || path == ENTRIES {
            add_precondition(post);
        }
        if has_references || is_collection {
            let words = "1 to 255 visible ASCII characters, such as a UUID, that name this request for 24 hours: repeated with the same key it does nothing, and is given the first answer with `Idempotent-Replayed: true`";
            add_header(post, "Idempotency-Key", words);
        }
        if is_collection || path == APPLICATION_KEYS {
            add_tag(post, "201");
        }
    }
}

fn add_precondition(operation: &mut Operation) {
    let words = "The `ETag` of the state that this is based on, several of them, or `*`";
    add_header(operation, "If-Match", words);
    let words = "The record has changed since; `meta` has its `etag` and what has `changed`";
    add_response(operation, "412", refusal(words));
}

fn add_header(operation: &mut Operation, name: &str, description: &str) {
    let parameter = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .description(Some(description))
        .schema(Some(Object::with_type(Type::String)));
    let parameters = operation.parameters.get_or_insert_default();
    parameters.push(RefOr::T(parameter.build()));
}

fn add_response(operation: &mut Operation, status: &str, response: Response) {
    let responses = &mut operation.responses.responses;
    responses.insert(status.to_owned(), response.into());
}

/// Says that an answer has the tag of the record.
fn add_tag(operation: &mut Operation, status: &str) {
    if let Some(RefOr::T(response)) = operation.responses.responses.get_mut(status) {
        let header = HeaderBuilder::new()
            .schema(Some(Object::with_type(Type::String)))
            .description(Some("Names the state of the record, such as `\"7-12\"`"));
        let header = RefOr::T(header.build());
        response.headers.insert("ETag".to_owned(), header);
    }
}

/// An answer in the shape of errors.
pub(super) fn refusal(description: &str) -> Response {
    let content = Content::new(Some(Ref::from_schema_name("Errors")));
    ResponseBuilder::new()
        .description(description)
        .content("application/json", content)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_is_one_of_the_document() {
        let (_, document) = crate::router::routes().split_for_parts();
        for path in RECORDS.iter().chain(&COLLECTIONS) {
            assert!(document.paths.paths.contains_key(*path), "{path}");
        }
        for path in [ENTRIES, APPLICATION_KEYS] {
            assert!(document.paths.paths.contains_key(path), "{path}");
        }
    }
}
