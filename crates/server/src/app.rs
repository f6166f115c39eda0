//! What every handler shares: the store, the keys, and the settings in force.

use std::sync::Arc;

use arc_swap::ArcSwap;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use domain::{discovery, secret::HashKey, settings::OidcProvider, time::Timestamp};
use store::{Store, StoreError, signing_keys::SigningKeyRow};
use tokio::sync::watch;

use crate::{
    admin,
    census::Census,
    chance::Chance,
    client_uses::ClientUses,
    config::Config,
    documents::{Documents, key_sets::KeySets},
    egress::{Gate, tries::Tries},
    jmap::Places,
    journal::Refusals,
    keys::{KeyRing, MasterKey, Sealer},
    pace::Pace,
    password::Passwords,
    second_factor::SecondFactors,
    taken_names::TakenNames,
    tallies::Tallies,
    telemetry::metrics::Metrics,
};

/// Shared by all handlers.
#[derive(Debug)]
pub struct App {
    pub config: Config,
    pub store: Store,
    pub chance: Chance,
    pub hash_key: HashKey,
    pub key_sealer: Sealer,
    /// Seals what travels through the browser.
    pub browser_sealer: Sealer,
    pub passwords: Passwords,
    pub pace: Arc<Pace>,
    pub second_factors: SecondFactors,
    pub metrics: Metrics,
    /// What happened here and is not written yet.
    pub tallies: Tallies,
    /// How many clients there are.
    pub census: Census,
    pub taken_names: TakenNames,
    /// Refusals that are counted, or wait to be written into the journal.
    pub refusals: Refusals,
    pub client_uses: ClientUses,
    /// The one way by which this server asks anybody anything.
    pub gate: Gate,
    pub documents: Documents,
    pub key_sets: KeySets,
    /// Of documents and keys, when that came to nothing.
    pub fetch_tries: Tries,
    pub places: Places,
    /// Turns true when the server is asked to end: what streams without end stops then.
    pub stopping: watch::Sender<bool>,
    /// The last position of the journal, as far as somebody listens to it.
    pub journal_end: watch::Sender<i64>,
    live: ArcSwap<Live>,
    /// Held from the reading to the putting in force: what was read first must not be put in force last.
    refreshing: tokio::sync::Mutex<()>,
}

/// One consistent picture of what can change at run time.
#[derive(Debug)]
pub struct Live {
    pub settings: OidcProvider,
    pub keys: KeyRing,
    /// The metadata document and the key set, ready to send.
    pub metadata: Document,
    pub jwks: Document,
    source: Source,
}

/// A JSON document and its strong validator.
#[derive(Clone, Debug)]
pub struct Document {
    pub body: Bytes,
    pub etag: http::HeaderValue,
}

/// What a picture was made from; the same source gives the same picture.
#[derive(Debug, PartialEq, Eq)]
struct Source {
    settings: Vec<(String, String)>,
    keys: Vec<(String, Option<i64>)>,
}

#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Keys(#[from] crate::keys::ring::KeyError),
    #[error("{0}")]
    Setting(admin::settings::SettingError),
}

impl App {
    /// Opens everything a handler needs over a migrated store that has its first keys.
    pub async fn open(
        config: Config,
        gate: Gate,
        store: Store,
        master: &MasterKey,
        metrics: Metrics,
    ) -> Result<Arc<Self>, LiveError> {
        let key_sealer = master.key_sealer();
        let live = Live::load(&store, &key_sealer, config.issuer.as_str()).await?;
        let pace = Arc::new(Pace::new(config.rates, metrics.clone()));
        Ok(Arc::new(Self {
            hash_key: master.hash_key(),
            browser_sealer: master.browser_sealer(),
            key_sealer,
            chance: Chance::default(),
            passwords: Passwords::new(Arc::clone(&pace)),
            pace,
            second_factors: SecondFactors::new(master, &config.issuer),
            live: ArcSwap::from_pointee(live),
            places: Places::default(),
            stopping: watch::Sender::new(false),
            journal_end: watch::Sender::new(0),
            refreshing: tokio::sync::Mutex::new(()),
            metrics,
            refusals: Refusals::default(),
            client_uses: ClientUses::default(),
            gate,
            documents: Documents::default(),
            key_sets: KeySets::default(),
            fetch_tries: Tries::default(),
            tallies: Tallies::default(),
            census: Census::default(),
            taken_names: TakenNames::default(),
            config,
            store,
        }))
    }

    /// The picture in force now. Hold it for one request, not longer.
    pub fn live(&self) -> Arc<Live> {
        self.live.load_full()
    }

    pub fn issuer(&self) -> &str {
        self.config.issuer.as_str()
    }

    /// Reads settings and keys again and, if they changed, puts the new picture in force. Returns whether they had.
    pub async fn refresh(&self) -> Result<bool, LiveError> {
        let _turn = self.refreshing.lock().await;
        let source = Source::read(&self.store).await?;
        if source.0 == self.live().source {
            return Ok(false);
        }
        let live = Live::build(source, &self.key_sealer, self.issuer())?;
        self.live.store(Arc::new(live));
        Ok(true)
    }
}

impl Live {
    async fn load(store: &Store, sealer: &Sealer, issuer: &str) -> Result<Self, LiveError> {
        Self::build(Source::read(store).await?, sealer, issuer)
    }

    fn build(
        (source, rows): (Source, Vec<SigningKeyRow>),
        sealer: &Sealer,
        issuer: &str,
    ) -> Result<Self, LiveError> {
        let settings = admin::settings::read(&source.settings).map_err(LiveError::Setting)?;
        let keys = KeyRing::open(&rows, sealer)?;
        let metadata = Document::new(&discovery::metadata(issuer, &settings, &keys.algorithms()));
        let jwks = Document::new(&keys.jwks());
        Ok(Self { settings, keys, metadata, jwks, source })
    }
}

impl Source {
    async fn read(store: &Store) -> Result<(Self, Vec<SigningKeyRow>), StoreError> {
        let settings = store::settings::all(store).await?;
        let rows = store::signing_keys::all(store).await?;
        let keys = rows.iter().map(|row| (row.id.clone(), row.retired_at.map(Timestamp::millis))).collect();
        Ok((Self { settings, keys }, rows))
    }
}

impl Document {
    pub fn new(value: &serde_json::Value) -> Self {
        let body = Bytes::from(value.to_string());
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &body);
        let name = URL_SAFE_NO_PAD.encode(digest);
        let etag = http::HeaderValue::try_from(format!("\"{name}\""))
            .unwrap_or(http::HeaderValue::from_static("\"\""));
        Self { body, etag }
    }
}
