//! Whether a quiet load of tokens notices what else the server is doing: its p99 alone, and beside that other load.

use std::thread;

use crate::Outcome;
use crate::contest::{Rounds, Rules, Side, median, round, turns};
use crate::contests::Arena;
use crate::load::{Plan, drive};
use crate::program::PASSWORD;
use crate::talk::{Register, Same};
use crate::visit::Visitor;

/// Tokens per second: far from what the server can do.
const TOKENS: u32 = 500;
const REGISTRATIONS: u32 = 2000;
const WRONG_LOGINS: u32 = 100;

pub(crate) const BESIDE_REGISTRATIONS: &str = "tokens beside registrations";
pub(crate) const BESIDE_WRONG_LOGINS: &str = "tokens beside wrong logins";

/// Microseconds.
#[derive(Clone, Debug)]
pub(crate) struct Isolation {
    pub(crate) name: &'static str,
    pub(crate) alone: f64,
    pub(crate) beside: f64,
    pub(crate) rounds: Rounds,
}

pub(crate) fn beside_registrations(arena: &Arena<'_>, rules: &Rules) -> Outcome<Isolation> {
    // Names that no contest of this run uses.
    let talks = Register::public(16, arena.scene.site, arena.run + 1);
    let other = side(arena, talks, REGISTRATIONS);
    hold(BESIDE_REGISTRATIONS, arena, rules, other)
}

pub(crate) fn beside_wrong_logins(arena: &Arena<'_>, rules: &Rules) -> Outcome<Isolation> {
    let site = arena.scene.site;
    let mut visitor = Visitor::new(site);
    let csrf = visitor.get("/login")?.field("csrf")?;
    let wrong = format!("not {PASSWORD}");
    let fields = [("csrf", csrf.as_str()), ("username", "admin"), ("password", &wrong)];
    let headers = [("cookie", &*visitor.cookie()), ("sec-fetch-site", "same-origin")];
    let request = site.post_form("/login", &headers, &fields);
    // Refused, or told that those before are still being looked at.
    let talks = Same::over(32, request, &[403, 429, 503]);
    hold(BESIDE_WRONG_LOGINS, arena, rules, side(arena, talks, WRONG_LOGINS))
}

fn hold(name: &'static str, arena: &Arena<'_>, rules: &Rules, mut other: Side<'_>) -> Outcome<Isolation> {
    let talks = Same::over(8, arena.scene.client_credentials(), &[200]);
    let mut tokens = side(arena, talks, TOKENS);
    let (pairs, rounds) = turns(rules, || {
        let (alone, foreign) = round(rules.span, &mut tokens)?;
        let plan = Plan { site: other.site, span: rules.span, rate: other.rate };
        let (beside, also_foreign) = thread::scope(|scope| {
            let others = scope.spawn(|| drive(&plan, &mut other.talks));
            let beside = round(rules.span, &mut tokens);
            others.join().unwrap_or_else(|_| Err("a load thread panicked".into()))?;
            beside
        })?;
        Ok(((alone.p99, beside.p99), foreign.max(also_foreign)))
    })?;
    let of = |pick: fn(&(f64, f64)) -> f64| median(pairs.iter().map(pick).collect());
    Ok(Isolation { name, alone: of(|pair| pair.0), beside: of(|pair| pair.1), rounds })
}

fn side<'a>(arena: &Arena<'_>, talks: Vec<Box<dyn crate::talk::Talk>>, rate: u32) -> Side<'a> {
    Side { site: arena.scene.site, server: arena.scene.server, talks, rate: Some(rate), refill: None }
}
