//! Putting a search together, and running it.

use domain::{id::Id, time::Timestamp};

use super::{Comparison, Filter, Found, Page, SearchError, Start, remembered, words::literal};
use crate::{Query, Row, Store, StoreError, Value};

/// Beyond this place it pays to know whether a page is nearer to the end.
const DEEP: i64 = 10_000;

/// More parts of a text, and more of each, say nothing more about what is looked for.
const MOST_PARTS: usize = 16;
const MAX_PART: usize = 256;

/// Conditions as SQL, with their parameters in order.
#[derive(Debug)]
pub(crate) struct Composer {
    sql: String,
    params: Vec<Value>,
}

/// Where rows come from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source {
    pub(crate) from: &'static str,
    pub(crate) id: &'static str,
    /// The column to sort by; never null.
    pub(crate) key: &'static str,
}

impl Composer {
    /// Of objects with the column `member_tenant_id`, those of `tenant`, if it is named.
    pub(crate) fn new(tenant: Option<&Id>) -> Self {
        let mut composer = Self::starting_with("TRUE");
        if let Some(tenant) = tenant {
            composer.push(" AND ");
            composer.equals("member_tenant_id", tenant.into());
        }
        composer
    }

    pub(crate) fn starting_with(condition: &'static str) -> Self {
        Self { sql: condition.to_owned(), params: Vec::new() }
    }

    /// `select` and the rows with these ids, of one tenant only if it is named.
    pub(crate) fn by_ids(select: &'static str, ids: &[Id], tenant: Option<&Id>) -> Query {
        let mut composer = Self::new(tenant);
        composer.push(" AND ");
        composer.one_of("id", ids);
        composer.select(select)
    }

    /// `select`, a text of the program, with the conditions after it.
    pub(crate) fn select(self, select: &'static str) -> Query {
        Query::composed(format!("{select} WHERE {}", self.sql), self.params)
    }

    /// One of `ids`, found by the index of the column: SQLite would look at every row for `FALSE OR …`.
    pub(crate) fn one_of(&mut self, column: &'static str, ids: &[Id]) {
        if ids.is_empty() {
            return self.push("FALSE");
        }
        self.push(column);
        for (at, id) in ids.iter().enumerate() {
            self.push(if at == 0 { " IN (" } else { ", " });
            self.bind(id.into());
        }
        self.push(")");
    }

    /// And what the filter says; `condition` writes one of its conditions, in brackets if it needs them.
    pub(crate) fn filter<C>(&mut self, filter: Option<&Filter<C>>, condition: &impl Fn(&C, &mut Self)) {
        if let Some(filter) = filter {
            self.push(" AND ");
            self.level(filter, condition);
        }
    }

    fn level<C>(&mut self, filter: &Filter<C>, condition: &impl Fn(&C, &mut Self)) {
        let (all, begin, between, of_none) = match filter {
            Filter::Condition(leaf) => return condition(leaf, self),
            Filter::And(all) => (all, "(", " AND ", "TRUE"),
            Filter::Or(any) => (any, "(", " OR ", "FALSE"),
            Filter::Not(none) => (none, "NOT (", " OR ", "FALSE"),
        };
        self.push(begin);
        if all.is_empty() {
            self.push(of_none);
        }
        for (at, filter) in all.iter().enumerate() {
            if at > 0 {
                self.push(between);
            }
            self.level(filter, condition);
        }
        self.push(")");
    }

    pub(crate) fn push(&mut self, sql: &'static str) {
        self.sql.push_str(sql);
    }

    pub(crate) fn bind(&mut self, value: Value) {
        self.params.push(value);
        self.sql.push('$');
        self.sql.push_str(&self.params.len().to_string());
    }

    pub(crate) fn equals(&mut self, column: &'static str, value: Value) {
        self.push(column);
        self.push(" = ");
        self.bind(value);
    }

    pub(crate) fn equals_or_null(&mut self, column: &'static str, value: Option<&Id>) {
        if let Some(value) = value {
            self.equals(column, value.into());
        } else {
            self.push(column);
            self.push(" IS NULL");
        }
    }

