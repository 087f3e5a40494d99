//! What a hosted resource says about itself: the names and kinds of its base attributes, and how
//! they filter and sort. The engine takes everything else from the flow of the same slug.

use crate::address;
use crate::filter::Operator;

/// A resource whose rows this server owns and a flow can extend.
#[derive(Debug)]
pub struct Resource {
    /// The core slug: the flow of this slug extends the resource.
    pub slug: &'static str,
    /// The `type` of its objects.
    pub type_name: &'static str,
    /// The column that names the customer a row belongs to, if rows belong to customers: they may
    /// see it with a token of their own.
    pub customer_column: Option<&'static str>,
    /// The base attributes that filter or sort.
    pub attributes: &'static [Attribute],
}

/// A base attribute of a [`Resource`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute {
    /// Its name on the wire.
    pub name: &'static str,
    /// How its operands are read and compared.
    pub kind: AttributeKind,
    /// The operators a filter may use on it; without any, it cannot be filtered by.
    pub operators: &'static [Operator],
    /// Whether lists can be sorted by it.
    pub is_sortable: bool,
    /// Whether an index leads to the records by it.
    pub is_indexed: bool,
}

/// How a base attribute is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttributeKind {
    /// A UUID; compares as its lower-case text.
    Id,
    /// The id of an entry, which may be any text.
    EntryId,
    /// Text; `eq` is exact, `like` and sorting ignore case.
    Text,
    /// Text whose case never matters.
    FoldedText,
    /// A point in time.
    Time,
}

/// The resources whose rows this server owns.
pub static HOSTED: [&Resource; 2] = [&CUSTOMERS, &ADDRESSES];

/// The hosted resource with this core slug.
#[must_use]
pub fn hosted(slug: &str) -> Option<&'static Resource> {
    HOSTED.into_iter().find(|resource| resource.slug == slug)
}

impl Resource {
    /// The attribute of that name, if it can be filtered or sorted by.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name == name)
    }
}

/// Entries with ids of their own.
pub static ENTRIES: Resource = Resource {
    slug: "entries",
    type_name: "entry",
    customer_column: None,
    attributes: &entry_attributes(AttributeKind::EntryId),
};

/// The rows of a hosted resource, seen as entries.
pub static HOSTED_ENTRIES: Resource = Resource {
    attributes: &entry_attributes(AttributeKind::Id),
    ..ENTRIES
};

const fn entry_attributes(id: AttributeKind) -> [Attribute; 3] {
    use Operator::{Eq, Ge, Gt, In, Le, Lt};
    [
        Attribute {
            name: "id",
            kind: id,
            operators: &[Eq, In],
            is_sortable: true,
            is_indexed: true,
        },
        Attribute {
            name: "created_at",
            kind: AttributeKind::Time,
            operators: &[Eq, Gt, Ge, Lt, Le],
            is_sortable: true,
            is_indexed: true,
        },
        Attribute {
            name: "updated_at",
            kind: AttributeKind::Time,
            operators: &[Eq, Gt, Ge, Lt, Le],
            is_sortable: true,
            is_indexed: false,
        },
    ]
}

/// What the platform documents of lists of entries: the filter `in(id,…)` alone (`contract/flows.md` §8).
pub static DOCUMENTED_ENTRIES: Resource = documented_entries(&DOCUMENTED_ATTRIBUTES);

/// The same for rows of a hosted resource seen as entries.
pub static DOCUMENTED_HOSTED_ENTRIES: Resource = documented_entries(&DOCUMENTED_HOSTED_ATTRIBUTES);

const DOCUMENTED_ATTRIBUTES: [Attribute; 3] = documented(entry_attributes(AttributeKind::EntryId));
const DOCUMENTED_HOSTED_ATTRIBUTES: [Attribute; 3] =
    documented(entry_attributes(AttributeKind::Id));

const fn documented_entries(attributes: &'static [Attribute]) -> Resource {
    Resource {
        slug: "entries",
        type_name: "entry",
        customer_column: None,
        attributes,
    }
}

const fn documented([id, created_at, updated_at]: [Attribute; 3]) -> [Attribute; 3] {
    let operators: &[Operator] = &[];
    [
        Attribute {
            operators: &[Operator::In],
            ..id
        },
        Attribute {
            operators,
            ..created_at
        },
        Attribute {
            operators,
            ..updated_at
        },
    ]
}

/// Addresses of customers (`contract/customers.md` §7).
pub static ADDRESSES: Resource = Resource {
    slug: "addresses",
    type_name: "address",
    customer_column: Some("customer_id"),
    attributes: &ADDRESS_ATTRIBUTES,
};

/// What every record has, and the texts of an address, which are compared as they are.
const ADDRESS_ATTRIBUTES: [Attribute; 3 + address::ATTRIBUTES.len()] = {
    use Operator::{Eq, In};
    let [id, created_at, updated_at] = entry_attributes(AttributeKind::Id);
    let mut attributes = [id; 3 + address::ATTRIBUTES.len()];
    attributes[1] = created_at;
    attributes[2] = updated_at;
    let mut index = 0;
    while index < address::ATTRIBUTES.len() {
        attributes[3 + index] = Attribute {
            name: address::ATTRIBUTES[index],
            kind: AttributeKind::Text,
            operators: &[Eq, In],
            is_sortable: false,
            is_indexed: true,
        };
        index += 1;
    }
    attributes
};

/// Customers (`contract/customers.md` §4).
pub static CUSTOMERS: Resource = {
    use Operator::{Eq, Ge, Gt, In, Le, Like, Lt};
    Resource {
        slug: "customers",
        type_name: "customer",
        customer_column: Some("id"),
        attributes: &[
            Attribute {
                name: "id",
                kind: AttributeKind::Id,
                operators: &[Eq, In, Gt, Ge, Lt, Le],
                is_sortable: true,
                is_indexed: true,
            },
            Attribute {
                name: "name",
                kind: AttributeKind::Text,
                operators: &[Eq, Like],
                is_sortable: true,
                is_indexed: true,
            },
            Attribute {
                name: "email",
                kind: AttributeKind::FoldedText,
                operators: &[Eq, Like],
                is_sortable: true,
                is_indexed: true,
            },
            Attribute {
                name: "external_ref",
                kind: AttributeKind::Text,
                operators: &[Eq],
                is_sortable: false,
                is_indexed: true,
            },
            Attribute {
                name: "created_at",
                kind: AttributeKind::Time,
                operators: &[Eq, Gt, Ge, Lt, Le],
                is_sortable: true,
                is_indexed: true,
            },
            Attribute {
                name: "updated_at",
                kind: AttributeKind::Time,
                operators: &[Eq, Gt, Ge, Lt, Le],
                is_sortable: true,
                is_indexed: false,
            },
        ],
    }
};
