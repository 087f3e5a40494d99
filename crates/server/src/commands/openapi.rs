//! `customary openapi`

use crate::output;

pub(crate) fn run() {
    output::line(customary_api::openapi::document_json().trim_end());
}
