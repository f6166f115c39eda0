//! What goes on all the time: strangers register, one application registers from any port, tokens are renewed, issued and asked about.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::Outcome;
use crate::load::{Answer, Plan, Site, drive};
use crate::rows;
use crate::scene::Scene;
use crate::talk::{Refresh, Register, Same, Talk, expect};
use crate::visit::Visitor;

/// Requests per second over all connections: what a busy installation has, so that memory and not speed is what is looked at.
const RATE: u32 = 200;

pub(super) struct Traffic {
    site: Site,
    visitor: Visitor,
    talks: Vec<Box<dyn Talk>>,
    newcomers: Arc<AtomicU64>,
}

/// Registers: in turn an application that is new, and one that listens on another port each time.
struct Arrival {
    site: Site,
    newcomers: Arc<AtomicU64>,
    asked: u64,
    salt: u64,
}

/// An address that nobody listens on, to be the same after each restart.
pub(super) fn free_address() -> Outcome<String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.to_string())
}

impl Traffic {
    pub(super) fn new(scene: &Scene, connections: usize) -> Outcome<Self> {
        let newcomers = Arc::new(AtomicU64::new(1));
        let quarter = connections.div_ceil(4).max(1);
        let mut talks: Vec<Box<dyn Talk>> = Vec::new();
        for salt in (1..).take(quarter) {
            talks.push(Box::new(Arrival {
                site: scene.site,
                newcomers: Arc::clone(&newcomers),
                asked: 0,
                salt,
            }));
        }
        for token in scene.refresh_tokens(quarter)? {
            talks.push(Box::new(Refresh::new(scene.site, &scene.public_client, token)));
        }
        talks.extend(Same::over(quarter, scene.client_credentials(), &[200]));
        let introspection = scene.introspections(1, "refresh_token")?.pop().ok_or("nothing to introspect")?;
        talks.extend(Same::over(quarter, introspection, &[200]));
        Ok(Self { site: scene.site, visitor: scene.visitor(), talks, newcomers })
    }

    /// Answers how many requests were answered in time.
    pub(super) fn drive(&mut self, span: Duration) -> Outcome<u64> {
        let plan = Plan { site: self.site, span, rate: Some(RATE) };
        Ok(drive(&plan, &mut self.talks)?.count())
    }

    /// Somebody who has signed in.
    pub(super) fn visitor(&self) -> Visitor {
        self.visitor.clone()
    }

    /// How many clients registered that were not there before: the one with the ports counts once.
    pub(super) fn newcomers(&self) -> u64 {
        self.newcomers.load(Ordering::Relaxed)
    }
}

impl Talk for Arrival {
    fn ask(&mut self, request: &mut Vec<u8>) -> bool {
        self.asked += 1;
        let body = if self.asked.is_multiple_of(2) {
            let port = 1024 + rows::scattered(self.asked ^ (self.salt << 32)) % 60_000;
            Register::body("The app on any port", "none").replace("127.0.0.1/", &format!("127.0.0.1:{port}/"))
        } else {
            let number = self.newcomers.fetch_add(1, Ordering::Relaxed);
            Register::body(&format!("Newcomer {number}"), "none")
        };
        request.extend(self.site.post_json("/register", &[], &body));
        true
    }

    fn hear(&mut self, answer: &Answer<'_>) -> Outcome<()> {
        expect(answer, 201)
    }
}
