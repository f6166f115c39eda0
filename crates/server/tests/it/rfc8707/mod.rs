//! Which resource server a token is for.

mod resource;
