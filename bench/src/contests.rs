//! The contests: which endpoint against which bare handler.

use crate::Outcome;
use crate::contest::{Finding, Refill, Rules, Side, hold};
use crate::load::Site;
use crate::program::Running;
use crate::scene::Scene;
use crate::talk::{Cycle, Once, Refresh, Register, Same, Supply, Talk};
use crate::{console, pages};

/// Every contest by name, in the order in which they are held: what fills tables comes last.
pub(crate) const NAMES: &[&str] = &[
    METADATA,
    JWKS,
    INTROSPECT_OPAQUE,
    INTROSPECT_JWT,
    INTROSPECT_UNSEEN,
    CLIENT_CREDENTIALS,
    CLIENT_CREDENTIALS_SIGNED,
    REFRESH,
    CODE,
    CODE_WITH_ID_TOKEN,
    console::FIRST_PAGE,
    console::LAST_PAGE,
    console::BY_CREATION,
    console::BY_CREATION_LAST,
    console::RARE_WORD,
    console::COMMON_WORD,
    console::COMMON_WORD_LAST,
    console::CLIENT_ID,
    REGISTER_SAME,
    REGISTER_NEW,
    REGISTER_CONFIDENTIAL,
];

pub(crate) const METADATA: &str = "metadata";
pub(crate) const JWKS: &str = "jwks";
pub(crate) const INTROSPECT_OPAQUE: &str = "introspection, refresh token";
pub(crate) const INTROSPECT_JWT: &str = "introspection, access token";
pub(crate) const INTROSPECT_UNSEEN: &str = "introspection, access token seen first";
pub(crate) const CLIENT_CREDENTIALS: &str = "client_credentials";
pub(crate) const CLIENT_CREDENTIALS_SIGNED: &str = "client_credentials, beside one signature";
pub(crate) const REFRESH: &str = "refresh";
pub(crate) const CODE: &str = "code exchange";
pub(crate) const CODE_WITH_ID_TOKEN: &str = "code exchange with ID token (RS256)";
pub(crate) const REGISTER_SAME: &str = "registration, public, identical";
pub(crate) const REGISTER_NEW: &str = "registration, public, new";
pub(crate) const REGISTER_CONFIDENTIAL: &str = "registration, confidential, API key";

/// What a contest is held with.
pub(crate) struct Arena<'a> {
    pub(crate) scene: &'a Scene,
    /// The cookies of whoever looks at pages; empty where none are measured.
    pub(crate) person: &'a str,
    pub(crate) bare: &'a Running,
    pub(crate) connections: usize,
    /// Codes and tokens made before each round in which they are used up.
    pub(crate) supply: usize,
    /// How many clients were loaded.
    pub(crate) clients: u64,
    /// Differs between any two runs over the same database.
    pub(crate) run: u64,
}

const FORM: &[(&str, &str)] =
    &[("grant_type", "client_credentials"), ("client_id", "0123456789abcdefghijklmnop")];
const TOKENS: usize = 256;

impl Arena<'_> {
    pub(crate) fn hold(&self, name: &'static str, rules: &Rules) -> Outcome<Finding> {
        let (talks, refill) = self.ours(name)?;
        let site = self.scene.site;
        let mut ours = Side { site, server: self.scene.server, talks, rate: None, refill };
        let mut bare = Side {
            site: self.bare.site,
            server: self.bare.id(),
            talks: self.bare_talks(name),
            rate: None,
            refill: None,
        };
        hold(name, rules, &mut ours, &mut bare)
    }

    fn ours(&self, name: &str) -> Outcome<(Vec<Box<dyn Talk>>, Refill<'_>)> {
        let (scene, connections, site) = (self.scene, self.connections, self.scene.site);
        let talks = match name {
            METADATA => {
                Same::over(connections, site.get("/.well-known/oauth-authorization-server", &[]), &[200])
            }
            JWKS => Same::over(connections, site.get("/jwks.json", &[]), &[200]),
            INTROSPECT_OPAQUE => {
                Cycle::over(connections, scene.introspections(TOKENS, "refresh_token")?, "\"active\":true")
            }
            INTROSPECT_JWT => {
                Cycle::over(connections, scene.introspections(TOKENS, "access_token")?, "\"active\":true")
            }
            INTROSPECT_UNSEEN => {
                return Ok(self.used_up("\"active\":true", move || scene.unseen_introspections(self.supply)));
            }
            CLIENT_CREDENTIALS | CLIENT_CREDENTIALS_SIGNED => {
                Same::over(connections, scene.client_credentials(), &[200])
            }
            REFRESH => self.refreshes()?,
            CODE => return Ok(self.used_up("access_token", move || scene.redemptions(self.supply, false))),
            CODE_WITH_ID_TOKEN => {
                return Ok(self.used_up("id_token", move || scene.redemptions(self.supply, true)));
            }
            REGISTER_SAME => Same::over(connections, registration(site), &[201]),
            REGISTER_NEW => Register::public(connections, site, self.run),
            REGISTER_CONFIDENTIAL => Register::confidential(connections, site, self.run, &scene.api_key),
            name if pages::NAMES.contains(&name) => pages::talks(name, site, self.person, self.clients)?,
            _ => console::talks(name, scene, self.clients)?,
        };
        Ok((talks, None))
    }

    fn bare_talks(&self, name: &str) -> Vec<Box<dyn Talk>> {
        let (connections, site) = (self.connections, self.bare.site);
        match name {
            METADATA => Same::over(connections, site.get("/metadata", &[]), &[200]),
            JWKS => Same::over(connections, site.get("/jwks", &[]), &[200]),
            CLIENT_CREDENTIALS_SIGNED => {
                Same::over(connections, site.post_form("/signed", &[], FORM), &[200])
            }
            REGISTER_SAME => Same::over(connections, registration(site), &[201]),
            REGISTER_NEW | REGISTER_CONFIDENTIAL => Register::public(connections, site, self.run),
            name if console::NAMES.contains(&name) => {
                Same::over(console::PEOPLE, site.post_form("/form", &[], FORM), &[200])
            }
            name if pages::NAMES.contains(&name) => {
                Same::over(pages::PEOPLE, site.post_form("/form", &[], FORM), &[200])
            }
            _ => Same::over(connections, site.post_form("/form", &[], FORM), &[200]),
        }
    }

    fn refreshes(&self) -> Outcome<Vec<Box<dyn Talk>>> {
        let scene = self.scene;
        let tokens = scene.refresh_tokens(self.connections)?;
        let chain = |token| Box::new(Refresh::new(scene.site, &scene.public_client, token)) as Box<dyn Talk>;
        Ok(tokens.into_iter().map(chain).collect())
    }

    fn used_up<'a>(
        &self,
        proof: &'static str,
        mut make: impl FnMut() -> Outcome<Vec<Vec<u8>>> + 'a,
    ) -> (Vec<Box<dyn Talk>>, Refill<'a>) {
        let supply = Supply::default();
        let talks = Once::over(self.connections, &supply, proof);
        let refill = move || {
            supply.refill(make()?);
            Ok(())
        };
        (talks, Some(Box::new(refill)))
    }
}

fn registration(site: Site) -> Vec<u8> {
    site.post_json("/register", &[], &Register::body("The same app", "none"))
}
