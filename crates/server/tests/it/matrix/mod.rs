//! Who may do what: every route and every method of the management API, by everybody there is. What the server has is asked of the server,
//! so that a route or an object without a line here fails.

mod apart;
mod cast;
mod foreign;
mod objects;
mod pages;
mod routes;
mod table;

use crate::world::Answer;

/// What becomes of a request, as one letter of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// `+`: it is done.
    Done,
    /// `x`: it is refused, and that is no secret.
    Refused,
    /// `-`: the answer is the one for what does not exist.
    Absent,
    /// `!`: it is no request that this caller can make, whoever they are.
    Senseless,
}

impl Outcome {
    const fn letter(self) -> char {
        match self {
            Self::Done => '+',
            Self::Refused => 'x',
            Self::Absent => '-',
            Self::Senseless => '!',
        }
    }
}

/// What is told of a request: status and body, with a word for `id`, and one for the number that every page shows of its request.
fn told(answer: &Answer, id: &str) -> (u16, String) {
    let request = answer.header("x-request-id").unwrap_or_default();
    (answer.status, without(&without(&String::from_utf8_lossy(&answer.body), id), request))
}

fn without(text: &str, id: &str) -> String {
    if id.is_empty() { text.to_owned() } else { text.replace(id, "ID") }
}
