//! Second factors: codes of an app, recovery codes, passkeys; at the sign-in, in the acts of their owners, and where a password is no longer
//! enough.

mod acts;
mod chromium;
mod codes;
pub(crate) mod device;
mod doors;
mod passkey_rules;
mod passkeys;
mod second_step;

use std::net::{IpAddr, Ipv4Addr};

use domain::{
    directory::{
        Account,
        totp::{Totp, seed_of},
    },
    secret::Secret,
    time::Timestamp,
};
use server::{
    admin::{Means, actor::Actor, second_factors},
    clock,
};

use self::device::Device;
use crate::world::{Arrival, Browser, PASSWORD, World};

const HOME: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// The app on somebody's phone, and the codes in a drawer.
struct Phone {
    totp: Totp,
    recovery: Vec<Secret>,
}

impl Phone {
    /// What it shows now.
    fn code(&self) -> String {
        self.totp.code(clock::now()).expose().to_owned()
    }

    /// What it shows next, which is accepted already.
    fn next_code(&self) -> String {
        self.totp.code(clock::now().plus(std::time::Duration::from_secs(30))).expose().to_owned()
    }

    /// Six digits that it does not show soon.
    fn wrong_code(&self) -> String {
        let right: Vec<String> = (0..4)
            .map(|step| self.totp.code(clock::now().plus(std::time::Duration::from_secs(step * 30))))
            .chain([self.totp.code(clock::now().minus(std::time::Duration::from_secs(30)))])
            .map(|code| code.expose().to_owned())
            .collect();
        (0..10).map(|n| format!("{n:06}")).find(|code| !right.contains(code)).expect("a wrong code")
    }
}

/// Somebody who signed in this moment.
fn just_signed_in(account: &Account) -> Actor {
    signed_in_at(account, clock::now())
}

fn signed_in_at(account: &Account, then: Timestamp) -> Actor {
    Actor::by_password(account.clone(), HOME, then)
}

impl World {
    /// The new account `alice`, whose phone shows codes. None of them is used yet.
    async fn alice_with_a_phone(&self) -> (Account, Phone) {
        let alice = self.account("alice", PASSWORD).await;
        let phone = self.phone_of(&alice).await;
        (alice, phone)
    }

    async fn phone_of(&self, account: &Account) -> Phone {
        let app = self.app();
        let (means, actor) = (Means::of(&app), just_signed_in(account));
        let offer = second_factors::offer_totp(means, &app.second_factors, &actor).expect("an offer");
        let seed = seed_of(offer.url.expose()).expect("a seed");
        let totp = Totp::new(&seed, "test", &account.name).expect("codes");
        let code = totp.code(clock::now());
        let confirmed =
            second_factors::confirm_totp(means, &app.second_factors, &actor, &offer.sealed, code.expose());
        let recovery = confirmed.await.expect("recovery codes");
        self.sql("UPDATE totp SET last_step = 0", []).await;
        Phone { totp, recovery }
    }

    /// A device of `account` with a passkey.
    pub(crate) async fn device_of(&self, account: &Account) -> Device {
        let app = self.app();
        let (means, actor) = (Means::of(&app), just_signed_in(account));
        let offer =
            second_factors::offer_passkey(means, &app.second_factors, &actor).await.expect("an offer");
        let mut device = Device::new(&self.origin());
        let answer = device.create(&offer.options);
        let pair = (offer.sealed.as_str(), answer.as_str());
        let added = second_factors::add_passkey(means, &app.second_factors, &actor, pair, "a phone");
        added.await.expect("a passkey");
        device
    }

    async fn sessions(&self) -> usize {
        self.rows("SELECT id FROM sessions", []).await.len()
    }
}

/// A browser in which the password of `alice` was right, and nothing more.
async fn half_way(world: &World) -> Browser {
    let mut browser = world.browser();
    browser.sign_in("alice", PASSWORD).await.page().is(200).shows("One more step");
    browser
}

async fn type_code(browser: &mut Browser, code: &str) -> Arrival {
    browser.press("second-step-submit", &[("totp", code)]).await
}