    pub(crate) fn compares(&mut self, column: &'static str, comparison: Comparison, moment: Timestamp) {
        self.push("(");
        self.push(column);
        self.push(" IS NOT NULL AND ");
        self.push(column);
        self.push(comparison.operator());
        self.bind(moment.into());
        self.push(")");
    }

    /// Each part of `text` that spaces separate is part of one of the columns, whatever their case (of letters beyond ASCII as far as the
    /// database knows them).
    pub(crate) fn words_in(&mut self, text: &str, columns: &[&'static str]) {
        let mut parts = text.split_whitespace().take(MOST_PARTS).peekable();
        self.push(if parts.peek().is_none() { "(FALSE" } else { "(TRUE" });
        for part in parts {
            let word: String = part.chars().take(MAX_PART).collect::<String>().to_lowercase();
            self.push(" AND (FALSE");
            for column in columns {
                self.push(" OR LOWER(COALESCE(");
                self.push(column);
                self.push(", '')) LIKE ");
                self.bind(format!("%{}%", literal(&word)).into());
                self.push(" ESCAPE '\\'");
            }
            self.push(")");
        }
        self.push(")");
    }

    /// The conditions as they are sent.
    #[cfg(test)]
    pub(crate) fn text(&self) -> &str {
        &self.sql
    }

    /// Finds the page.
    pub(crate) async fn run(self, store: &Store, source: &Source, page: &Page) -> Result<Found, SearchError> {
        let is_from_end = matches!(page.start, Start::Position(position) if position < 0);
        let is_deep = matches!(page.start, Start::Position(position) if position > DEEP);
        let total = if page.wants_total || is_from_end || is_deep {
            Some(self.count(store, source).await?)
        } else {
            None
        };
        let position = match &page.start {
            Start::Position(position) if *position < 0 => {
                total.unwrap_or(0).saturating_sub(position.unsigned_abs())
            }
            Start::Position(position) => position.unsigned_abs(),
            Start::Anchor { id, offset } => {
                self.place(store, source, page, id).await?.saturating_add_signed(*offset)
            }
        };
        let limit = u64::from(page.limit);
        // What is nearer to the end is read from there.
        let ids = match total {
            Some(total) if position >= total => Vec::new(),
            Some(total) if position > total / 2 => {
                let count = limit.min(total - position);
                let mut ids =
                    self.window(store, source, !page.is_ascending, count, total - position - count).await?;
                ids.reverse();
                ids
            }
            Some(_) | None => self.window(store, source, page.is_ascending, limit, position).await?,
        };
        Ok(Found { ids, position, total: total.filter(|_| page.wants_total) })
    }

    async fn window(
        &self,
        store: &Store,
        source: &Source,
        is_ascending: bool,
        limit: u64,
        offset: u64,
    ) -> Result<Vec<Id>, StoreError> {
        let Source { from, id, key } = source;
        let direction = if is_ascending { "ASC" } else { "DESC" };
        let then = if id == key { String::new() } else { format!(", {id} {direction}") };
        let count = self.params.len();
        let sql = format!(
            "SELECT {id} FROM {from} WHERE {} ORDER BY {key} {direction}{then} LIMIT ${} OFFSET ${}",
            self.sql,
            count + 1,
            count + 2
        );
        let mut params = self.params.clone();
        let number = |number: u64| Value::Int(i64::try_from(number).unwrap_or(i64::MAX));
        params.extend([number(limit), number(offset)]);
        store.read(Query::composed(sql, params)).await?.iter().map(|row| row.id(0)).collect()
    }

    async fn count(&self, store: &Store, source: &Source) -> Result<u64, StoreError> {
        let sql = format!("SELECT COUNT(*) FROM {} WHERE {}", source.from, self.sql);
        let name = remembered::name(&sql, &self.params);
        if let Some(count) = store.counts.recall(&name) {
            return Ok(count);
        }
        let count = self.number(store, sql, []).await?;
        store.counts.remember(name, count);
        Ok(count)
    }

    /// How many stand before the object `anchor`.
    async fn place(
        &self,
        store: &Store,
        source: &Source,
        page: &Page,
        anchor: &Id,
    ) -> Result<u64, SearchError> {
        let Source { from, id, key } = source;
        let next = self.params.len() + 1;
        let sql = format!("SELECT {key} FROM {from} WHERE {} AND {id} = ${next}", self.sql);
        let mut params = self.params.clone();
        params.push(anchor.into());
        let row = store.read_one(Query::composed(sql, params)).await?.ok_or(SearchError::AnchorNotFound)?;
        let before = if page.is_ascending { "<" } else { ">" };
        let sql = format!(
            "SELECT COUNT(*) FROM {from} WHERE {} AND ({key} {before} ${next} OR ({key} = ${next} AND {id} {before} ${}))",
            self.sql,
            next + 1
        );
        Ok(self.number(store, sql, [key_of(&row)?, anchor.into()]).await?)
    }

    async fn number<const N: usize>(
        &self,
        store: &Store,
        sql: String,
        more: [Value; N],
    ) -> Result<u64, StoreError> {
        let mut params = self.params.clone();
        params.extend(more);
        let row = store.read_one(Query::composed(sql, params)).await?;
        let count = row.ok_or_else(|| StoreError::corrupt("no count"))?.int(0)?;
        u64::try_from(count).map_err(|_| StoreError::corrupt("a count below zero"))
    }
}

fn key_of(row: &Row) -> Result<Value, StoreError> {
    row.value(0).cloned()
}

#[cfg(test)]
mod tests {
    use domain::time::Timestamp;
    use rusqlite::Connection;

