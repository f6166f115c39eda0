//! When the program is asked to end.

use std::io;

/// Completes at the first SIGTERM or SIGINT; a second one ends the program at once. Must be called within the runtime;
/// from then on these signals do not end the program by themselves.
#[cfg(unix)]
pub fn signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut next = async move || {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    Ok(async move {
        next().await;
        tracing::info!("stopping: requests in flight are answered; a second signal ends at once");
        tokio::spawn(async move {
            next().await;
            std::process::exit(1);
        });
    })
}

/// Completes at the first Ctrl-C; a second one ends the program at once. Must be called within the runtime.
#[cfg(not(unix))]
pub fn signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
        tokio::spawn(async move {
            interrupt.recv().await;
            std::process::exit(1);
        });
    })
}
