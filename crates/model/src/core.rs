//! The resources of the platform that a flow can extend by taking their slug
//! (`contract/flows.md` §3 and §5).

/// Field slugs that no flow may use: the keys that every record has.
const RESERVED_EVERYWHERE: &[&str] = &["id", "type", "meta", "links", "relationships", "included"];

/// A slug that belongs to the platform, and the field slugs reserved there.
struct Core {
    slug: &'static str,
    reserved: &'static [&'static str],
}

const fn plain(slug: &'static str) -> Core {
    Core {
        slug,
        reserved: &[],
    }
}

const CORE: &[Core] = &[
    plain("account-members"),
    plain("account-memberships"),
    plain("accounts"),
    Core {
        slug: "addresses",
        reserved: &[
            "name",
            "first_name",
            "last_name",
            "phone_number",
            "instructions",
            "company_name",
            "line_1",
            "line_2",
            "city",
            "county",
            "region",
            "postcode",
            "country",
        ],
    },
    plain("authentication-realms"),
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
    },
    plain("files"),
    plain("oidc-profiles"),
    plain("order_items"),
    plain("orders"),
    plain("password-profiles"),
    plain("products"),
    plain("promotions"),
    plain("rule-promotions"),
    plain("user-authentication-info"),
    plain("user-authentication-oidc-profile-info"),
    plain("user-authentication-password-profile-info"),
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
    const PRIVATE: [&str; 11] = [
        "account-members",
        "account-memberships",
        "accounts",
        "addresses",
        "authentication-realms",
        "customers",
        "oidc-profiles",
        "password-profiles",
        "user-authentication-info",
        "user-authentication-oidc-profile-info",
        "user-authentication-password-profile-info",
    ];
    PRIVATE.contains(&slug)
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
    }
}
