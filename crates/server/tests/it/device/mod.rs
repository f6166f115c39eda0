//! RFC 8628: a device without a browser asks, and a person allows it on another one.

mod decision;
mod s3_1_request;
mod s3_3_entry;
mod s3_5_poll;
mod tolerated;
mod x06_x07_races;

use serde_json::{Value, json};

use crate::world::{Answer, Browser, Client, Form, Page, World};

pub(crate) const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// What registers a television: public, and with nowhere to send anybody back to.
pub(crate) fn television() -> Value {
    json!({
        "client_name": "Living room", "token_endpoint_auth_method": "none", "redirect_uris": [],
        "grant_types": [DEVICE_CODE, "refresh_token"],
    })
}

/// A device that asked, and what it was told.
pub(crate) struct Device {
    pub(crate) client: Client,
    /// The code that only the device knows.
    pub(crate) code: String,
    pub(crate) user_code: String,
    /// The address of the page with the code in it.
    pub(crate) complete: String,
}

impl Device {
    /// A television that somebody with a key registered, and that asks for who its person is.
    pub(crate) async fn asking(world: &World) -> Self {
        Self::of(&world.client(television()).await, Form::of(&[("scope", "openid email")])).await
    }

    pub(crate) async fn of(client: &Client, form: Form) -> Self {
        let answer = client.post("/device_authorization", form).await;
        answer.is(200);
        Self {
            client: client.clone(),
            code: answer.text("device_code"),
            user_code: answer.text("user_code"),
            complete: answer.text("verification_uri_complete"),
        }
    }

    pub(crate) fn form(&self) -> Form {
        Form::of(&[("grant_type", DEVICE_CODE), ("device_code", &self.code)])
    }

    /// Asks whether somebody decided.
    pub(crate) async fn poll(&self) -> Answer {
        self.client.token(self.form()).await
    }

    /// What the device hears when somebody said no: 400, whatever the status of the code is elsewhere.
    pub(crate) async fn is_denied(&self) {
        assert_eq!(self.poll().await.is(400).text("error"), "access_denied");
    }

    /// The page that asks somebody who is signed in.
    pub(crate) async fn shown_to(&self, person: &mut Browser) -> Page {
        person.get("/device").await.page().is(200);
        person.press("device-continue", &[("user_code", &self.user_code)]).await.page()
    }

    /// Everything that a person has to do.
    pub(crate) async fn allowed_by(&self, person: &mut Browser) -> Page {
        self.shown_to(person).await.is(200);
        person.press("device-allow", &[]).await.page()
    }
}
