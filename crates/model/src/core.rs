//! The resources of the platform that a flow can extend by taking their slug
//! (`contract/flows.md` §3 and §5).

use crate::address;

/// Field slugs that no flow may use: the keys that every record has.
const RESERVED_EVERYWHERE: &[&str] = &["id", "type", "meta", "links", "relationships", "included"];

/// A slug that belongs to the platform, and the field slugs reserved there.
struct Core {
    slug: &'static str,
    reserved: &'static [&'static str],
    /// Whether its records are about people.
    is_private: bool,
}

const fn plain(slug: &'static str) -> Core {
    Core {
        slug,
        reserved: &[],
        is_private: false,
    }
}

const fn private(slug: &'static str) -> Core {
    Core {
        is_private: true,
        ..plain(slug)
    }
}

/// The attributes of an address, and the relationship that each has.
const ADDRESS_RESERVED: [&str; address::ATTRIBUTES.len() + 1] = {
    let mut reserved = ["customer"; address::ATTRIBUTES.len() + 1];
    let mut index = 0;
    while index < address::ATTRIBUTES.len() {
        reserved[index] = address::ATTRIBUTES[index];
        index += 1;
    }
    reserved
};

const CORE: &[Core] = &[
    private("account-members"),
    private("account-memberships"),
    private("accounts"),
    Core {
        slug: "addresses",
        reserved: &ADDRESS_RESERVED,
        is_private: true,
    },
    private("authentication-realms"),
    plain("brands"),
    plain("cart_items"),
    plain("carts"),
    plain("catalogs"),
    plain("categories"),
    plain("collections"),
    Core {
        slug: "customers",
        reserved: &[
            "name",
            "email",
            "password",
            "external_ref",
            "authentication_mechanism",
        ],
        is_private: true,
    },
    plain("files"),
    private("oidc-profiles"),
    plain("order_items"),
    plain("orders"),
    private("password-profiles"),
    plain("products"),
    plain("promotions"),
    plain("rule-promotions"),
    private("user-authentication-info"),
    private("user-authentication-oidc-profile-info"),
    private("user-authentication-password-profile-info"),
];

/// Whether the slug is a core slug. Exact and case-sensitive.
#[must_use]
pub fn is_core(slug: &str) -> bool {
    CORE.iter().any(|core| core.slug == slug)
}

/// Whether the entries of the flow of this slug are about people, and so closed to a shop's visitors
/// (`contract/auth.md` §5).
#[must_use]
pub fn is_private(slug: &str) -> bool {
    CORE.iter().any(|core| core.slug == slug && core.is_private)
}

/// Whether a field of the flow `flow` may not be called `field`.
#[must_use]
pub fn is_reserved(flow: &str, field: &str) -> bool {
    RESERVED_EVERYWHERE.contains(&field)
        || CORE
            .iter()
            .any(|core| core.slug == flow && core.reserved.contains(&field))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserves_the_keys_of_every_record_and_the_attributes_of_a_hosted_one() {
        assert!(is_reserved("wishlist", "id"));
        assert!(!is_reserved("wishlist", "name"));
        assert!(is_reserved("customers", "name"));
        assert!(!is_reserved("Customers", "name"));
        assert!(is_reserved("addresses", "line_1"));
        assert!(is_reserved("addresses", "customer"));
    }
}
