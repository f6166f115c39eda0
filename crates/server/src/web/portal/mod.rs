//! The self-service portal of everybody with an account, below `/account`: a file per page, over the acts of `admin/`.

pub mod profile;
