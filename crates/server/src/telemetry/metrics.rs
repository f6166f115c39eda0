//! The numbers of one server. Each server has its own; nothing is global, so one program may run many.

use std::{fmt, sync::Arc, time::Duration};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric, text},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::{ConstGauge, Gauge},
        histogram::{Histogram, exponential_buckets},
        info::Info,
    },
    registry::{Registry, Unit},
};

/// The `Content-Type` of [`Metrics::render`]: `OpenMetrics` 1.0, the text format that Prometheus reads.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Counts what happens. Clones count into the same place.
#[derive(Clone)]
pub struct Metrics(Arc<Numbers>);

/// The numbers of one route.
#[derive(Clone, Debug)]
pub struct RouteMetrics(Arc<RouteNumbers>);

#[derive(Debug)]
struct RouteNumbers {
    all: Metrics,
    route: Arc<str>,
    durations: Histogram,
}

struct Numbers {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Family<RouteLabel, Histogram, fn() -> Histogram>,
    registrations: Family<RegistrationLabels, Counter>,
    clients_left: Family<WhyLabel, Counter>,
    clients: Family<StateLabel, Gauge>,
    tokens_issued: Family<GrantLabel, Counter>,
    sign_ins: Family<OutcomeLabel, Counter>,
    second_factors: Family<FactorLabels, Counter>,
    replays: Family<KindLabel, Counter>,
    too_often: Family<KindLabel, Counter>,
    refusals: Family<KindLabel, Counter>,
    sealed: Counter,
    panics: Counter,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: Arc<str>,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabel {
    route: Arc<str>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RegistrationLabels {
    door: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct WhyLabel {
    why: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StateLabel {
    state: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct GrantLabel {
    grant: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabel {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FactorLabels {
    factor: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct KindLabel {
    kind: &'static str,
}

impl Metrics {
    /// Numbers that start at zero.
    pub fn new() -> Self {
        let mut all = Registry::default();
        let registry = all.sub_registry_with_prefix("wayleave");
        let requests = Family::default();
        registry.register("http_requests", "Requests answered, by route and status", requests.clone());
        let durations = Family::new_with_constructor(duration_histogram as fn() -> Histogram);
        registry.register_with_unit(
            "http_request_duration",
            "Time until the head of the response, by route",
            Unit::Seconds,
            durations.clone(),
        );
        let registrations = Family::default();
        registry.register(
            "registrations",
            "Client registrations, by door and outcome",
            registrations.clone(),
        );
        let clients_left = Family::default();
        registry.register(
            "clients_left",
            "Clients deleted because nobody vouched for them and nobody needed them, by why",
            clients_left.clone(),
        );
        let clients = Family::default();
        registry.register(
            "clients",
            "Clients by where in their life they are, as they were counted last",
            clients.clone(),
        );
        let tokens_issued = Family::default();
        registry.register("tokens_issued", "Access tokens issued, by grant", tokens_issued.clone());
        let sign_ins = Family::default();
        registry.register("sign_ins", "Attempts of people to sign in, by outcome", sign_ins.clone());
        let second_factors = Family::default();
        registry.register(
            "second_factors",
            "Codes and passkeys that were checked, by factor and outcome",
            second_factors.clone(),
        );
        let replays = Family::default();
        let too_often = Family::default();
        registry.register(
            "too_often",
            "Requests refused because one source asked too often, by line",
            too_often.clone(),
        );
        registry.register("replays", "One-time credentials presented again, by kind", replays.clone());
        let refusals = Family::default();
        registry.register("refusals", "Refusals that smell of attack, by kind", refusals.clone());
        let sealed = Counter::default();
        registry.register("journal_sealed", "Events of the journal that this node sealed", sealed.clone());
        let panics = Counter::default();
        registry.register("panics", "Requests that ended in a panic", panics.clone());
        let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The program that is running", build);
        all.register_collector(Box::new(Process));
        Self(Arc::new(Numbers {
            registry: all,
            requests,
            durations,
            registrations,
            clients_left,
            clients,
            tokens_issued,
            sign_ins,
            second_factors,
            replays,
            too_often,
            refusals,
            sealed,
            panics,
        }))
    }

    /// Where the requests to `route` (a route's pattern, never a path) are counted.
    pub fn route(&self, route: &str) -> RouteMetrics {
        let route = Arc::from(route);
        let durations = RouteLabel { route: Arc::clone(&route) };
        let durations = self.0.durations.get_or_create(&durations).clone();
        RouteMetrics(Arc::new(RouteNumbers { all: self.clone(), route, durations }))
    }

    /// Someone asked at `door` to register a client.
    pub fn registration(&self, door: &'static str, outcome: &'static str) {
        self.0.registrations.get_or_create(&RegistrationLabels { door, outcome }).inc();
    }

    pub fn client_left(&self, why: &'static str) {
        self.0.clients_left.get_or_create(&WhyLabel { why }).inc();
    }

    /// So many clients are in this state.
    pub fn clients(&self, state: &'static str, count: u64) {
        self.0.clients.get_or_create(&StateLabel { state }).set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    pub fn token_issued(&self, grant: &'static str) {
        self.0.tokens_issued.get_or_create(&GrantLabel { grant }).inc();
    }

    pub fn sign_in(&self, outcome: &'static str) {
        self.0.sign_ins.get_or_create(&OutcomeLabel { outcome }).inc();
    }

    /// A factor was checked; `factor` is `totp`, `recovery-code` or `passkey`.
    pub fn second_factor(&self, factor: &'static str, outcome: &'static str) {
        self.0.second_factors.get_or_create(&FactorLabels { factor, outcome }).inc();
    }

    /// A one-time thing was presented again; `kind` is `code` or `refresh`.
    pub fn replay(&self, kind: &'static str) {
        self.0.replays.get_or_create(&KindLabel { kind }).inc();
    }

    /// One source asked too often; `kind` is the line.
    pub fn too_often(&self, kind: &'static str) {
        self.0.too_often.get_or_create(&KindLabel { kind }).inc();
    }

    /// Something was refused that smells of attack; `kind` is that of the journal.
    pub fn refusal(&self, kind: &'static str) {
        self.0.refusals.get_or_create(&KindLabel { kind }).inc();
    }

    /// So many events of the journal were sealed.
    pub fn sealed(&self, events: u64) {
        self.0.sealed.inc_by(events);
    }

    /// All numbers as text of type [`CONTENT_TYPE`].
    pub fn render(&self) -> String {
        let mut text = String::new();
        // Writing into a String cannot fail.
        text::encode(&mut text, &self.0.registry).unwrap_or_default();
        text
    }
}

impl RouteMetrics {
    /// A request was answered with `status` after `duration`.
    pub fn answered(&self, status: u16, duration: Duration) {
        let labels = RequestLabels { route: Arc::clone(&self.0.route), status };
        self.0.all.0.requests.get_or_create(&labels).inc();
        self.0.durations.observe(duration.as_secs_f64());
    }

    /// A handler of this route panicked.
    pub fn panicked(&self) {
        self.0.all.0.panics.inc();
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Metrics")
    }
}

/// 250 µs to 16 s, each bucket twice the one before.
fn duration_histogram() -> Histogram {
    Histogram::new(exponential_buckets(0.000_25, 2.0, 17))
}

/// What the system says of this process, read anew for each scrape. Absent where there is no `/proc`.
#[derive(Debug)]
struct Process;

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let numbers = [
            ("process_resident_memory_bytes", "Memory in use, in bytes", resident_memory()),
            ("process_open_fds", "Open file descriptors", open_files()),
        ];
        for (name, help, value) in numbers {
            let Some(value) = value else { continue };
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(
                name,
                help,
                None,
                EncodeMetric::metric_type(&gauge),
            )?)?;
        }
        Ok(())
    }
}

fn resident_memory() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let kibibytes = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.trim().strip_suffix("kB")?;
    kibibytes.trim().parse::<i64>().ok()?.checked_mul(1024)
}

fn open_files() -> Option<i64> {
    i64::try_from(std::fs::read_dir("/proc/self/fd").ok()?.count()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_is_told_in_the_text() {
        let metrics = Metrics::new();
        let register = metrics.route("/register");
        register.answered(201, Duration::from_millis(3));
        register.panicked();
        metrics.registration("anonymous", "created");
        metrics.token_issued("authorization_code");
        metrics.sign_in("wrong_password");
        metrics.second_factor("totp", "refused");
        metrics.replay("code");
        metrics.refusal("api-key-refused");
        metrics.sealed(2);
        let text = metrics.render();
        for line in [
            "wayleave_http_requests_total{route=\"/register\",status=\"201\"} 1",
            "wayleave_http_request_duration_seconds_count{route=\"/register\"} 1",
            "wayleave_registrations_total{door=\"anonymous\",outcome=\"created\"} 1",
            "wayleave_tokens_issued_total{grant=\"authorization_code\"} 1",
            "wayleave_sign_ins_total{outcome=\"wrong_password\"} 1",
            "wayleave_second_factors_total{factor=\"totp\",outcome=\"refused\"} 1",
            "wayleave_replays_total{kind=\"code\"} 1",
            "wayleave_refusals_total{kind=\"api-key-refused\"} 1",
            "wayleave_journal_sealed_total 2",
            "wayleave_panics_total 1",
            "wayleave_build_info{version=",
        ] {
            assert!(text.lines().any(|found| found.starts_with(line)), "{line} in\n{text}");
        }
    }

    #[test]
    fn two_servers_in_one_program_count_apart() {
        let (one, other) = (Metrics::new(), Metrics::new());
        one.clone().route("/register").panicked();
        assert!(one.render().contains("wayleave_panics_total 1"));
        assert!(other.render().contains("wayleave_panics_total 0"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn memory_and_open_files_are_those_of_this_process() {
        let text = Metrics::new().render();
        assert!(resident_memory().unwrap() > 1_000_000 && open_files().unwrap() > 2);
        assert!(
            text.contains("\nprocess_resident_memory_bytes ") && text.contains("\nprocess_open_fds "),
            "{text}"
        );
    }
}
