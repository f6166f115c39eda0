//! The stylesheet and the small scripts of the pages.

use axum::response::Response;

use crate::{
    web::page::{FORM_POST_SCRIPT, PASSKEY_SCRIPT, STRENGTH_SCRIPT, STYLESHEET},
    wire::answer,
};

pub async fn stylesheet() -> Response {
    answer::asset("text/css; charset=utf-8", STYLESHEET)
}

pub async fn form_post_script() -> Response {
    answer::asset("text/javascript; charset=utf-8", FORM_POST_SCRIPT)
}

pub async fn passkey_script() -> Response {
    answer::asset("text/javascript; charset=utf-8", PASSKEY_SCRIPT)
}

pub async fn strength_script() -> Response {
    answer::asset("text/javascript; charset=utf-8", STRENGTH_SCRIPT)
}
