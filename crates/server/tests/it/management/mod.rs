//! The management API beyond RFC 8620: its vocabulary, its schema and its objects.

mod account_passwords;
mod account_settings;
mod accounts;
mod audit_events;
mod existing_tools;
mod keys;
mod oauth_clients;
mod passkeys;
mod roles;
mod schema;
mod scope;
mod tenants;
