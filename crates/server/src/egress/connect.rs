//! A connection to one of the addresses that were looked at.

use std::{net::IpAddr, time::Duration};

use tokio::{net::TcpStream, time::timeout};

use super::{EgressError, Gate};

/// What an address may take to answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// A host with more addresses than these has others to try them.
const MOST: usize = 4;

impl Gate {
    /// Connects to the first address that answers. Who is at the other end must be one of them: nothing between here and there may have
    /// led elsewhere.
    pub(super) async fn connect(&self, addresses: &[IpAddr], port: u16) -> Result<TcpStream, EgressError> {
        for address in addresses.iter().take(MOST) {
            let Ok(Ok(stream)) = timeout(PATIENCE, TcpStream::connect((*address, port))).await else {
                continue;
            };
            let peer = stream.peer_addr().map_err(|_| EgressError::Unconnected)?;
            return if addresses.contains(&peer.ip()) { Ok(stream) } else { Err(EgressError::NotPublic) };
        }
        Err(EgressError::Unconnected)
    }
}
