//! The filter language of list requests: text to tree, tree to text, tree to typed predicate
//! (`contract/conventions.md` §4).
//!
//! ```
//! use customary_model::filter::{Filter, Syntax};
//! let filter = Filter::parse("eq(email,ron@swanson.com):(like(name,*ron*)|gt(id,5))", Syntax::Full).unwrap();
//! assert_eq!(filter.to_string(), "eq(email,ron@swanson.com):(like(name,*ron*)|gt(id,5))");
//! ```

mod canonical;
mod parser;
mod predicate;

use std::fmt;

pub use predicate::{Comparison, Operand, Predicate, Test};

/// The most operators one request may use.
pub const MAX_OPERATORS: usize = 10;

/// The longest filter, in bytes after decoding.
pub const MAX_BYTES: usize = 8192;

/// How deep groups may nest. Ten operators never need more.
const MAX_NESTING: usize = 16;

/// A filter as it was written. `All` and `Any` have at least two parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// One operator.
    Clause(Clause),
    /// Every part holds: `a:b`.
    All(Vec<Filter>),
    /// At least one part holds: `(a|b)` or `or(a,b)`.
    Any(Vec<Filter>),
    /// The part does not hold: `not(a)`.
    Not(Box<Filter>),
}

/// One operator on one attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// The attribute's name.
    pub attribute: String,
    /// What is asked of it.
    pub condition: Condition,
}

/// What a clause asks of its attribute. Operands are text until the attribute's kind is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// `eq`, `gt`, `ge`, `lt`, `le`
    Compare(Comparison, String),
    /// `in`
    In(Vec<String>),
    /// `like`
    Like(Pattern),
    /// `is_null`
    IsNull,
}

/// The operand of `like`: a text, open at its ends where a `*` stands. Other stars are literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// The text between the stars.
    pub text: String,
    /// Whether anything may come before it.
    pub open_start: bool,
    /// Whether anything may come after it.
    pub open_end: bool,
}

/// An operator of the filter language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// Equal.
    Eq,
    /// Matches a pattern.
    Like,
    /// Equal to one of a list.
    In,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
    /// Has no value.
    IsNull,
}

/// Which spelling of the language is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// All of it.
    Full,
    /// Without `not(…)` and `or(…)`, which the platform does not know.
    Documented,
    /// Without quotes, groups, `is_null` and most punctuation: what remains when a request sends
    /// `EP-Disable-Beta-Filtering: true`.
    Original,
}

/// Why a filter cannot be used, in words that a caller can act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterError(pub(crate) String);

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FilterError {}

impl Filter {
    /// Parses one filter text.
    ///
    /// # Errors
    /// The text is too long, has too many operators, or is not a filter; the message says where.
    pub fn parse(text: &str, syntax: Syntax) -> Result<Self, FilterError> {
        if text.len() > MAX_BYTES {
            return Err(FilterError(format!(
                "the filter is longer than {MAX_BYTES} bytes"
            )));
        }
        if let Some(position) = text.find('\0') {
            return Err(FilterError(format!(
                "at byte {position}: the character U+0000 cannot be stored, so nothing has it"
            )));
        }
        let filter = parser::Parser::new(text, syntax).parse()?;
        let operators = filter.operators();
        if operators > MAX_OPERATORS {
            return Err(FilterError(format!(
                "{operators} operators are more than the {MAX_OPERATORS} allowed"
            )));
        }
        Ok(filter)
    }

