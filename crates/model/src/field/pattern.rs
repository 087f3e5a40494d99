//! The patterns of `string` fields: regular expressions, found in time that grows linearly with the
//! text. What would need more, such as look-around and references back, is not in the language
//! (<https://docs.rs/regex/latest/regex/#syntax>).

use regex::{Regex, RegexBuilder};

use super::rule::Rule;
use crate::json::Json;
use crate::problem::{Issue, Problem};

/// The longest pattern, in characters.
const MAX_PATTERN_CHARS: usize = 1024;

/// The most memory that a compiled pattern may take, and that each thread may take to search with
/// it, in bytes. It also bounds the time: the worst pattern of this size looks at some 20,000
/// characters in a second. About four `\w` fit, which knows the letters of all scripts, and
/// far more of what knows few characters.
///
/// A smaller limit would refuse patterns of fields that are stored, and so hide those fields.
const MAX_COMPILED_BYTES: usize = 256 * 1024;

/// How deep groups, classes and repetitions may nest.
const MAX_NESTING: u32 = 50;

/// The longest text that a pattern is tried on, in characters: what `max_length` can ask for.
const MAX_TEXT_CHARS: usize = u16::MAX as usize;

/// A pattern that has to be found somewhere in a text.
#[derive(Debug, Clone)]
pub(super) struct Pattern(Regex);

impl Pattern {
    pub(super) fn compile(rule: &Rule) -> Result<Self, Problem> {
        let expected = format!("a regular expression of 1 to {MAX_PATTERN_CHARS} characters");
        let text = rule.option(&expected, |option| match option {
            Json::Text(text) if (1..=MAX_PATTERN_CHARS).contains(&text.chars().count()) => {
                Some(text.clone())
            }
            _ => None,
        })?;
        RegexBuilder::new(&text)
            .size_limit(MAX_COMPILED_BYTES)
            .dfa_size_limit(MAX_COMPILED_BYTES)
            .nest_limit(MAX_NESTING)
            .build()
            .map(Self)
            .map_err(|error| rule.problem(Issue::Other(refusal(&error))))
    }

    /// What is wrong with a text, if the pattern is not found in it.
    pub(super) fn broken(&self, text: &str) -> Option<Issue> {
        if text.chars().nth(MAX_TEXT_CHARS).is_some() {
            let words = format!(
                "must have at most {MAX_TEXT_CHARS} characters: no pattern is tried on a longer text"
            );
            return Some(Issue::Other(words));
        }
        let found = self.0.is_match(text);
        (!found).then(|| Issue::Other(format!("must match the pattern {}", self.0)))
    }
}

/// Why a pattern is refused, in words that follow the name of the rule.
fn refusal(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(limit) => format!(
            "of the type \"pattern\" takes more than {limit} bytes when it is compiled: leave lengths to min_length and max_length, and write [0-9A-Za-z_] for \\w and [0-9] for \\d"
        ),
        // The parser draws the pattern with a mark under the mistake, and names it in the last line.
        other => {
            let text = other.to_string();
            let last = text.lines().last().unwrap_or_default();
            let mistake = last.strip_prefix("error: ").unwrap_or(last);
            format!("of the type \"pattern\" is no regular expression: {mistake}")
        }
    }
}
