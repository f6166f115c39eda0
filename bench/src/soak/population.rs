//! The clients of a soak: strangers that nobody claimed, and applications that people allowed something long ago.

use std::time::{Duration, Instant};

use domain::client::Client;
use domain::id::Id;
use store::{Batch, DatabaseUrl, Query, Statement, Store, Value, clients};
use tokio::runtime::Runtime;

use crate::load::Site;
use crate::scene::{REDIRECT, authorize, redemption};
use crate::talk::Register;
use crate::visit::Visitor;
use crate::{Outcome, clock, rows};

const DAY: Duration = Duration::from_hours(24);
/// Longer than a client stays that nobody claims.
const UNCLAIMED_FOR: Duration = DAY.saturating_mul(8);
/// Longer than one stays that nobody uses.
const SILENT_FOR: Duration = DAY.saturating_mul(100);
const BATCH: u64 = 200;
const PACE: Duration = Duration::from_millis(400);

/// The tables, past every rule.
pub(super) struct Population(Store);

/// Applications that somebody allowed something, each with its latest refresh token.
#[derive(Default)]
pub(super) struct Connected {
    /// Whether they are as old as they will be made.
    aged: Vec<Application>,
    young: Vec<Application>,
}

struct Application {
    client_id: String,
    refresh_token: String,
    /// Somebody took back what they allowed.
    is_revoked: bool,
}

impl Population {
    pub(super) fn open(runtime: &Runtime, database: &str) -> Outcome<Self> {
        Ok(Self(runtime.block_on(Store::open(&DatabaseUrl::parse(database)?))?))
    }

    pub(super) async fn close(self) {
        self.0.close().await;
    }

    pub(super) async fn count(&self) -> Outcome<u64> {
        let row = self.0.read_one(Query::new("SELECT COUNT(*) FROM clients", [])).await?.ok_or("no count")?;
        Ok(u64::try_from(row.int(0)?)?)
    }

    /// So many clients of strangers that came eight days ago and that nobody claimed; `lap` makes them differ from those of another.
    pub(super) async fn settle(&self, wanted: u64, lap: u64) -> Outcome<()> {
        let metadata = rows::metadata()?;
        let then = clock::now().minus(UNCLAIMED_FOR);
        for first in (0..wanted).step_by(usize::try_from(BATCH)?) {
            let mut batch = Batch::new();
            for number in first..(first + BATCH).min(wanted) {
                let number = (lap << 32) | number;
                let id =
                    Id::new(then, u16::try_from(number % (1 << 16))?, rows::scattered(number).to_be_bytes());
                let client = Client { id, created_at: then, ..rows::client(number, &metadata) };
                batch.extend(clients::insert(&client, &clients::Management::default())?);
            }
            if !self.0.commit(batch).await?.is_committed() {
                return Err("a batch of strangers was refused".into());
            }
        }
        Ok(())
    }

    /// As if it had come long ago and had been silent since.
    async fn age(&self, client_id: &str) -> Outcome<()> {
        let then = clock::now().minus(SILENT_FOR);
        let mut batch = Batch::new();
        batch.push(Statement::new(
            "DELETE FROM client_uses WHERE client IN (SELECT id FROM clients WHERE client_id = $1)",
            [client_id.into()],
        ));
        // Ids grow with the moment of creation.
        batch.push(Statement::new(
            "UPDATE clients SET id = '00' || substr(id, 3), created_at = $1 WHERE client_id = $2",
            [then.into(), client_id.into()],
        ));
        if self.0.commit(batch).await?.is_committed() {
            Ok(())
        } else {
            Err("a client could not be aged".into())
        }
    }

    async fn has(&self, sql: &'static str, client_id: &str) -> Outcome<bool> {
        let query = Query::new(sql, [Value::from(client_id)]);
        Ok(self.0.read_one(query).await?.is_some())
    }
}

impl Connected {
    /// Until the end somebody connects one application after another, and disconnects every second one.
    pub(super) fn more(&mut self, mut visitor: Visitor, end: Instant) -> Outcome<()> {
        while clock::instant() < end {
            let number = self.aged.len() + self.young.len();
            let body =
                Register::body(&format!("Connected {number}"), "none").replace(Register::REDIRECT, REDIRECT);
            let client_id = visitor.register_freely(&body)?.member("client_id")?;
            let code = visitor.allow(&authorize(&client_id, "offline_access"))?;
            let tokens = visitor.send(&redemption(visitor.site(), &code, &client_id))?;
            let refresh_token = tokens.member("refresh_token")?;
            let is_revoked = number % 2 == 1;
            if is_revoked {
                let fields = [("token", refresh_token.as_str()), ("client_id", &client_id)];
                visitor.send(&visitor.site().post_form("/revoke", &[], &fields))?.expect(200)?;
            }
            self.young.push(Application { client_id, refresh_token, is_revoked });
            clock::pause(PACE);
        }
        Ok(())
    }

    /// All of them have been there for long. To be done while the server does not run.
    pub(super) fn age(&mut self, runtime: &Runtime, population: &Population) -> Outcome<()> {
        for application in &self.young {
            runtime.block_on(population.age(&application.client_id))?;
        }
        self.aged.append(&mut self.young);
        Ok(())
    }

    pub(super) fn that_stay(&self) -> usize {
        self.young.len() + self.that_hold_access()
    }

    pub(super) fn that_hold_access(&self) -> usize {
        self.aged.iter().filter(|application| !application.is_revoked).count()
    }

    pub(super) fn that_left(&self) -> usize {
        self.aged.iter().filter(|application| application.is_revoked).count()
    }

    /// Whoever holds access still gets tokens, however old and silent; whoever lost it is a tombstone.
    pub(super) fn prove(&mut self, site: Site, runtime: &Runtime, population: &Population) -> Outcome<()> {
        let mut visitor = Visitor::new(site);
        for application in &self.aged {
            let client_id = application.client_id.as_str();
            if application.is_revoked {
                let left = "SELECT client_id FROM client_tombstones WHERE client_id = $1";
                if !runtime.block_on(population.has(left, client_id))? {
                    return Err(format!("{client_id} left no tombstone").into());
                }
                continue;
            }
            let fields = [
                ("grant_type", "refresh_token"),
                ("client_id", client_id),
                ("refresh_token", &application.refresh_token),
            ];
            let answer = visitor.send(&site.post_form("/token", &[], &fields))?;
            answer.expect(200).map_err(|error| format!("{client_id} lost what it was allowed: {error}"))?;
        }
        Ok(())
    }
}
