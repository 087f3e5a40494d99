//! The settings of a store that this server acts on, with the platform's defaults
//! (`contract/conventions.md` §9).

/// The settings of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How many records a page has when the request does not say.
    pub page_length: u32,
    /// How many fields a flow may have.
    pub field_limit: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            page_length: 25,
            field_limit: 100,
        }
    }
}
