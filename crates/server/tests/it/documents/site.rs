//! A website on this computer, over TLS, that says what a test wants it to say.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock},
};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

use crate::world::{REDIRECT_URI, World};

/// What is at a path.
#[derive(Clone)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) headers: String,
    pub(crate) body: String,
    /// Never says it all.
    pub(crate) is_endless: bool,
}

pub(crate) struct Site {
    pub(crate) port: u16,
    pages: Arc<Mutex<HashMap<String, Page>>>,
    visits: Arc<Mutex<Vec<String>>>,
    served: JoinHandle<()>,
}

/// One certificate for all sites, and the file in which servers find it.
struct Certificate {
    file: PathBuf,
    acceptor: TlsAcceptor,
    _directory: tempfile::TempDir,
}

fn certificate() -> &'static Certificate {
    static CERTIFICATE: OnceLock<Certificate> = OnceLock::new();
    CERTIFICATE.get_or_init(|| {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("site.pem");
        std::fs::write(&file, cert.pem()).expect("a file");
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .expect("a key");
        Certificate { file, acceptor: TlsAcceptor::from(Arc::new(config)), _directory: directory }
    })
}

impl Site {
    /// A site whose certificate the server of `world` believes, with documents switched on there.
    pub(crate) async fn beside(world: &World) -> Self {
        let site = Self::start().await;
        reach(world).await;
        site
    }

    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (pages, visits) =
            (Arc::<Mutex<HashMap<String, Page>>>::default(), Arc::<Mutex<Vec<String>>>::default());
        let (served_pages, noted) = (Arc::clone(&pages), Arc::clone(&visits));
        let served = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (pages, visits) = (Arc::clone(&served_pages), Arc::clone(&noted));
                tokio::spawn(async move {
                    let Ok(mut stream) = certificate().acceptor.accept(stream).await else { return };
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        let Ok(byte) = stream.read_u8().await else { return };
                        head.push(byte);
                    }
                    let path =
                        String::from_utf8_lossy(&head).split(' ').nth(1).unwrap_or_default().to_owned();
                    visits.lock().expect("visits").push(path.clone());
                    let page = pages.lock().expect("pages").get(&path).cloned();
                    let page = page.unwrap_or_else(|| Page { status: 404, ..Page::json("{}") });
                    let _ = stream.write_all(&page.bytes()).await;
                    let _ = stream.flush().await;
                    if page.is_endless {
                        let _ = stream.read_u8().await;
                    }
                    let _ = stream.shutdown().await;
                });
            }
        });
        Self { port, pages, visits, served }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.port)
    }

    /// A right document at `path` with `members` added or replaced, of which null takes one away. Answers its URL.
    pub(crate) fn document(&self, path: &str, members: &Value) -> String {
        let url = self.url(path);
        let mut all = json!({ "client_id": url, "client_name": "Reader", "redirect_uris": [REDIRECT_URI] });
        for (name, value) in members.as_object().expect("an object") {
            all[name] = value.clone();
        }
        all.as_object_mut().expect("an object").retain(|_, value| !value.is_null());
        self.put(path, Page::json(&all.to_string()));
        url
    }

    pub(crate) fn put(&self, path: &str, page: Page) {
        self.pages.lock().expect("pages").insert(path.to_owned(), page);
    }

    pub(crate) fn remove(&self, path: &str) {
        self.pages.lock().expect("pages").remove(path);
    }

    /// How often `path` was asked for.
    pub(crate) fn visits(&self, path: &str) -> usize {
        self.visits.lock().expect("visits").iter().filter(|visited| *visited == path).count()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.served.abort();
    }
}

impl Page {
    pub(crate) fn json(body: &str) -> Self {
        Self {
            status: 200,
            headers: "content-type: application/json\r\n".to_owned(),
            body: body.to_owned(),
            is_endless: false,
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let length = self.body.len() + usize::from(self.is_endless);
        let Self { status, headers, body, .. } = self;
        format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n{headers}\r\n{body}").into_bytes()
    }
}

/// Lets the server of `world` ask this computer, and switches documents on.
pub(crate) async fn reach(world: &World) {
    world
        .restart_with(|config| {
            config.outbound.allow =
                vec!["127.0.0.0/8".parse().expect("a net"), "::1/128".parse().expect("a net")];
            config.outbound.certificates = Some(certificate().file.clone());
        })
        .await;
    world.settings("OidcProvider.clientIdMetadataDocuments", json!(true)).await;
}
