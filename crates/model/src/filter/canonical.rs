//! Filters and orders as texts that are equal when they mean the same of the same attributes and fields.
//! A field goes by its key, so that neither a new name nor another slot changes the text.

use super::{Operand, Predicate, Test};
use crate::catalog::Subject;
use crate::page::Sort;

impl Predicate {
    /// The text.
    #[must_use]
    pub fn canonical(&self) -> String {
        match self {
            Self::All(parts) => joined("all", parts.iter().map(Self::canonical)),
            Self::Any(parts) => joined("any", parts.iter().map(Self::canonical)),
            Self::Not(part) => joined("not", [part.canonical()]),
            Self::Is(subject, test) => test.canonical(&subject.canonical()),
        }
    }
}

impl Test {
    fn canonical(&self, subject: &str) -> String {
        let subject = || subject.to_owned();
        match self {
            Self::Compare(comparison, operand) => {
                let operator = comparison.operator().as_str();
                joined(operator, [subject(), operand.canonical()])
            }
            Self::OneOf(operands) => {
                let operands = operands.iter().map(Operand::canonical);
                joined("in", std::iter::once(subject()).chain(operands))
            }
            Self::Like(pattern) => {
                let (start, end) = (pattern.open_start, pattern.open_end);
                let pattern = format!("{start}{:?}{end}", pattern.text);
                joined("like", [subject(), pattern])
            }
            Self::IsNull => joined("is_null", [subject()]),
        }
    }
}

impl Operand {
    fn canonical(&self) -> String {
        match self {
            Self::Text(text) => format!("{text:?}"),
            Self::Id(id) => id.to_string(),
            Self::Time(time) => format!("at {}", time.micros()),
            Self::Integer(number) => number.to_string(),
            Self::Number(number) => format!("{number:?}"),
        }
    }
}

impl Subject {
    fn canonical(&self) -> String {
        match self {
            Self::Attribute(attribute) => attribute.name.to_owned(),
            Self::Field(field) => format!("#{}", field.key),
            Self::Unslotted(field) => format!("#{}", field.key),
        }
    }
}

impl Sort {
    /// The text.
    #[must_use]
    pub fn canonical(&self) -> String {
        let keys = self.keys.iter().map(|key| {
            let direction = if key.is_descending { "-" } else { "" };
            format!("{direction}{}", key.subject.canonical())
        });
        joined("by", keys)
    }
}

fn joined(name: &str, parts: impl IntoIterator<Item = String>) -> String {
    let parts: Vec<String> = parts.into_iter().collect();
    format!("{name}({})", parts.join(","))
}

#[cfg(test)]
mod tests {
    use crate::catalog::{Catalog, SlottedField};
    use crate::field::{FieldKey, FieldType};
    use crate::filter::{Comparison, Filter, Syntax};
    use crate::resource::CUSTOMERS;
    use crate::schema::Schema;
    use crate::slot::{SlotKind, Slots};

    use super::*;

    fn canonical(filter: &str) -> String {
        let (schema, slots) = (Schema::default(), Slots::default());
        let catalog = Catalog::new(&CUSTOMERS, &schema, &slots);
        let filter = Filter::parse(filter, Syntax::Full).unwrap();
        filter.resolve(catalog).unwrap().canonical()
    }

    #[test]
    fn other_words_are_the_same_text_and_another_meaning_is_another() {
        assert_eq!(
            canonical(r#"eq( name , "a,b" ):like(email,*x)"#),
            r#"all(eq(name,"a,b"),like(email,true"x"false))"#
        );
        assert_eq!(canonical("eq(name, Ron)"), canonical("eq(name,'Ron')"));
        let all = [
            "eq(name,a)",
            "eq(email,a)",
            "like(name,a)",
            "like(name,a*)",
            "not(eq(name,a))",
            "(eq(name,a)|eq(name,b))",
            "eq(name,a):eq(name,b)",
            "in(id,01a20a9b-a1ab-7006-8c50-8372418d4407)",
            "in(id,01a20a9b-a1ab-7006-8c50-8372418d4407,01a20a9b-a1ab-7006-8c50-8372418d4408)",
            "ge(created_at,2020-01-01)",
            "ge(created_at,2020-01-02)",
        ];
        let distinct: std::collections::HashSet<String> = all.map(canonical).into();
        assert_eq!(distinct.len(), all.len());
    }

    #[test]
    fn a_field_goes_by_its_key() {
        let field = |number, slug: &str, slot: usize| {
            let field = SlottedField {
                slug: slug.to_owned(),
                field_type: FieldType::Integer,
                key: FieldKey::from_number(number),
                slot: SlotKind::Number.all().nth(slot).unwrap(),
            };
            let test = Test::Compare(Comparison::Gt, Operand::Integer(5));
            Predicate::Is(Subject::Field(field), test).canonical()
        };
        assert_eq!(field(7, "size", 0), "gt(#7,5)");
        assert_eq!(field(7, "size", 0), field(7, "width", 1));
        assert_ne!(field(7, "size", 0), field(8, "size", 0));
    }
}
