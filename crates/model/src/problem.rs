//! What is wrong with an input, and where.

use std::fmt;

/// One thing that is wrong with an input. Inputs are checked whole, so that a form can show all
/// problems at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands in the body, such as `data.name`.
    pub path: String,
    /// What kind of attribute it is about.
    pub origin: Origin,
    /// What is wrong.
    pub issue: Issue,
}

impl Problem {
    /// A problem with an attribute that the resource itself defines.
    #[must_use]
    pub fn attribute(name: &str, issue: Issue) -> Self {
        Self {
            path: format!("data.{name}"),
            origin: Origin::Attribute,
            issue,
        }
    }

    /// A problem with the value of a field that the store defined.
    #[must_use]
    pub fn field(slug: &str, issue: Issue) -> Self {
        Self {
            path: format!("data.{slug}"),
            origin: Origin::Field,
            issue,
        }
    }

    /// The last part of the path: the attribute's own name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.strip_prefix("data.").unwrap_or(&self.path)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: \"{}\" {}", self.path, self.name(), self.issue)
    }
}

/// Who defined the attribute a problem is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The platform.
    Attribute,
    /// The store, as a field of a flow.
    Field,
}

/// What is wrong with a value. Prints as the end of a sentence that begins with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Issue {
    /// It is missing, or empty where a value is needed.
    Required,
    /// It has the wrong JSON type; the name of the right one with its article.
    NotA(&'static str),
    /// It is longer than so many characters.
    TooLong {
        /// The limit, in characters.
        max_chars: usize,
    },
    /// It is not an e-mail address.
    NotAnEmail,
    /// It is not one of the few values allowed here.
    NotOneOf(Vec<String>),
    /// Any other rule, in words that follow the name: "must …", "is …".
    Other(String),
}

impl Issue {
    /// An issue in the given words, which follow the name of the attribute.
    #[must_use]
    pub fn other(words: impl Into<String>) -> Self {
        Self::Other(words.into())
    }
}

/// The options that a message lists: all, or the first ones of many.
pub(crate) fn some_of(options: &[String]) -> String {
    const MOST: usize = 20;
    match options.get(..MOST) {
        Some(first) if options.len() > MOST => {
            format!("{} and {} more", first.join(", "), options.len() - MOST)
        }
        _ => options.join(", "),
    }
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Required => f.write_str("is required"),
            Self::NotA(expected) => write!(f, "must be {expected}"),
            Self::TooLong { max_chars } => {
                write!(f, "may not be greater than {max_chars} characters")
            }
            Self::NotAnEmail => f.write_str("must be a valid email address"),
            Self::NotOneOf(options) => write!(f, "must be one of {}", some_of(options)),
            Self::Other(words) => f.write_str(words),
        }
    }
}
