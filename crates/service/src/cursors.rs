//! Cursors: signed statements of where a walk through a list goes on, and through which list
//! (`docs/filtering.md`). They hold nothing but what the page before has shown.

use customary_model::filter::Predicate;
use customary_model::page::{MAX_OFFSET, Page, PageRequest, Sort};
use customary_model::position::Position;
use customary_model::snapshot::StoreSnapshot;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::error::Error;
use crate::lists::ListParams;
use crate::signatures;

/// How to come by a cursor that is good.
const ADVICE: &str =
    "start with an empty page[cursor], then follow links.next, which repeats filter and sort";

/// A list that is walked, as far as its cursors have to know it.
pub(crate) struct Walk<'a> {
    snapshot: &'a StoreSnapshot,
    bounds: Bounds,
}

/// What a cursor is bound to. Fields go by their keys, so it outlives a new name or another slot of theirs;
/// see `sorted_by_document` in `store` for what that means for long texts.
#[derive(Serialize, Deserialize)]
struct Bounds {
    store: String,
    list: String,
    filter: String,
    sort: String,
}

/// What a cursor says. No other statement of ours has these names, so none can be taken for another.
#[derive(Serialize, Deserialize)]
struct Claims {
    walk: Bounds,
    /// How many records came before.
    passed: u32,
    position: Position,
}

impl<'a> Walk<'a> {
    /// The list of this name in the store.
    pub(crate) fn new(
        snapshot: &'a StoreSnapshot,
        list: &str,
        predicate: Option<&Predicate>,
        sort: &Sort,
    ) -> Self {
        let filter = predicate.map(Predicate::canonical).unwrap_or_default();
        Self {
            snapshot,
            bounds: Bounds {
                store: fingerprint(&snapshot.store_id.to_string()),
                list: fingerprint(list),
                filter: fingerprint(&filter),
                sort: fingerprint(&sort.canonical()),
            },
        }
    }

    /// The page that is asked for, by offset or by cursor.
    ///
    /// # Errors
    /// The cursor is not ours, or belongs to something else; the sentence says to what.
    pub(crate) async fn page(&self, app: &App, params: &ListParams) -> Result<PageRequest, Error> {
        let mut request = params.page.request(self.snapshot.settings.page_length);
        if let Some(cursor) = params.cursor.as_deref().filter(|text| !text.is_empty()) {
            let opened = signatures::open::<Claims>(app, cursor).await?;
            let opened = opened.filter(|(_, key)| self.snapshot.signing_keys().contains(key));
            let (claims, _) = opened.ok_or_else(|| {
                Error::BadRequest(format!(
                    "page[cursor] is not a cursor of this server: {ADVICE}"
                ))
            })?;
            if let Some(other) = self.bounds.unlike(&claims.walk) {
                return Err(Error::BadRequest(format!(
                    "page[cursor] belongs to another {other}: {ADVICE}"
                )));
            }
            request.offset = claims.passed;
            request.after = Some(claims.position);
        }
        let behind = request.offset.saturating_add(request.limit);
        let is_beyond = behind > MAX_OFFSET && !self.snapshot.is_strict;
        request.needs_end = params.cursor.is_some() || is_beyond;
        Ok(request)
    }

    /// Gives a page the cursor that continues behind it, if one is asked for and there is more.
    ///
    /// # Errors
    /// The server's own trouble with its keys.
    pub(crate) async fn continued<T>(self, app: &App, mut page: Page<T>) -> Result<Page<T>, Error> {
        if let Some(position) = page.end.take() {
            let claims = Claims {
                walk: self.bounds,
                passed: page.offset.saturating_add(page.limit),
                position,
            };
            let newest = self.snapshot.signing_keys().iter().max();
            let newest = newest.copied().unwrap_or_default();
            page.next_cursor = Some(signatures::sign(app, newest, &claims).await?);
        }
        Ok(page)
    }
}

impl Bounds {
    /// What first differs.
    fn unlike(&self, other: &Self) -> Option<&'static str> {
        [
            ("store", &self.store, &other.store),
            ("list", &self.list, &other.list),
            ("filter", &self.filter, &other.filter),
            ("sort", &self.sort, &other.sort),
        ]
        .into_iter()
        .find_map(|(name, here, there)| (here != there).then_some(name))
    }
}

/// The beginning of a hash: enough to tell apart what one client asks for, and short in a link.
fn fingerprint(text: &str) -> String {
    hex::encode(&Sha256::digest(text.as_bytes())[..8])
}