    /// Parses the `filter` parameters of one request; all of them have to hold, and empty ones say
    /// nothing.
    ///
    /// # Errors
    /// As for [`Filter::parse`]; the limits count for all of them together.
    pub fn parse_all<'a>(
        texts: impl IntoIterator<Item = &'a str>,
        syntax: Syntax,
    ) -> Result<Option<Self>, FilterError> {
        let texts: Vec<&str> = texts.into_iter().filter(|text| !text.is_empty()).collect();
        Self::parse_joined(&texts.join(":"), &texts, syntax)
    }

    fn parse_joined(
        joined: &str,
        texts: &[&str],
        syntax: Syntax,
    ) -> Result<Option<Self>, FilterError> {
        match texts {
            [] => Ok(None),
            [text] => Self::parse(text, syntax).map(Some),
            // Each has to be whole by itself: "eq(a,1" and "2)" are no filter.
            many => {
                for text in many {
                    Self::parse(text, syntax)?;
                }
                Self::parse(joined, syntax).map(Some)
            }
        }
    }

    /// How many operators it has.
    fn operators(&self) -> usize {
        match self {
            Self::Clause(_) => 1,
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::operators).sum(),
            Self::Not(part) => part.operators(),
        }
    }

    fn write_part(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(_) => write!(f, "({self})"),
            Self::Clause(_) | Self::Any(_) | Self::Not(_) => write!(f, "{self}"),
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clause(clause) => clause.fmt(f),
            Self::All(parts) => separated(f, parts, ":", |f, part| part.write_part(f)),
            Self::Any(parts) => {
                f.write_str("(")?;
                separated(f, parts, "|", |f, part| part.fmt(f))?;
                f.write_str(")")
            }
            Self::Not(part) => write!(f, "not({part})"),
        }
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}({}",
            self.condition.operator().as_str(),
            self.attribute
        )?;
        match &self.condition {
            Condition::Compare(_, operand) => {
                f.write_str(",")?;
                write_operand(f, operand)?;
            }
            Condition::In(operands) => {
                for operand in operands {
                    f.write_str(",")?;
                    write_operand(f, operand)?;
                }
            }
            Condition::Like(pattern) => write!(f, ",{pattern}")?,
            Condition::IsNull => {}
        }
        f.write_str(")")
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let star = |open| if open { "*" } else { "" };
        let everything = self.text.is_empty() && self.open_start && self.open_end;
        if everything {
            return f.write_str("*");
        }
        let (start, end) = (star(self.open_start), star(self.open_end));
        let blank_edge = (!self.open_start && self.text.starts_with(' '))
            || (!self.open_end && self.text.ends_with(' '));
        let bare = !self.text.is_empty()
            && !blank_edge
            && !self.text.contains('*')
            && self.text.chars().all(|c| parser::is_bare(c, Syntax::Full));
        if bare {
            return write!(f, "{start}{}{end}", self.text);
        }
        write!(f, "\"{start}")?;
        write_escaped(f, &self.text, &['"', '\\', '*'])?;
        write!(f, "{end}\"")
    }
}

impl Condition {
    /// The operator that asks it.
    #[must_use]
    pub fn operator(&self) -> Operator {
        match self {
            Self::Compare(comparison, _) => comparison.operator(),
            Self::In(_) => Operator::In,
            Self::Like(_) => Operator::Like,
            Self::IsNull => Operator::IsNull,
        }
    }
}

impl Operator {
    const ALL: [Self; 8] = [
        Self::Eq,
        Self::Like,
        Self::In,
        Self::Gt,
        Self::Ge,
        Self::Lt,
        Self::Le,
        Self::IsNull,
    ];

    fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|operator| operator.as_str() == name)
    }

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Like => "like",
            Self::In => "in",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Lt => "lt",
            Self::Le => "le",
            Self::IsNull => "is_null",
        }
    }
}

fn write_operand(f: &mut fmt::Formatter<'_>, operand: &str) -> fmt::Result {
    let bare = !operand.is_empty()
        && operand.trim_matches(' ') == operand
        && operand.chars().all(|c| parser::is_bare(c, Syntax::Full));
    if bare {
        return f.write_str(operand);
    }
    f.write_str("\"")?;
    write_escaped(f, operand, &['"', '\\'])?;
    f.write_str("\"")
}

fn write_escaped(f: &mut fmt::Formatter<'_>, text: &str, special: &[char]) -> fmt::Result {
    for c in text.chars() {
        if special.contains(&c) {
            f.write_str("\\")?;
        }
        write!(f, "{c}")?;
    }
    Ok(())
}

