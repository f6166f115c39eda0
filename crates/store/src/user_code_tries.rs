//! How often codes of devices were typed wrong, on all nodes together.

use domain::{device::TRIES_WINDOW, time::Timestamp};

use crate::{Guard, Statement};

/// One more try by `whose`, before the code is looked at; refused when there were `most`. It waits for others that try at the same time.
pub fn take(whose: &str, most: u32, now: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO user_code_tries (whose, window_at, tries, expires_at) VALUES ($1, $2, 1, $3)
         ON CONFLICT (whose) DO UPDATE SET
           tries = CASE WHEN user_code_tries.window_at <= $4 THEN 1 ELSE user_code_tries.tries + 1 END,
           expires_at = CASE WHEN user_code_tries.window_at <= $4 THEN $3 ELSE user_code_tries.expires_at END,
           window_at = CASE WHEN user_code_tries.window_at <= $4 THEN $2 ELSE user_code_tries.window_at END
         WHERE user_code_tries.window_at <= $4 OR user_code_tries.tries < $5",
        [
            whose.into(),
            now.into(),
            now.plus(TRIES_WINDOW).into(),
            now.minus(TRIES_WINDOW).into(),
            most.into(),
        ],
    )
    .guarded(Guard::Exactly(1))
}

/// The code was right: the try does not count.
pub fn give_back(whose: &str) -> Statement {
    Statement::new(
        "UPDATE user_code_tries SET tries = tries - 1 WHERE whose = $1 AND tries > 0",
        [whose.into()],
    )
}
