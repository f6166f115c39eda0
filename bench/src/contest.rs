//! Two servers, driven alike in turns, so that what disturbs the one disturbs the other.

use std::time::{Duration, Instant};

use crate::load::{Plan, Site, drive, float};
use crate::machine::{Used, cpu_of, private_of};
use crate::talk::Talk;
use crate::{Outcome, clock};

/// A round in which something else used more of a core than this does not count.
const FOREIGN: f64 = 0.15;

/// How long and how often.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    pub(crate) span: Duration,
    /// Rounds that count; as many again may be spent on ones that do not.
    pub(crate) rounds: usize,
    /// Nothing begins after it.
    pub(crate) deadline: Instant,
}

pub(crate) type Refill<'a> = Option<Box<dyn FnMut() -> Outcome<()> + 'a>>;

/// One server and what is asked of it.
pub(crate) struct Side<'a> {
    pub(crate) site: Site,
    pub(crate) server: u32,
    pub(crate) talks: Vec<Box<dyn Talk>>,
    /// Requests per second; `None`: as many as are answered.
    pub(crate) rate: Option<u32>,
    /// Makes, before each round, what the round uses up.
    pub(crate) refill: Refill<'a>,
}

/// What one server did: answers per second, microseconds, megabytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Figures {
    pub(crate) rate: f64,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    /// Of the server, for one answer.
    pub(crate) cpu: f64,
    /// Of the database server, for one answer.
    pub(crate) database_cpu: f64,
    pub(crate) private: f64,
}

/// How the rounds went.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rounds {
    pub(crate) counted: usize,
    pub(crate) rejected: usize,
    /// So few were undisturbed that the disturbed ones had to count.
    pub(crate) is_noisy: bool,
}

/// Medians of a contest.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) name: &'static str,
    pub(crate) ours: Figures,
    pub(crate) bare: Figures,
    /// Our rate over the bare one, in the same pair of rounds.
    pub(crate) ratio: f64,
    pub(crate) rounds: Rounds,
}

impl Rules {
    pub(crate) fn check(&self) -> Outcome<()> {
        if clock::instant() < self.deadline {
            Ok(())
        } else {
            Err("the bench takes too long; it ends here".into())
        }
    }
}

/// Lets both be driven in turns.
pub(crate) fn hold(
    name: &'static str,
    rules: &Rules,
    ours: &mut Side<'_>,
    bare: &mut Side<'_>,
) -> Outcome<Finding> {
    warm_up(rules, ours)?;
    warm_up(rules, bare)?;
    let (pairs, rounds) = turns(rules, || {
        let (first, foreign) = round(rules.span, ours)?;
        let (second, also_foreign) = round(rules.span, bare)?;
        Ok(((first, second), foreign.max(also_foreign)))
    })?;
    let of = |pick: fn(&(Figures, Figures)) -> f64| median(pairs.iter().map(pick).collect());
    Ok(Finding {
        name,
        ours: middle(&pairs.iter().map(|pair| pair.0).collect::<Vec<_>>()),
        bare: middle(&pairs.iter().map(|pair| pair.1).collect::<Vec<_>>()),
        ratio: of(|(ours, bare)| ours.rate / bare.rate.max(1.0)),
        rounds,
    })
}

/// A round that does not count; not where it would use up what a round needs.
fn warm_up(rules: &Rules, side: &mut Side<'_>) -> Outcome<()> {
    if side.refill.is_none() {
        round(rules.span / 4, side)?;
    }
    Ok(())
}

/// Repeats `turn`, which says how many foreign cores it saw, until enough of them were undisturbed or twice as many were tried.
pub(crate) fn turns<T>(
    rules: &Rules,
    mut turn: impl FnMut() -> Outcome<(T, f64)>,
) -> Outcome<(Vec<T>, Rounds)> {
    let (mut good, mut disturbed) = (Vec::new(), Vec::new());
    while good.len() < rules.rounds && good.len() + disturbed.len() < 2 * rules.rounds {
        rules.check()?;
        let (found, foreign) = turn()?;
        if foreign <= FOREIGN { good.push(found) } else { disturbed.push(found) }
    }
    let rejected = disturbed.len();
    let is_noisy = good.is_empty();
    let counted = if is_noisy { disturbed } else { good };
    let rounds = Rounds { counted: counted.len(), rejected, is_noisy };
    Ok((counted, rounds))
}

/// One round of one server, and how many cores something else used meanwhile.
pub(crate) fn round(span: Duration, side: &mut Side<'_>) -> Outcome<(Figures, f64)> {
    if let Some(refill) = &mut side.refill {
        refill()?;
    }
    let plan = Plan { site: side.site, span, rate: side.rate };
    let before = (Used::now()?, cpu_of(side.server)?, clock::instant());
    let sample = drive(&plan, &mut side.talks)?;
    let cpu = cpu_of(side.server)? - before.1;
    let used = Used::now()?;
    let foreign = used.foreign_since(&before.0, clock::instant().duration_since(before.2).as_secs_f64());
    let for_one = |seconds: f64| seconds * 1e6 / float(sample.count()).max(1.0);
    let figures = Figures {
        rate: sample.rate(),
        p50: sample.quantile(0.5),
        p99: sample.quantile(0.99),
        cpu: for_one(cpu),
        database_cpu: for_one(used.database - before.0.database),
        private: private_of(side.server)?,
    };
    Ok((figures, foreign))
}

pub(crate) fn middle(all: &[Figures]) -> Figures {
    let of = |pick: fn(&Figures) -> f64| median(all.iter().map(pick).collect());
    Figures {
        rate: of(|one| one.rate),
        p50: of(|one| one.p50),
        p99: of(|one| one.p99),
        cpu: of(|one| one.cpu),
        database_cpu: of(|one| one.database_cpu),
        private: of(|one| one.private),
    }
}

/// The middle one; of an even number the mean of the two in the middle; of none 0.
pub(crate) fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let half = numbers.len() / 2;
    let at = |index: usize| numbers.get(index).copied().unwrap_or_default();
    if numbers.len() % 2 == 1 { at(half) } else { f64::midpoint(at(half.saturating_sub(1)), at(half)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(rounds: usize) -> Rules {
        let deadline = clock::instant() + Duration::from_mins(1);
        Rules { span: Duration::ZERO, rounds, deadline }
    }

    #[test]
    fn the_median_is_the_middle_or_between_the_two_in_the_middle() {
        assert!((median(vec![9.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median(vec![4.0, 1.0, 2.0, 9.0]) - 3.0).abs() < 1e-9);
    }

    #[test]
    fn a_disturbed_round_is_repeated_and_counted_as_rejected() {
        let mut foreign = [0.0, 0.9, 0.1].into_iter();
        let (counted, rounds) = turns(&rules(2), || Ok(((), foreign.next().unwrap()))).unwrap();
        assert_eq!((counted.len(), rounds.rejected, rounds.is_noisy), (2, 1, false));
    }

    #[test]
    fn where_every_round_is_disturbed_they_count_and_it_is_said() {
        let (counted, rounds) = turns(&rules(2), || Ok(((), 1.0))).unwrap();
        assert_eq!((counted.len(), rounds.rejected, rounds.is_noisy), (4, 4, true));
    }
}
