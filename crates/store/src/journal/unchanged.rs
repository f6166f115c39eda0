//! That nothing changed since a state, decided by the commit itself. RFC 8620 §5.3.

use domain::{id::Id, journal::ObjectKind};

use crate::{Guard, Statement, Value};

/// Nothing changed of one kind of object since a position, as far as a tenant knows of it.
#[derive(Clone, Debug)]
pub struct Unchanged {
    pub object: ObjectKind,
    /// None: whoever's it is.
    pub tenant_id: Option<Id>,
    /// Only this object, if one is named.
    pub only: Option<String>,
    pub since: i64,
    /// Whatever happened to these does not count.
    pub except: Vec<String>,
}

impl Unchanged {
    /// The first one waits for everybody else who expects something, the second one looks. Two, because a statement of PostgreSQL that
    /// waited still sees what there was before it did.
    pub(crate) fn statements(&self) -> Vec<Statement> {
        const TAKE_TURN: &str = "UPDATE journal_head SET forgotten = forgotten WHERE name = 'journal'";
        const LOOK: &str = "UPDATE journal_head SET forgotten = forgotten WHERE name = 'journal'
             AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.object_kind = $1 AND j.kind IN ('created', 'updated', 'destroyed')
                AND j.position > $2
                AND (CAST($3 AS TEXT) IS NULL OR j.tenant_id = $3) AND (CAST($4 AS TEXT) IS NULL OR j.object_id = $4)
                AND CAST($5 AS TEXT) NOT LIKE '% ' || j.object_id || ' %')
             AND NOT EXISTS (SELECT 1 FROM journal_unsealed u WHERE u.object_kind = $1 AND u.kind IN ('created', 'updated', 'destroyed')
                AND (CAST($3 AS TEXT) IS NULL OR u.tenant_id = $3) AND (CAST($4 AS TEXT) IS NULL OR u.object_id = $4)
                AND CAST($5 AS TEXT) NOT LIKE '% ' || u.object_id || ' %')";
        let params: [Value; 5] = [
            self.object.as_str().into(),
            self.since.into(),
            self.tenant_id.as_ref().into(),
            self.only.as_deref().into(),
            format!(" {} ", self.except.join(" ")).into(),
        ];
        vec![
            Statement::new(TAKE_TURN, []).guarded(Guard::Exactly(1)),
            Statement::new(LOOK, params).guarded(Guard::Exactly(1)),
        ]
    }
}
