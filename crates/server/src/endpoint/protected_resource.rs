//! The metadata of this server as a protected resource: whose tokens it takes, and with which scope they administer. RFC 9728 §2.

use std::{sync::Arc, time::Duration};

use axum::{extract::State, response::Response};
use domain::client::management::MANAGE;
use http::HeaderMap;
use serde_json::json;

use crate::{
    app::{App, Document},
    wire::answer,
};

/// For so long others may keep the document.
const MAX_AGE: Duration = Duration::from_hours(1);

pub async fn get(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let document = Document::new(&json!({
        "resource": app.issuer(),
        "authorization_servers": [app.issuer()],
        "scopes_supported": [MANAGE],
        "bearer_methods_supported": ["header"],
        "resource_name": "Wayleave management",
    }));
    answer::document(&headers, &document, MAX_AGE)
}
