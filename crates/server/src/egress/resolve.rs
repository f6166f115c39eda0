//! From the name of a host to its addresses, by the resolver of the system.

use std::{
    fmt,
    future::Future,
    net::{IpAddr, ToSocketAddrs},
    pin::Pin,
    sync::Arc,
};

use tokio::sync::Semaphore;

use super::EgressError;

/// A lookup cannot be called off. So many may hang at a time; whoever comes then is turned away.
const AT_A_TIME: usize = 32;

/// The addresses of a name; none if there are none. [`EgressError::Busy`] where as many are being looked up as may be.
pub trait Resolve: Send + Sync {
    fn resolve<'a>(&'a self, name: &'a str) -> Lookup<'a>;
}

pub type Lookup<'a> = Pin<Box<dyn Future<Output = Result<Vec<IpAddr>, EgressError>> + Send + 'a>>;

/// That of the system, on threads of its own.
pub(super) struct System(Arc<Semaphore>);

impl Default for System {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_A_TIME)))
    }
}

impl Resolve for System {
    fn resolve<'a>(&'a self, name: &'a str) -> Lookup<'a> {
        Box::pin(async move {
            let Ok(place) = Arc::clone(&self.0).try_acquire_owned() else {
                return Err(EgressError::Busy);
            };
            let name = name.to_owned();
            let lookup = tokio::task::spawn_blocking(move || {
                let found = (name.as_str(), 0).to_socket_addrs();
                drop(place);
                found.map(|addresses| addresses.map(|address| address.ip()).collect()).unwrap_or_default()
            });
            Ok(lookup.await.unwrap_or_default())
        })
    }
}

impl fmt::Debug for System {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("System")
    }
}
