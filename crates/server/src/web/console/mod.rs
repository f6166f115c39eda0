//! The console of administrators, below `/admin`: a file per page, over the acts of `admin/`.

pub mod overview;
