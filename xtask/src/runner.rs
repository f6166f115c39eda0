//! Runs children so that Ctrl-C and SIGTERM end them and not us: whoever holds something to clean up gets to do it.

use std::io::{self, IsTerminal};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Instant;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::failure::{Failure, Outcome, because};

pub(crate) struct Runner {
    events: Receiver<Event>,
    sender: Sender<Event>,
}

enum Event {
    Signal(i32),
    Ended(io::Result<ExitStatus>),
}

/// Whether the child may read the terminal (and is then in its foreground, where Ctrl-C reaches it directly).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Terminal {
    Shared,
    Kept,
}

impl Runner {
    pub(crate) fn new() -> Outcome<Self> {
        let (sender, events) = mpsc::channel();
        let mut signals =
            Signals::new([SIGHUP, SIGINT, SIGTERM]).map_err(because("installing signal handlers"))?;
        let heard = sender.clone();
        thread::spawn(move || {
            for signal in &mut signals {
                if heard.send(Event::Signal(signal)).is_err() {
                    return;
                }
            }
        });
        Ok(Self { events, sender })
    }

    /// Runs `command` without input, says what it is and how long it took; any other end than success is a failure.
    pub(crate) fn step(&self, what: &str, command: &mut Command) -> Outcome<()> {
        timed(what, || {
            let status = self.wait_for(command.stdin(Stdio::null()), Terminal::Kept)?;
            if status.success() { Ok(()) } else { Err(Failure::ended(what, status)) }
        })
    }

    /// Runs `command` with our own input, as a shell would.
    pub(crate) fn hand_over(&self, what: &str, command: &mut Command) -> Outcome<()> {
        let terminal = if io::stdin().is_terminal() { Terminal::Shared } else { Terminal::Kept };
        let status = self.wait_for(command, terminal)?;
        if status.success() { Ok(()) } else { Err(Failure::ended(what, status)) }
    }

    fn wait_for(&self, command: &mut Command, terminal: Terminal) -> Outcome<ExitStatus> {
        if let Ok(Event::Signal(signal)) = self.events.try_recv() {
            return Err(Failure::interrupted(signal));
        }
        if terminal == Terminal::Kept {
            command.process_group(0);
        }
        let name = command.get_program().display().to_string();
        let child = command.spawn().map_err(because(format!("starting {name}")))?;
        let pid = pid_of(&child);
        self.watch(child);

        let mut interrupted = None;
        loop {
            match self.events.recv().map_err(because("waiting"))? {
                Event::Ended(status) => {
                    let status = status.map_err(because(format!("waiting for {name}")))?;
                    let Some(signal) = interrupted else {
                        return Ok(status);
                    };
                    // What the child started may have slept through the signal (a shell's jobs ignore SIGINT).
                    pass_on(SIGTERM, pid, terminal, false);
                    return Err(Failure::interrupted(signal));
                }
                Event::Signal(signal) => {
                    pass_on(signal, pid, terminal, interrupted.is_some());
                    interrupted =
                        interrupted.or((terminal == Terminal::Kept || signal != SIGINT).then_some(signal));
                }
            }
        }
    }

    fn watch(&self, mut child: Child) {
        let sender = self.sender.clone();
        thread::spawn(move || sender.send(Event::Ended(child.wait())));
    }
}

/// Says `what` is happening, and afterwards how long it took.
#[expect(clippy::print_stdout, reason = "progress is what a person at the terminal waits for")]
pub(crate) fn timed<T>(what: &str, action: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    println!("==> {what}");
    #[expect(clippy::disallowed_methods, reason = "a stopwatch for a person, no rule depends on it")]
    let start = Instant::now();
    let outcome = action();
    let end = if outcome.is_ok() { "done" } else { "FAILED" };
    println!("    {what}: {end} after {:.1} s", start.elapsed().as_secs_f64());
    outcome
}

/// The child's group gets the signal we got; at the second one it is killed.
fn pass_on(signal: i32, pid: Option<Pid>, terminal: Terminal, again: bool) {
    let Some(pid) = pid else { return };
    let signal = match signal {
        _ if again => Signal::KILL,
        SIGHUP => Signal::HUP,
        SIGINT => Signal::INT,
        _ => Signal::TERM,
    };
    // An error means the child is gone already, which is what we wanted.
    let _ = match terminal {
        Terminal::Kept => kill_process_group(pid, signal),
        Terminal::Shared if signal == Signal::INT => Ok(()),
        Terminal::Shared => kill_process(pid, signal),
    };
}

fn pid_of(child: &Child) -> Option<Pid> {
    i32::try_from(child.id()).ok().and_then(Pid::from_raw)
}
