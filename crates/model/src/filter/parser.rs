//! Recursive descent over the bytes of a filter, one function per rule of the grammar.

use super::predicate::Comparison;
use super::{Clause, Condition, Filter, FilterError, MAX_NESTING, Operator, Pattern, Syntax};

/// Characters besides letters and digits that an unquoted value may hold.
const BARE: &str = " @$_*.{}|+:/-";

/// Those of [`BARE`] that the original syntax knows. `@` and `+` are among them because the
/// platform's own example filters by an e-mail address.
const BARE_ORIGINAL: &str = " @$_*.+-";

/// Whether an unquoted value may hold `c`.
pub(super) fn is_bare(c: char, syntax: Syntax) -> bool {
    match syntax {
        Syntax::Full | Syntax::Documented => c.is_alphanumeric() || BARE.contains(c),
        Syntax::Original => c.is_ascii_alphanumeric() || BARE_ORIGINAL.contains(c),
    }
}

pub(super) struct Parser<'a> {
    text: &'a str,
    position: usize,
    syntax: Syntax,
}

/// A value as it was written: its text, and whether its first and last characters are stars that
/// were neither escaped nor anything else.
struct Written {
    text: String,
    star_first: bool,
    star_last: bool,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str, syntax: Syntax) -> Self {
        Self {
            text,
            position: 0,
            syntax,
        }
    }

    pub(super) fn parse(mut self) -> Result<Filter, FilterError> {
        let filter = self.filter(0)?;
        if self.position < self.text.len() {
            return Err(self.expected("\":\" or the end"));
        }
        Ok(filter)
    }

    fn filter(&mut self, nesting: usize) -> Result<Filter, FilterError> {
        let mut parts = vec![self.part(nesting)?];
        while self.take(':') {
            parts.push(self.part(nesting)?);
        }
        Ok(joined(parts, Filter::All))
    }

    /// A clause or a group, with the blanks around it.
    fn part(&mut self, nesting: usize) -> Result<Filter, FilterError> {
        self.skip_blanks();
        let part = if self.syntax == Syntax::Original {
            Filter::Clause(self.clause()?)
        } else if self.take('(') {
            joined(self.group(nesting + 1, '|')?, Filter::Any)
        } else if self.syntax == Syntax::Full && self.take_word("or(") {
            joined(self.group(nesting + 1, ',')?, Filter::Any)
        } else if self.syntax == Syntax::Full && self.take_word("not(") {
            Filter::Not(Box::new(joined(self.group(nesting + 1, '|')?, Filter::Any)))
        } else {
            Filter::Clause(self.clause()?)
        };
        self.skip_blanks();
        Ok(part)
    }

    /// The choices up to a closing parenthesis; the opening one is behind us.
    fn group(&mut self, nesting: usize, separator: char) -> Result<Vec<Filter>, FilterError> {
        if nesting > MAX_NESTING {
            return Err(self.error(
                self.position,
                &format!("groups nest deeper than {MAX_NESTING} levels"),
            ));
        }
        let mut choices = vec![self.filter(nesting)?];
        while self.take(separator) {
            choices.push(self.filter(nesting)?);
        }
        if !self.take(')') {
            return Err(self.expected(&format!("\":\", \"{separator}\" or \")\"")));
        }
        Ok(choices)
    }

    fn clause(&mut self) -> Result<Clause, FilterError> {
        let start = self.position;
        let operator = self.operator()?;
        let attribute = self.attribute()?;
        let mut operands = Vec::new();
        while self.take(',') {
            operands.push(self.operand()?);
        }
        if !self.take(')') {
            return Err(self.expected("\",\" or \")\""));
        }
        let condition = condition(operator, operands).ok_or_else(|| {
            let takes = match operator {
                Operator::In => "one or more values",
                Operator::IsNull => "no value",
                _ => "one value",
            };
            self.error(
                start,
                &format!("{} takes an attribute and {takes}", operator.as_str()),
            )
        })?;
        Ok(Clause {
            attribute,
            condition,
        })
    }

    /// The name of an operator and the parenthesis behind it.
    fn operator(&mut self) -> Result<Operator, FilterError> {
        let start = self.position;
        let name = self.take_while(|c| c.is_ascii_alphabetic() || c == '_');
        if name.is_empty() {
            return Err(self.expected("an operator such as eq, or a group in parentheses"));
        }
        let operator = Operator::parse(name);
        let known = operator
            .filter(|operator| *operator != Operator::IsNull || self.syntax != Syntax::Original);
        let Some(operator) = known else {
            let all = "eq, like, in, gt, ge, lt, le or is_null";
            return Err(self.error(start, &format!("\"{name}\" is no operator: use {all}")));
        };
        if !self.take('(') {
            return Err(self.expected(&format!("\"(\" after \"{name}\"")));
        }
        Ok(operator)
    }

    fn attribute(&mut self) -> Result<String, FilterError> {
        self.skip_blanks();
        let name = self.take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'));
        if name.is_empty() {
            return Err(self.expected("the name of an attribute"));
        }
        self.skip_blanks();
        Ok(name.to_owned())
    }

    fn operand(&mut self) -> Result<Written, FilterError> {
        self.skip_blanks();
        match self.peek() {
            Some(quote @ ('"' | '\'')) if self.syntax != Syntax::Original => self.quoted(quote),
            _ => self.bare(),
        }
    }

    fn quoted(&mut self, quote: char) -> Result<Written, FilterError> {
        let start = self.position;
        self.take(quote);
        let mut written = Written {
            text: String::new(),
            star_first: false,
            star_last: false,
        };
        loop {
            let (c, is_escaped) = match self.next() {
                Some(c) if c == quote => break,
                Some('\\') => (self.next(), true),
                other => (other, false),
            };
            let c = c.ok_or_else(|| self.error(start, "the quotation mark is not closed"))?;
            let star = c == '*' && !is_escaped;
            written.star_first = if written.text.is_empty() {
                star
            } else {
                written.star_first
            };
            written.star_last = star;
            written.text.push(c);
        }
        self.skip_blanks();
        Ok(written)
    }

    fn bare(&mut self) -> Result<Written, FilterError> {
        let syntax = self.syntax;
        let text = self
            .take_while(|c| is_bare(c, syntax))
            .trim_end_matches(' ');
        match self.peek() {
            Some(c) if !matches!(c, ',' | ')') => {
                let said = match syntax {
                    Syntax::Full | Syntax::Documented => format!("\"{c}\" has to stand in quotes"),
                    Syntax::Original => {
                        format!("\"{c}\" needs the beta syntax, which this request disables")
                    }
                };
                Err(self.error(self.position, &said))
            }
            _ if text.is_empty() => Err(self.expected("a value")),
            _ => Ok(Written {
                star_first: text.starts_with('*'),
                star_last: text.ends_with('*'),
                text: text.to_owned(),
            }),
        }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.position..].chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.position += c.len_utf8();
        Some(c)
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.position += wanted.len_utf8();
        }
        found
    }

    fn take_word(&mut self, wanted: &str) -> bool {
        let found = self.text[self.position..].starts_with(wanted);
        if found {
            self.position += wanted.len();
        }
        found
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let rest = &self.text[self.position..];
        let taken = &rest[..rest.find(|c| !belongs(c)).unwrap_or(rest.len())];
        self.position += taken.len();
        taken
    }

    fn skip_blanks(&mut self) {
        self.take_while(|c| c == ' ');
    }

    fn expected(&self, what: &str) -> FilterError {
        self.error(self.position, &format!("expected {what}"))
    }

    #[expect(clippy::unused_self, reason = "reads as the other ways to fail do")]
    fn error(&self, position: usize, what: &str) -> FilterError {
        FilterError(format!("at byte {position}: {what}"))
    }
}

