//! How often codes were tried for an account, on all nodes together.

use domain::{
    directory::second_factor::{DAY, TRIES_OF_A_DAY, TRIES_OF_A_WINDOW, WINDOW},
    id::Id,
    time::Timestamp,
};

use crate::{Guard, Statement};

/// One more try, before the code is looked at; refused when there were enough. It waits for others that try for the same account.
pub fn take(account_id: &Id, now: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO code_tries (account_id, window_at, in_window, day_at, in_day) VALUES ($1, $2, 1, $2, 1)
         ON CONFLICT (account_id) DO UPDATE SET
           in_window = CASE WHEN code_tries.window_at <= $3 THEN 1 ELSE code_tries.in_window + 1 END,
           window_at = CASE WHEN code_tries.window_at <= $3 THEN $2 ELSE code_tries.window_at END,
           in_day = CASE WHEN code_tries.day_at <= $4 THEN 1 ELSE code_tries.in_day + 1 END,
           day_at = CASE WHEN code_tries.day_at <= $4 THEN $2 ELSE code_tries.day_at END
         WHERE (code_tries.window_at <= $3 OR code_tries.in_window < $5)
           AND (code_tries.day_at <= $4 OR code_tries.in_day < $6)",
        [
            account_id.into(),
            now.into(),
            now.minus(WINDOW).into(),
            now.minus(DAY).into(),
            TRIES_OF_A_WINDOW.into(),
            TRIES_OF_A_DAY.into(),
        ],
    )
    .guarded(Guard::Exactly(1))
}

/// The code was right: the try does not count.
pub fn give_back(account_id: &Id) -> Statement {
    Statement::new(
        "UPDATE code_tries SET in_window = in_window - 1, in_day = in_day - 1
         WHERE account_id = $1 AND in_window > 0 AND in_day > 0",
        [account_id.into()],
    )
}

/// Nobody tried.
pub fn forget(account_id: &Id) -> Statement {
    Statement::new("DELETE FROM code_tries WHERE account_id = $1", [account_id.into()])
}