    use super::*;

    const TABLE: &str = "CREATE TABLE things (id TEXT PRIMARY KEY, member_tenant_id TEXT, name TEXT UNIQUE)";

    /// How SQLite goes about it.
    fn plan(composer: &Composer) -> String {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(TABLE).unwrap();
        let sql = format!("EXPLAIN QUERY PLAN SELECT * FROM things WHERE {}", composer.sql);
        let mut statement = connection.prepare(&sql).unwrap();
        let texts = composer.params.iter().map(|_| "text");
        let steps = statement.query_map(rusqlite::params_from_iter(texts), |row| row.get::<_, String>(3));
        steps.unwrap().map(Result::unwrap).collect::<Vec<_>>().join("; ")
    }

    fn ids() -> Vec<Id> {
        (0..50).map(|number| Id::new(Timestamp::from_millis(1), number, [0; 8])).collect()
    }

    #[test]
    fn what_is_named_is_found_by_its_index_and_not_by_looking_at_everything() {
        let mut composer = Composer::starting_with("TRUE AND ");
        composer.one_of("id", &ids());
        assert!(plan(&composer).starts_with("SEARCH"), "{}", plan(&composer));
    }

    #[test]
    fn alternatives_are_found_by_their_indexes() {
        let mut composer = Composer::new(None);
        let alternatives = Filter::Or(vec![Filter::Condition("one"), Filter::Condition("two")]);
        composer.filter(Some(&alternatives), &|name, out| out.equals("name", (*name).into()));
        assert!(!plan(&composer).contains("SCAN"), "{}", plan(&composer));
    }

    #[test]
    fn of_no_conditions_all_are_true_none_is_true_and_there_is_no_alternative() {
        let written = |filter: Filter<&'static str>| {
            let mut composer = Composer::starting_with("TRUE");
            composer.filter(Some(&filter), &|_: &&str, out| out.push("x"));
            composer.sql
        };
        assert_eq!(written(Filter::And(Vec::new())), "TRUE AND (TRUE)");
        assert_eq!(written(Filter::Or(Vec::new())), "TRUE AND (FALSE)");
        assert_eq!(written(Filter::Not(Vec::new())), "TRUE AND NOT (FALSE)");
        let mut none = Composer::starting_with("TRUE AND ");
        none.one_of("id", &[]);
        assert_eq!(none.sql, "TRUE AND FALSE");
    }
}
