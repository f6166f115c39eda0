//! The calls of a request, one at a time and in order, so that each can refer to what the ones before it did.
//! RFC 8620 §3.6.2, §3.7, §3.10.
//!
//! Whoever answers may wait between the steps as long as it likes: each step takes the exchange and gives it back, so no call
//! can be left out, answered twice or answered out of turn.

use std::{collections::BTreeSet, vec};

use crate::{
    arguments::Arguments,
    capability::{CORE, CoreCapability},
    creation::CreatedIds,
    error::{MethodError, MethodErrorType},
    invocation::Invocation,
    json::Object,
    reference::{Allowance, resolve_arguments},
    request::Request,
    response::Response,
    state::State,
};

/// The method that answers with what it was asked: RFC 8620 §4.
const ECHO: &str = "Core/echo";

/// A request under way.
#[derive(Clone, Debug)]
pub struct Exchange {
    using: BTreeSet<String>,
    waiting: vec::IntoIter<Invocation>,
    method_responses: Vec<Invocation>,
    created_ids: CreatedIds,
    returns_created_ids: bool,
    allowance: Allowance,
}

/// What comes next.
#[derive(Debug)]
pub enum Step {
    Call(Call),
    Done(Answered),
}

/// A call to be answered, its result references replaced by what they refer to.
#[derive(Debug)]
pub struct Call {
    exchange: Exchange,
    name: String,
    arguments: Object,
    /// The client's name for the call, echoed in its responses.
    id: String,
}

/// An exchange whose calls are all answered.
#[derive(Debug)]
pub struct Answered(Exchange);

impl Exchange {
    /// References may bring in as much as a request may have: `maxSizeRequest`.
    pub fn begin(request: Request, core: &CoreCapability) -> Self {
        Self {
            using: request.using,
            method_responses: Vec::with_capacity(request.method_calls.len()),
            waiting: request.method_calls.into_iter(),
            returns_created_ids: request.created_ids.is_some(),
            created_ids: request.created_ids.unwrap_or_default(),
            allowance: Allowance::new(core.max_size_request),
        }
    }

    /// The next call. One whose references lead nowhere, and `Core/echo`, are answered on the way.
    pub fn next_step(mut self) -> Step {
        while let Some(Invocation { name, arguments, call_id }) = self.waiting.next() {
            match resolve_arguments(arguments, &self.method_responses, &mut self.allowance) {
                Err(error) => self.respond(name, call_id, Err(error)),
                Ok(arguments) if name == ECHO && self.using.contains(CORE) => {
                    self.respond(name, call_id, Ok(arguments));
                }
                Ok(arguments) => return Step::Call(Call { exchange: self, name, arguments, id: call_id }),
            }
        }
        Step::Done(Answered(self))
    }

    fn respond(&mut self, name: String, call_id: String, result: Result<Object, MethodError>) {
        let (name, arguments) = match result {
            Ok(arguments) => (name, arguments),
            Err(error) => ("error".to_owned(), error.to_arguments()),
        };
        self.method_responses.push(Invocation { name, arguments, call_id });
    }
}

impl Call {
    /// The name as it was sent, such as `Foo/get`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the request opted in to the capability that the method belongs to; if not, the method is unknown.
    pub fn uses(&self, capability: &str) -> bool {
        self.exchange.using.contains(capability)
    }

    /// The arguments, once; a second time there are none.
    pub fn take_arguments(&mut self) -> Arguments {
        Arguments::new(std::mem::take(&mut self.arguments))
    }

    /// The records that were created so far in this request, to look up and to add to.
    pub const fn created_ids(&mut self) -> &mut CreatedIds {
        &mut self.exchange.created_ids
    }

    /// Answers the call: the arguments of its response, or the error in its place.
    pub fn answer(self, result: Result<Object, MethodError>) -> Exchange {
        let Self { mut exchange, name, arguments: _, id } = self;
        exchange.respond(name, id, result);
        exchange
    }

    /// Answers a call that made other calls by implication, whose responses follow its own: RFC 8620 §3.2, §5.4.
    pub fn answer_with_more(self, arguments: Object, more: Vec<(String, Object)>) -> Exchange {
        let call_id = self.id.clone();
        let mut exchange = self.answer(Ok(arguments));
        for (name, arguments) in more {
            exchange.respond(name, call_id.clone(), Ok(arguments));
        }
        exchange
    }

    /// Answers a call of a method that is not there.
    pub fn refuse_as_unknown(self) -> Exchange {
        self.answer(Err(MethodErrorType::UnknownMethod.into()))
    }
}

impl Answered {
    /// The response; `session_state` is the state of the session as the client would get it now.
    pub fn into_response(self, session_state: State) -> Response {
        let Self(exchange) = self;
        Response {
            method_responses: exchange.method_responses,
            created_ids: exchange.returns_created_ids.then_some(exchange.created_ids),
            session_state,
        }
    }
}
