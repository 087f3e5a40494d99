//! Limits of a value or of its length: rules that each have to hold.

use std::fmt::Display;

use crate::problem::{Issue, Problem};

/// What a value, or its length, has to be at least and at most. The limits themselves are allowed.
#[derive(Debug, Clone)]
pub(super) struct Limits<T> {
    pub(super) at_least: Vec<T>,
    pub(super) at_most: Vec<T>,
}

impl<T> Default for Limits<T> {
    fn default() -> Self {
        Self {
            at_least: Vec::new(),
            at_most: Vec::new(),
        }
    }
}

impl<T: PartialOrd + Display> Limits<T> {
    /// Refuses limits that no value can keep. `lower` and `upper` are the types of the rules that
    /// set them.
    pub(super) fn check_order(&self, lower: &str, upper: &str) -> Result<(), Vec<Problem>> {
        let pairs = self
            .at_least
            .iter()
            .flat_map(|least| self.at_most.iter().map(move |most| (least, most)));
        let problems: Vec<Problem> = pairs
            .filter(|(least, most)| least > most)
            .map(|(least, most)| {
                let words = format!(
                    "has a {lower} of {least}, which is greater than its {upper} of {most}: no value can keep both"
                );
                Problem::attribute("validation_rules", Issue::other(words))
            })
            .collect();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(problems)
        }
    }

    /// The limits that `value` does not keep, each with the words in front of it.
    pub(super) fn broken(&self, value: &T) -> impl Iterator<Item = (&'static str, &T)> {
        let too_low = self.at_least.iter().filter(move |least| value < *least);
        let too_high = self.at_most.iter().filter(move |most| value > *most);
        let too_low = too_low.map(|least| ("at least", least));
        too_low.chain(too_high.map(|most| ("at most", most)))
    }
}
