//! Bars day by day, stacked, as SVG: geometry as attributes, colours by class, and every number once more in a table.

use std::fmt::Write;

use domain::{tally::Day, time::Timestamp};

use crate::words::Said;

/// The drawing in its own units; text is drawn in the same.
pub(super) const WIDTH: u64 = 338;
pub(super) const HEIGHT: u64 = 150;

/// Where the bars stand: to the right of the numbers, below the upper edge, above the days.
const LEFT: u64 = 36;
const TOP: u64 = 8;
const BOTTOM: u64 = 130;

/// One colour of the bars.
#[derive(Clone, Debug)]
pub(super) struct Series {
    pub label: Said,
    /// A number for each day.
    pub values: Vec<u64>,
}

/// A piece of a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bar {
    pub x: u64,
    pub y: u64,
    pub width: u64,
    pub height: u64,
    /// Which series it belongs to.
    pub series: usize,
}

#[derive(Clone, Debug)]
pub(super) struct Chart {
    /// The id of its section.
    pub id: &'static str,
    pub title: Said,
    pub description: Said,
    pub series: Vec<Series>,
    pub first: Timestamp,
    pub last: Timestamp,
    /// The number at the upper edge.
    pub most: u64,
    pub bars: Vec<Bar>,
}

impl Chart {
    pub fn new(
        id: &'static str,
        title: Said,
        description: Said,
        (first, last): (Day, Day),
        series: Vec<Series>,
    ) -> Self {
        let days = usize::try_from(last.number() - first.number()).map_or(0, |days| days.saturating_add(1));
        let sum = |at| series.iter().filter_map(|series| series.values.get(at)).sum::<u64>();
        let most = rounded_up((0..days).map(sum).max().unwrap_or(0));
        let bars = bars(&series, days, most);
        Self { id, title, description, series, first: first.begin(), last: last.begin(), most, bars }
    }

    pub fn total(&self) -> u64 {
        self.series.iter().flat_map(|series| &series.values).sum()
    }

    /// The days that something happened on, the last one first: their beginning, and a number for each series.
    pub fn rows(&self) -> Vec<(Timestamp, Vec<u64>)> {
        let first = Day::of(self.first).number();
        let last = Day::of(self.last).number();
        let row = |day: i64| {
            let at = usize::try_from(day - first).unwrap_or(usize::MAX);
            let values = self.series.iter().map(|series| series.values.get(at).copied().unwrap_or(0));
            (Day::from_number(day).begin(), values.collect::<Vec<_>>())
        };
        (first..=last).rev().map(row).filter(|(_, values)| values.iter().any(|value| *value > 0)).collect()
    }

    pub const fn half(&self) -> u64 {
        self.most / 2
    }

    /// The bars of each series as one path: a page has many bars, and few bytes for them.
    pub fn paths(&self) -> Vec<String> {
        let mut paths = vec![String::new(); self.series.len()];
        for Bar { x, y, width, height, series } in &self.bars {
            if let Some(path) = paths.get_mut(*series) {
                // A string takes all that is written to it.
                let _ = write!(path, "M{x} {y}h{width}v{height}h-{width}z");
            }
        }
        paths
    }

    /// Where the line for `value` is.
    pub fn line(&self, value: u64) -> u64 {
        BOTTOM - height(value, self.most)
    }
}

/// A number of the scale in few letters.
pub(super) fn short(value: u64) -> String {
    match value {
        0..1_000 => value.to_string(),
        1_000..1_000_000 => format!("{}k", value / 1_000),
        _ => format!("{}M", value / 1_000_000),
    }
}

/// The next number that is easy to read.
fn rounded_up(most: u64) -> u64 {
    let mut step: u64 = 1;
    loop {
        for factor in [2, 4, 10] {
            let edge = step.saturating_mul(factor);
            if most <= edge {
                return edge;
            }
        }
        step = step.saturating_mul(10);
    }
}

fn height(value: u64, most: u64) -> u64 {
    let share = u128::from(value) * u128::from(BOTTOM - TOP) / u128::from(most.max(1));
    u64::try_from(share).unwrap_or(0)
}

fn bars(series: &[Series], days: usize, most: u64) -> Vec<Bar> {
    let mut bars = Vec::new();
    let step = (WIDTH - LEFT).checked_div(u64::try_from(days).unwrap_or(1)).unwrap_or(1).max(2);
    for at in 0..days {
        let x = LEFT + step * u64::try_from(at).unwrap_or(0);
        let mut below: u64 = 0;
        for (number, series) in series.iter().enumerate() {
            let value = series.values.get(at).copied().unwrap_or(0);
            if value == 0 {
                continue;
            }
            let foot = height(below, most);
            below = below.saturating_add(value);
            // What is there can be seen, however little it is.
            let tall = height(below, most).saturating_sub(foot).max(1);
            bars.push(Bar {
                x,
                y: BOTTOM.saturating_sub(foot + tall),
                width: step - 2,
                height: tall,
                series: number,
            });
        }
    }
    bars
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::said;

    fn chart(values: [&[u64]; 2]) -> Chart {
        let series = values.map(|values| Series { label: said("Signed in"), values: values.to_vec() });
        let days = (Day::from_number(100), Day::from_number(102));
        Chart::new("x", said("Sign-ins"), said("Sign-ins"), days, series.into())
    }

    #[test]
    fn bars_stand_on_each_other_and_reach_no_higher_than_the_edge() {
        let chart = chart([&[10, 0, 40], &[30, 0, 0]]);
        assert_eq!((chart.most, chart.half(), chart.total()), (40, 20, 80));
        let [first, second, third] = chart.bars[..] else { panic!("three pieces") };
        assert_eq!(second.y + second.height, first.y);
        assert!(first.x == second.x && first.series == 0 && second.series == 1);
        assert_eq!((third.y, third.height), (TOP, BOTTOM - TOP));
        assert!(third.x + third.width <= WIDTH);
        assert_eq!(chart.paths()[1], format!("M{} {}h98v92h-98z", second.x, second.y));
    }

    #[test]
    fn a_day_on_which_nothing_happened_is_no_row_and_the_last_day_comes_first() {
        let rows = chart([&[10, 0, 40], &[30, 0, 0]]).rows();
        let days: Vec<_> = rows.iter().map(|(day, _)| Day::of(*day).number()).collect();
        assert_eq!(days, [102, 100]);
        assert_eq!(rows[1].1, [10, 30]);
    }

    #[test]
    fn the_edge_is_a_round_number_however_many_there_are() {
        for (most, edge) in [(0, 2), (3, 4), (5, 10), (41, 100), (1_000_001, 2_000_000)] {
            assert_eq!(rounded_up(most), edge);
        }
        assert!(rounded_up(u64::MAX) == u64::MAX);
    }

    #[test]
    fn one_among_a_million_can_be_seen() {
        let chart = chart([&[1, 0, 1_000_000], &[0, 0, 0]]);
        assert_eq!(chart.bars[0].height, 1);
    }
}
