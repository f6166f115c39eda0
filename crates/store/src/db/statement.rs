//! What is asked of the database: queries, and batches of guarded statements.
//!
//! One SQL text serves both databases, so: columns are TEXT, BIGINT or BOOLEAN; parameters are `$1`, `$2`, … and
//! appear for the first time in ascending order (SQLite numbers them by first appearance). PostgreSQL infers a
//! parameter's type from where it stands; where nothing says it (`SELECT $1, $2 … WHERE EXISTS (…)`), write
//! `CAST($1 AS TEXT)`, `CAST($1 AS BIGINT)` or `CAST($1 AS BOOLEAN)`, and cast sums of BIGINT back to BIGINT.

use std::borrow::Cow;

use super::Value;

/// How many rows a statement must touch, else its whole batch is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    Any,
    Exactly(u64),
    AtMost(u64),
}

impl Guard {
    pub(super) const fn allows(self, touched: u64) -> bool {
        match self {
            Self::Any => true,
            Self::Exactly(rows) => touched == rows,
            Self::AtMost(rows) => touched <= rows,
        }
    }
}

/// An INSERT, UPDATE or DELETE with its parameters and its guard.
#[derive(Clone, Debug)]
pub struct Statement {
    pub(super) sql: &'static str,
    pub(super) params: Vec<Value>,
    pub(super) guard: Guard,
    changes: Option<Memory>,
}

/// What is remembered of rows ([`crate::remembered`]), and forgotten with a commit that changes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    Clients,
    RegistrationPolicies,
    /// What roles and tenants add up to.
    Rolebook,
}

impl Statement {
    /// A statement that may touch any number of rows.
    pub fn new(sql: &'static str, params: impl Into<Vec<Value>>) -> Self {
        let params = params.into();
        check(sql, &params);
        Self { sql, params, guard: Guard::Any, changes: None }
    }

    /// Of a statement that changes or deletes what is remembered, or adds to it: with its commit that is forgotten.
    #[must_use]
    pub fn changing(mut self, memory: Memory) -> Self {
        self.changes = Some(memory);
        self
    }

    #[must_use]
    pub fn guarded(mut self, guard: Guard) -> Self {
        self.guard = guard;
        self
    }
}

/// Which statement of a batch, as [`Batch::push`] named it.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Step(pub(super) usize);

/// Statements that take effect together or not at all, in the order in which they were pushed.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    pub(super) statements: Vec<Statement>,
}

impl Batch {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a statement and returns its name, by which a refusal can be recognised.
    pub fn push(&mut self, statement: Statement) -> Step {
        self.statements.push(statement);
        Step(self.statements.len() - 1)
    }

    /// Adds statements in their order.
    pub fn extend(&mut self, statements: impl IntoIterator<Item = Statement>) {
        self.statements.extend(statements);
    }

    pub fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    /// The same batch after `first`; its steps keep their names, and the outcome says them with [`Outcome::without_first`].
    pub(super) fn preceded_by(mut self, first: Vec<Statement>) -> Self {
        self.statements.splice(..0, first);
        self
    }

    /// What has to be forgotten with its commit, perhaps more than once.
    pub(super) fn changes(&self) -> Vec<Memory> {
        self.statements.iter().filter_map(|statement| statement.changes).collect()
    }

    pub(super) fn holds_nul(&self) -> bool {
        self.statements.iter().flat_map(|statement| &statement.params).any(Value::holds_nul)
    }

    pub(super) fn is_unguarded(&self) -> bool {
        self.statements.iter().all(|statement| statement.guard == Guard::Any)
    }
}

/// What became of a batch. A refusal is an answer ("somebody was faster"), not an error.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
#[must_use]
pub enum Outcome {
    /// All of it is durable.
    Committed,
    /// The guard of `step` did not hold; nothing of the batch was stored.
    Refused { step: Step },
}

impl Outcome {
    pub const fn is_committed(self) -> bool {
        matches!(self, Self::Committed)
    }

    /// As the batch would have it that stands behind `count` other statements; nothing if one of those was refused.
    pub(super) fn without_first(self, count: usize) -> Option<Self> {
        match self {
            Self::Committed => Some(self),
            Self::Refused { step: Step(at) } => {
                at.checked_sub(count).map(|at| Self::Refused { step: Step(at) })
            }
        }
    }
}

/// A SELECT with its parameters.
#[derive(Clone, Debug)]
pub struct Query {
    pub(super) sql: Cow<'static, str>,
    pub(super) params: Vec<Value>,
    /// Whether it may look at so many rows that others would wait for it.
    pub(super) is_long: bool,
}

impl Query {
    pub fn new(sql: &'static str, params: impl Into<Vec<Value>>) -> Self {
        let params = params.into();
        check(sql, &params);
        Self { sql: Cow::Borrowed(sql), params, is_long: false }
    }

    /// Of a query that looks at many rows: nobody waits for it but whoever asked.
    #[must_use]
    pub(crate) fn long(mut self) -> Self {
        self.is_long = true;
        self
    }

    /// A query whose text was put together from texts of the program, for this one use: no connection keeps it. What it looks at depends
    /// on whoever asked.
    pub(crate) fn composed(sql: String, params: Vec<Value>) -> Self {
        check(&sql, &params);
        Self { sql: Cow::Owned(sql), params, is_long: true }
    }

    pub(super) fn asks_for_nul(&self) -> bool {
        self.params.iter().any(Value::holds_nul)
    }
}

fn check(sql: &str, params: &[Value]) {
    debug_assert!(
        parameters_of(sql) == Some(params.len()),
        "{} parameters for a text whose parameters must first appear as $1, $2, …: {sql}",
        params.len(),
    );
}

/// How many parameters the text has; `None` when they do not first appear in ascending order from `$1`.
fn parameters_of(sql: &str) -> Option<usize> {
    let mut seen = 0;
    for outside_quotes in sql.split('\'').step_by(2) {
        for after_dollar in outside_quotes.split('$').skip(1) {
            let end =
                after_dollar.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(after_dollar.len());
            let number: usize = after_dollar.get(..end)?.parse().ok()?;
            if number == 0 || number > seen + 1 {
                return None;
            }
            seen = seen.max(number);
        }
    }
    Some(seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_counted_once_however_often_they_appear() {
        assert_eq!(parameters_of("SELECT 1"), Some(0));
        assert_eq!(parameters_of("UPDATE t SET a = $1 WHERE b = $2 AND a < $1"), Some(2));
    }

    #[test]
    fn parameters_out_of_order_or_with_gaps_are_found() {
        assert_eq!(parameters_of("UPDATE t SET a = $2 WHERE b = $1"), None);
        assert_eq!(parameters_of("SELECT $1, $3"), None);
        assert_eq!(parameters_of("SELECT $0"), None);
    }

    #[test]
    fn a_dollar_inside_quotes_is_no_parameter() {
        assert_eq!(parameters_of("SELECT '$7', 'it''s $9', $1"), Some(1));
    }

    #[test]
    fn what_stands_before_a_batch_does_not_rename_its_steps() {
        let refused = |at| Outcome::Refused { step: Step(at) };
        assert_eq!(Outcome::Committed.without_first(2), Some(Outcome::Committed));
        assert_eq!((refused(2).without_first(2), refused(1).without_first(2)), (Some(refused(0)), None));
    }

    #[test]
    fn a_guard_allows_what_it_says() {
        assert!(Guard::Any.allows(0));
        assert!(Guard::Exactly(1).allows(1) && !Guard::Exactly(1).allows(2));
        assert!(Guard::AtMost(1).allows(0) && !Guard::AtMost(1).allows(2));
    }
}