fn separated<T>(
    f: &mut fmt::Formatter<'_>,
    parts: &[T],
    separator: &str,
    write: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(separator)?;
        }
        write(f, part)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<Filter, FilterError> {
        Filter::parse(text, Syntax::Full)
    }

    fn condition(text: &str) -> Condition {
        match parse(text).unwrap() {
            Filter::Clause(clause) => clause.condition,
            other => panic!("{other:?}"),
        }
    }

    fn equals(operand: &str) -> Condition {
        Condition::Compare(Comparison::Eq, operand.to_owned())
    }

    fn like(text: &str, open_start: bool, open_end: bool) -> Condition {
        Condition::Like(Pattern {
            text: text.to_owned(),
            open_start,
            open_end,
        })
    }

    #[test]
    fn operands_are_bare_or_quoted() {
        assert_eq!(
            condition("eq(email,ron@swanson.com)"),
            equals("ron@swanson.com")
        );
        assert_eq!(condition("eq(name, Ron Swanson )"), equals("Ron Swanson"));
        assert_eq!(
            condition(r#"eq( name , "a, \"b\" (c)" )"#),
            equals(r#"a, "b" (c)"#)
        );
        assert_eq!(condition("eq(name,'it\\'s')"), equals("it's"));
        assert_eq!(
            condition("ge(created_at,2018-04-16T10:11:59.715Z)").operator(),
            Operator::Ge
        );
        assert_eq!(condition("eq(name,Zoë)"), equals("Zoë"));
        assert_eq!(
            condition(r#"in(id,"a", "b",c)"#),
            Condition::In(vec!["a".into(), "b".into(), "c".into()])
        );
    }

    #[test]
    fn only_the_outer_stars_of_a_pattern_are_open() {
        assert_eq!(condition("like(name,*swan*)"), like("swan", true, true));
        assert_eq!(condition("like(name,a*b)"), like("a*b", false, false));
        assert_eq!(condition("like(name,*)"), like("", true, true));
        assert_eq!(condition(r#"like(name,"\*a*")"#), like("*a", false, true));
        assert_eq!(condition("eq(name,*)"), equals("*"));
    }

    #[test]
    fn clauses_join_with_colons_and_groups_choose() {
        let filter = parse("eq(a,1):(eq(b,2):eq(c,3)|(eq(d,4)|eq(e,5)))").unwrap();
        let Filter::All(parts) = &filter else {
            panic!("{filter:?}")
        };
        assert!(matches!(&parts[1], Filter::Any(parts) if parts.len() == 2));
        assert_eq!(parse("((eq(a,1)))").unwrap(), parse("eq(a,1)").unwrap());
        let blanks = parse("( eq(a,1) | eq( b , 2 ) ) : eq(c,3) ").unwrap();
        assert_eq!(blanks, parse("(eq(a,1)|eq(b,2)):eq(c,3)").unwrap());
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        for (text, message) in [
            (
                "",
                "at byte 0: expected an operator such as eq, or a group in parentheses",
            ),
            ("eq", "at byte 2: expected \"(\" after \"eq\""),
            (
                "foo(a,b)",
                "at byte 0: \"foo\" is no operator: use eq, like, in, gt, ge, lt, le or is_null",
            ),
            ("eq(a)", "at byte 0: eq takes an attribute and one value"),
            (
                "eq(a,b,c)",
                "at byte 0: eq takes an attribute and one value",
            ),
            (
                "in(a)",
                "at byte 0: in takes an attribute and one or more values",
            ),
            (
                "is_null(a,b)",
                "at byte 0: is_null takes an attribute and no value",
            ),
            ("eq(a,b", "at byte 6: expected \",\" or \")\""),
            ("eq(a,b)x", "at byte 7: expected \":\" or the end"),
            ("eq(a,)", "at byte 5: expected a value"),
            ("eq(a,b&c)", "at byte 6: \"&\" has to stand in quotes"),
            ("eq(a,\"b)", "at byte 5: the quotation mark is not closed"),
            ("(eq(a,b)", "at byte 8: expected \":\", \"|\" or \")\""),
            ("eq(,b)", "at byte 3: expected the name of an attribute"),
        ] {
            assert_eq!(parse(text).unwrap_err().to_string(), message, "{text}");
        }
    }

    #[test]
    fn limits_are_kept() {
        let many = |count: usize| vec!["eq(a,b)"; count].join(":");
        assert!(parse(&many(10)).is_ok());
        assert!(parse(&many(11)).is_err());
        assert!(parse(&format!("eq(a,{})", "b".repeat(MAX_BYTES))).is_err());
        assert!(parse(&"(".repeat(MAX_BYTES)).is_err());
        assert!(Filter::parse_all(["eq(a,b)", "", &many(10)], Syntax::Full).is_err());
        assert!(Filter::parse_all(["eq(a,b", "c)"], Syntax::Full).is_err());
        assert_eq!(Filter::parse_all(["", ""], Syntax::Full), Ok(None));
    }

    #[test]
    fn the_original_syntax_knows_less() {
        let original = |text| Filter::parse(text, Syntax::Original);
        for good in [
            "eq(email,ron+1@swanson.com)",
            "like(name,*a b*)",
            "in(id,a,b)",
            "eq(a,$_-.1)",
        ] {
            assert!(original(good).is_ok(), "{good}");
        }
        for bad in [
            "eq(a,\"b\")",
            "(eq(a,b)|eq(c,d))",
            "(eq(a,b))",
            "is_null(a)",
            "ge(a,10:11)",
            "eq(a,b/c)",
            "eq(a,é)",
        ] {
            assert!(original(bad).is_err(), "{bad}");
        }
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            r"[ -~]{0,8}",
            "[a-z*]{1,4}",
            "[*\\\\\"' ]{0,4}",
            "\\PC{0,4}"
        ]
    }

    fn clause() -> impl Strategy<Value = Filter> {
        let comparison = prop_oneof![
            Just(Comparison::Eq),
            Just(Comparison::Gt),
            Just(Comparison::Ge),
            Just(Comparison::Lt),
            Just(Comparison::Le)
        ];
        let pattern =
            (text(), any::<bool>(), any::<bool>()).prop_map(|(text, open_start, open_end)| {
                // Open at one end of nothing is the same as open at both.
                let open = text.is_empty() && (open_start || open_end);
                Pattern {
                    open_start: open_start || open,
                    open_end: open_end || open,
                    text,
                }
            });
        let condition = prop_oneof![
            (comparison, text())
                .prop_map(|(comparison, operand)| Condition::Compare(comparison, operand)),
            prop::collection::vec(text(), 1..3).prop_map(Condition::In),
            pattern.prop_map(Condition::Like),
            Just(Condition::IsNull),
        ];
        ("[a-z_.0-9-]{1,6}", condition).prop_map(|(attribute, condition)| {
            Filter::Clause(Clause {
                attribute,
                condition,
            })
        })
    }

    fn filter() -> impl Strategy<Value = Filter> {
        clause().prop_recursive(3, 10, 2, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 2..3).prop_map(Filter::All),
                prop::collection::vec(inner.clone(), 2..3).prop_map(Filter::Any),
                inner.prop_map(|part| Filter::Not(Box::new(part))),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn what_is_printed_parses_to_the_same(filter in filter()) {
            prop_assert_eq!(parse(&filter.to_string()), Ok(filter));
        }

        #[test]
        fn any_text_is_answered(text in "\\PC*") {
            let _ = parse(&text);
        }

        #[test]
        fn any_filter_like_text_is_answered(text in r#"((eq|like|in|gt|is_null|\()?[(]?[a-z*]{0,2}[,)|:"'\\ ]?){0,12}"#) {
            if let Ok(filter) = parse(&text) {
                prop_assert_eq!(parse(&filter.to_string()), Ok(filter));
            }
        }
    }
}