fn joined(mut parts: Vec<Filter>, join: impl FnOnce(Vec<Filter>) -> Filter) -> Filter {
    match parts.len() {
        1 => parts.remove(0),
        _ => join(parts),
    }
}

/// The condition that an operator makes of its operands; `None` when their number is wrong.
fn condition(operator: Operator, mut operands: Vec<Written>) -> Option<Condition> {
    let comparison = match operator {
        Operator::IsNull => return operands.is_empty().then_some(Condition::IsNull),
        Operator::In => {
            let operands: Vec<String> = operands.into_iter().map(|written| written.text).collect();
            return (!operands.is_empty()).then_some(Condition::In(operands));
        }
        Operator::Like => None,
        Operator::Eq => Some(Comparison::Eq),
        Operator::Gt => Some(Comparison::Gt),
        Operator::Ge => Some(Comparison::Ge),
        Operator::Lt => Some(Comparison::Lt),
        Operator::Le => Some(Comparison::Le),
    };
    let operand = operands.pop().filter(|_| operands.is_empty())?;
    Some(match comparison {
        Some(comparison) => Condition::Compare(comparison, operand.text),
        None => Condition::Like(operand.into_pattern()),
    })
}

impl Written {
    fn into_pattern(self) -> Pattern {
        let text = match (self.star_first, self.star_last) {
            (true, true) => self
                .text
                .strip_prefix('*')
                .map(|rest| rest.strip_suffix('*').unwrap_or(rest)),
            (true, false) => self.text.strip_prefix('*'),
            (false, true) => self.text.strip_suffix('*'),
            (false, false) => None,
        };
        Pattern {
            text: text.unwrap_or(&self.text).to_owned(),
            open_start: self.star_first,
            open_end: self.star_last,
        }
    }
}
