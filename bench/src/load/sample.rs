//! What one round of load gave.

use std::time::Duration;

use hdrhistogram::Histogram;

use crate::Outcome;

const LONGEST: u64 = 60_000_000;

/// Latencies in microseconds, to three digits.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    latencies: Histogram<u64>,
    pub(crate) elapsed: Duration,
}

impl Sample {
    pub(crate) fn new() -> Outcome<Self> {
        Ok(Self { latencies: Histogram::new_with_bounds(1, LONGEST, 3)?, elapsed: Duration::ZERO })
    }

    pub(crate) fn record(&mut self, latency: Duration) {
        let micros = u64::try_from(latency.as_micros()).unwrap_or(LONGEST);
        self.latencies.saturating_record(micros.max(1));
    }

    pub(crate) fn add(&mut self, other: &Self) -> Outcome<()> {
        self.latencies.add(&other.latencies)?;
        self.elapsed = self.elapsed.max(other.elapsed);
        Ok(())
    }

    pub(crate) fn count(&self) -> u64 {
        self.latencies.len()
    }

    /// Answers per second.
    pub(crate) fn rate(&self) -> f64 {
        float(self.count()) / self.elapsed.as_secs_f64().max(1e-6)
    }

    /// In microseconds.
    pub(crate) fn quantile(&self, quantile: f64) -> f64 {
        float(self.latencies.value_at_quantile(quantile))
    }
}

/// Counts, microseconds and kilobytes of a few seconds, as numbers to divide.
pub(crate) fn float(number: u64) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}
