//! Whose certificates are believed: those that the operating system trusts, and those of authorities that the operator names.

use std::{
    fmt,
    path::Path,
    sync::{Arc, OnceLock},
};

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::EgressError;
use crate::config::ConfigError;

/// Read when something is fetched for the first time: most servers never fetch anything.
pub(super) struct Trust {
    own: Vec<CertificateDer<'static>>,
    config: OnceLock<Arc<ClientConfig>>,
}

impl Trust {
    /// With the authorities in this PEM file.
    pub(super) fn with(file: Option<&Path>) -> Result<Self, ConfigError> {
        let own = file.map(read).transpose()?.unwrap_or_default();
        Ok(Self { own, config: OnceLock::new() })
    }

    /// Speaks TLS with `host`, whose certificate must be good for that name.
    pub(super) async fn connect(
        &self,
        host: &str,
        stream: TcpStream,
    ) -> Result<TlsStream<TcpStream>, EgressError> {
        let name = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(name).map_err(|_| EgressError::Tls)?;
        let config = self.config.get_or_init(|| Arc::new(self.build()));
        TlsConnector::from(Arc::clone(config)).connect(name, stream).await.map_err(|error| {
            tracing::info!(host, %error, "no TLS");
            EgressError::Tls
        })
    }

    fn build(&self) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        roots.add_parsable_certificates(self.own.iter().cloned());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        match versions {
            Ok(builder) => {
                let mut config = builder.with_root_certificates(roots).with_no_client_auth();
                config.alpn_protocols = vec![b"http/1.1".to_vec()];
                config
            }
            // Its own versions suit the provider.
            Err(_) => {
                ClientConfig::builder().with_root_certificates(RootCertStore::empty()).with_no_client_auth()
            }
        }
    }
}

fn read(file: &Path) -> Result<Vec<CertificateDer<'static>>, ConfigError> {
    let wrong = |why: String| ConfigError::new("outbound.certificates", why);
    let certificates =
        CertificateDer::pem_file_iter(file)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| wrong(format!("cannot read certificates from {}: {error}", file.display())))?;
    if certificates.is_empty() {
        return Err(wrong(format!("there is no certificate in {}", file.display())));
    }
    Ok(certificates)
}

impl fmt::Debug for Trust {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Trust")
    }
}
