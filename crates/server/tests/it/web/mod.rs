//! What people see: pages, forms, cookies, sessions.

mod anything;
mod consent_page;
mod cookies;
mod decision;
mod foreign_forms;
mod headers;
mod hostile_names;
mod issuer_path;
mod likeness;
mod logout;
mod remembered_consent;
mod sessions;
mod sign_in;
mod words;
