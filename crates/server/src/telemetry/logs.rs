//! Log lines on standard error: for people on a terminal, as JSON elsewhere. What strangers send cannot forge a line or move a cursor.

use std::{
    io::{self, IsTerminal, Write},
    panic::PanicHookInfo,
};

use serde_json::json;
use tracing::{Event, Subscriber};
use tracing_subscriber::{
    EnvFilter, Layer, Registry, fmt,
    fmt::{
        FmtContext, FormatEvent, FormatFields, MakeWriter,
        format::{Format, JsonFields, Writer},
    },
    layer::SubscriberExt,
    registry::LookupSpan,
    util::SubscriberInitExt,
};

use super::request::{InFlight, with_current};
use crate::config::{ConfigError, LogFormat};

/// Starts logging for the whole program. `filter` is a level, or levels per module: `warn,server=debug`.
///
/// Where logging has started already, that stays as it is. Nothing else in this crate needs it to have started.
pub fn init(format: LogFormat, filter: &str) -> Result<(), ConfigError> {
    let filter = EnvFilter::builder().parse(filter).map_err(|_| {
        ConfigError::new(
            "log.filter",
            "must be a level such as info, or levels per module such as warn,server=debug",
        )
    })?;
    let lines = lines(format, io::stderr().is_terminal(), || OneLine(io::stderr().lock()));
    if tracing_subscriber::registry().with(lines.with_filter(filter)).try_init().is_ok() {
        std::panic::set_hook(Box::new(panicked));
    }
    Ok(())
}

fn lines<W>(format: LogFormat, is_terminal: bool, writer: W) -> Box<dyn Layer<Registry> + Send + Sync>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    // Colours are escape sequences, and those must not get through.
    let layer = fmt::layer().with_writer(writer);
    let human = Format::default().with_ansi(false);
    let json = Format::default().json().flatten_event(true).with_current_span(false).with_span_list(false);
    match format {
        LogFormat::Human => layer.event_format(WithRequest { line: human, add: in_words }).boxed(),
        LogFormat::Auto if is_terminal => {
            layer.event_format(WithRequest { line: human, add: in_words }).boxed()
        }
        LogFormat::Auto | LogFormat::Json => layer
            .fmt_fields(JsonFields::new())
            .event_format(WithRequest { line: json, add: as_member })
            .boxed(),
    }
}

/// Adds to each line the request in whose course it is written.
///
/// A span would do the same, but is put into words for each request, and few requests have anything to tell.
struct WithRequest<F> {
    line: F,
    add: fn(&mut String, &InFlight),
}

impl<S, N, F> FormatEvent<S, N> for WithRequest<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> std::fmt::Result {
        let mut line = String::new();
        self.line.format_event(context, Writer::new(&mut line), event)?;
        line.truncate(line.trim_end_matches('\n').len());
        with_current(|request| (self.add)(&mut line, request));
        writeln!(writer, "{line}")
    }
}

fn in_words(line: &mut String, request: &InFlight) {
    line.extend([" request=", request.id().as_str(), " ", request.method(), " ", request.path()]);
}

fn as_member(line: &mut String, request: &InFlight) {
    let member = json!({ "id": request.id().as_str(), "method": request.method(), "path": request.path() });
    if line.pop() == Some('}') {
        line.extend([",\"request\":", &member.to_string(), "}"]);
    }
}

/// A panic becomes a log line within its request's span. A message made at run time may hold what someone sent, so only fixed ones are told.
fn panicked(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let message = info.payload().downcast_ref::<&'static str>().copied().unwrap_or("(made at run time)");
    tracing::error!(place, message, "panicked");
}

/// Writes each record as one line: control characters within it are written as `\u001b`, which is also their spelling in JSON.
///
/// It relies on getting a whole record with its final newline at once, as the formatter gives it.
struct OneLine<W>(W);

impl<W: Write> Write for OneLine<W> {
    fn write(&mut self, record: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(record);
        let line = text.strip_suffix('\n').unwrap_or(&text);
        let mut written = String::with_capacity(text.len());
        for character in line.chars() {
            if is_harmless(character) {
                written.push(character);
            } else {
                let code = u32::from(character);
                written.extend(["\\u".to_owned(), format!("{code:04x}")]);
            }
        }
        written.push('\n');
        self.0.write_all(written.as_bytes())?;
        Ok(record.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Neither a control character nor one that ends a line or turns the direction of writing around.
fn is_harmless(character: char) -> bool {
    !character.is_control()
        && !matches!(character, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::telemetry::request::RequestIds;

    const HOSTILE: &str = "a\r\nINFO forged \u{1b}[2J \u{9b}31m \u{2028} \u{202e}";

    #[derive(Clone, Default)]
    struct Memory(Arc<Mutex<Vec<u8>>>);

    impl Write for Memory {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: LogFormat, act: impl Fn()) -> String {
        let memory = Memory::default();
        let writer = memory.clone();
        let layer = lines(format, false, move || OneLine(writer.clone()));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), act);
        String::from_utf8(memory.0.lock().unwrap().clone()).unwrap()
    }

    fn is_one_harmless_line(text: &str) -> bool {
        let is_bad = |c: char| c.is_control() || c == '\u{2028}' || c == '\u{202e}';
        text.strip_suffix('\n').is_some_and(|line| !line.contains(is_bad))
    }

    #[test]
    fn what_strangers_send_stays_on_its_line_in_both_formats() {
        for format in [LogFormat::Human, LogFormat::Json] {
            let text = logged(format, || {
                tracing::info!(field = HOSTILE, debug = ?HOSTILE, "{HOSTILE}");
            });
            assert!(text.contains("forged") && is_one_harmless_line(&text), "{text:?}");
        }
    }

    #[test]
    fn off_a_terminal_a_line_is_json_with_its_request() {
        let text =
            logged(LogFormat::Auto, || in_flight("/login?q", || tracing::warn!(code = "x", "\u{9b}refused")));
        let line: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&line["level"], &line["code"]), (&"WARN".into(), &"x".into()));
        assert_eq!((&line["request"]["method"], &line["request"]["path"]), (&"GET".into(), &"/login".into()));
        assert_eq!(line["request"]["id"].as_str().map(str::len), Some(16));
        assert_eq!(line["message"], "\u{9b}refused");
    }

    #[test]
    fn on_a_terminal_a_line_ends_with_its_request() {
        let text = logged(LogFormat::Human, || in_flight("/login?q", || tracing::warn!("refused")));
        assert!(text.contains("refused request=") && text.ends_with(" GET /login\n"), "{text}");
    }

    /// Does `act` as the course of a request for `target`.
    fn in_flight(target: &str, act: impl Fn()) {
        let request = http::Request::get(target).body(()).unwrap();
        let request = InFlight::new(RequestIds::default().next(), &request);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(request.unless_it_panics(async { act() })).unwrap();
    }

    #[test]
    fn a_filter_that_is_none_is_refused_by_its_key() {
        assert_eq!(init(LogFormat::Json, "server=loud").unwrap_err().key, "log.filter");
    }
}
