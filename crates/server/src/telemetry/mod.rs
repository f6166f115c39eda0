//! What operators see of a running server: log lines, and numbers for Prometheus.

pub mod logs;
pub mod metrics;
pub mod request;
