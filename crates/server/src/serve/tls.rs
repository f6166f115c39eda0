//! The server's certificate: read from PEM files, and read again when they change, as they do when it is renewed.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use arc_swap::ArcSwap;
use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{
        CertificateDer, PrivateKeyDer,
        pem::{self, PemObject},
    },
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
    version::{TLS12, TLS13},
};

use crate::config::{ConfigError, Tls};

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_mins(1);

/// TLS 1.2 and 1.3 with HTTP/2 and HTTP/1.1 over them. Must be called within the runtime: a task there looks at the files every
/// minute for as long as the configuration lives.
pub fn load(files: &Tls) -> Result<Arc<ServerConfig>, ConfigError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let certificate = Arc::new(Certificate::load(files, Arc::clone(&provider))?);
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(|error| ConfigError::new("tls.certificate", format!("cannot be used: {error}")))?
        .with_no_client_auth()
        .with_cert_resolver(Arc::clone(&certificate) as Arc<dyn ResolvesServerCert>);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let certificate = Arc::downgrade(&certificate);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let Some(certificate) = certificate.upgrade() else {
                return;
            };
            look_again(certificate).await;
        }
    });
    Ok(Arc::new(config))
}

async fn look_again(certificate: Arc<Certificate>) {
    match tokio::task::spawn_blocking(move || certificate.reload()).await {
        Ok(Ok(true)) => tracing::info!("the TLS certificate was read again"),
        Ok(Ok(false)) | Err(_) => {}
        Ok(Err(error)) => tracing::warn!(%error, "the new TLS certificate is not used"),
    }
}

/// The certificate in force.
#[derive(Debug)]
struct Certificate {
    files: Tls,
    provider: Arc<CryptoProvider>,
    current: ArcSwap<CertifiedKey>,
    /// What the files looked like when they were last read with success.
    read_from: Mutex<Stamp>,
}

type Stamp = [Option<(SystemTime, u64)>; 2];

impl Certificate {
    fn load(files: &Tls, provider: Arc<CryptoProvider>) -> Result<Self, ConfigError> {
        let read_from = Mutex::new(stamp(files));
        let current = ArcSwap::from_pointee(read(files, &provider)?);
        Ok(Self { files: files.clone(), provider, current, read_from })
    }

    /// Puts the files' content in force if they have changed. What cannot be used leaves the old one as it is.
    fn reload(&self) -> Result<bool, ConfigError> {
        let stamp = stamp(&self.files);
        if *self.read_from.lock().unwrap_or_else(PoisonError::into_inner) == stamp {
            return Ok(false);
        }
        self.current.store(Arc::new(read(&self.files, &self.provider)?));
        *self.read_from.lock().unwrap_or_else(PoisonError::into_inner) = stamp;
        Ok(true)
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.load_full())
    }
}

fn stamp(files: &Tls) -> Stamp {
    [&files.certificate, &files.key].map(|path| {
        let metadata = std::fs::metadata(path).ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    })
}

fn read(files: &Tls, provider: &CryptoProvider) -> Result<CertifiedKey, ConfigError> {
    let chain: Vec<_> = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect)
        .map_err(|error| unreadable("tls.certificate", &files.certificate, &error))?;
    if chain.is_empty() {
        return Err(unreadable("tls.certificate", &files.certificate, &pem::Error::NoItemsFound));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|error| unreadable("tls.key", &files.key, &error))?;
    CertifiedKey::from_der(chain, key, provider).map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => {
            ConfigError::new("tls.key", "does not belong to the first certificate in tls.certificate")
        }
        rustls::Error::InvalidCertificate(_) => {
            ConfigError::new("tls.certificate", "must hold X.509 certificates in PEM, the server's own first")
        }
        _ => ConfigError::new(
            "tls.key",
            "must be a private key that TLS can use: ECDSA, Ed25519 or RSA from 2048 bits",
        ),
    })
}

fn unreadable(key: &str, path: &Path, error: &pem::Error) -> ConfigError {
    let path = path.display();
    match error {
        pem::Error::Io(error) => ConfigError::new(key, format!("cannot read {path}: {error}")),
        pem::Error::NoItemsFound => {
            let wanted = if key == "tls.key" { "PRIVATE KEY" } else { "CERTIFICATE" };
            ConfigError::new(
                key,
                format!("{path} must hold a PEM block that begins with -----BEGIN {wanted}-----"),
            )
        }
        _ => ConfigError::new(key, format!("{path} is not a PEM file")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory with a certificate and its key.
    fn files() -> (tempfile::TempDir, Tls) {
        let dir = tempfile::tempdir().unwrap();
        let files = Tls { certificate: dir.path().join("c.pem"), key: dir.path().join("k.pem") };
        write(&files, Duration::ZERO);
        (dir, files)
    }

    fn write(files: &Tls, age: Duration) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        for (path, text) in
            [(&files.certificate, made.cert.pem()), (&files.key, made.signing_key.serialize_pem())]
        {
            std::fs::write(path, text).unwrap();
            let file = std::fs::File::options().write(true).open(path).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000) - age).unwrap();
        }
    }

    fn certificate(files: &Tls) -> Result<Certificate, ConfigError> {
        Certificate::load(files, Arc::new(aws_lc_rs::default_provider()))
    }

    #[test]
    fn a_missing_file_is_refused_by_its_key_and_path() {
        let (_dir, mut files) = files();
        files.key = "/nowhere/k.pem".into();
        let error = certificate(&files).unwrap_err();
        assert!(error.key == "tls.key" && error.why.contains("/nowhere/k.pem"), "{error}");
    }

    #[test]
    fn a_file_without_the_wanted_block_is_refused_with_what_it_needs() {
        let (_dir, files) = files();
        let swapped = Tls { certificate: files.key.clone(), key: files.certificate.clone() };
        let error = certificate(&swapped).unwrap_err();
        assert!(error.key == "tls.certificate" && error.why.contains("BEGIN CERTIFICATE"), "{error}");
    }

    #[test]
    fn a_key_of_another_certificate_is_refused() {
        let ((_one, mut files), (_other, stranger)) = (files(), files());
        files.key = stranger.key;
        assert_eq!(certificate(&files).unwrap_err().key, "tls.key");
    }

    #[test]
    fn renewed_files_come_into_force_and_broken_ones_do_not() {
        let (_dir, files) = files();
        let certificate = certificate(&files).unwrap();
        let first = certificate.current.load().cert.clone();
        assert_eq!(certificate.reload(), Ok(false));
        std::fs::write(&files.key, "half a fi").unwrap();
        assert!(certificate.reload().is_err() && certificate.current.load().cert == first);
        write(&files, Duration::from_secs(5));
        assert_eq!(certificate.reload(), Ok(true));
        assert_ne!(certificate.current.load().cert, first);
    }
}
